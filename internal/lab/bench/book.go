package bench

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"time"

	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/sample"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
)

const (
	openPart = 100 // of all postings are in the present month
	// About how many postings a policy comes to over the book: when it is imported, and at each close while it earns.
	postingsAtImport, postingsOfPolicy = 25, 90
)

// book says what a filled ledger holds.
type book struct {
	postings int64
	first    calendar.Date
	known    []time.Time // when each closed month was in the feed
}

// fill imports month after month, closes each and gives its events their positions, as years of business would. The
// present month stays open, with a hundredth of the postings.
func (h *house) fill(ctx context.Context, r *run, postings int, closed int) (*book, error) {
	today := calendar.DateOf(h.clock.Now())
	month := today.Month()
	for range closed {
		month = month.First().AddDays(-1).Month()
	}
	b := &book{first: month.First()}
	monthly := postings / postingsOfPolicy / max(closed, 1)
	for done := range closed {
		r.Told(fmt.Sprintf("a book of about %s postings, by month", figure(float64(postings))), done, closed)
		if err := h.importMonth(ctx, month, month.Last(), max(monthly, 1)); err != nil {
			return nil, err
		}
		_, err := h.periods.ClosePeriod(ctx, periodend.ClosePeriod{
			Command: idempotency.Command{By: sample.Clerk, IdempotencyKey: "close-" + month.String()},
			Pool:    pool, Month: month,
		})
		if err != nil {
			return nil, err
		}
		if err := h.stamp(ctx); err != nil {
			return nil, err
		}
		b.known = append(b.known, h.clock.Now())
		month = month.Next()
	}
	if err := h.importMonth(ctx, month, today, max(postings/openPart/postingsAtImport, 1)); err != nil {
		return nil, err
	}
	if err := h.stamp(ctx); err != nil {
		return nil, err
	}
	b.known = append(b.known, h.clock.Now())
	if err := h.settle(ctx, h.db.Schema); err != nil {
		return nil, err
	}
	return b, pg.Row(ctx, h.db, `SELECT count(*) FROM posting`, nil, &b.postings)
}

// importMonth imports policies that start in a month, on every day up to the last.
func (h *house) importMonth(ctx context.Context, month calendar.Month, last calendar.Date, count int) error {
	var file bytes.Buffer
	writer := csv.NewWriter(&file)
	_ = writer.Write([]string{"pool", "number", "line", "insured", "start", "end", "premium", "limit", "commission"})
	days := 1
	for month.First().AddDays(days).Before(last) {
		days++
	}
	for i := range count {
		start := month.First().AddDays(i % days)
		_ = writer.Write([]string{
			pool, fmt.Sprintf("%s-B%s-%d", pool, month, i), "pilot_test", "示例企业" + strconv.Itoa(i), start.String(),
			start.AddDays(364).String(), strconv.Itoa(100_000+i%977) + ".00", "5000000.00", "5%",
		})
	}
	writer.Flush() // into memory, which cannot fail
	return h.importFile(ctx, &file, nil)
}

// stamp gives every event its position in the feed; nothing is published.
func (h *house) stamp(ctx context.Context) error {
	return h.withRelay(ctx, kafka.Config{}, "", drain)
}

// longBook is the house with the long book; all benches that need it share it.
func (r *run) longBook(ctx context.Context) (*house, error) {
	if r.long != nil {
		return r.long, nil
	}
	h, err := open(ctx, r)
	if err != nil {
		return nil, err
	}
	if h.book, err = h.fill(ctx, r, r.Size.Postings, r.Size.Months); err != nil {
		h.close(ctx)
		return nil, err
	}
	r.long = h
	return h, nil
}
