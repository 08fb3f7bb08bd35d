package ledger

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// Period is the head of a pool's book: which accounting months are open, when it was cut last, and in which currency it
// is kept. What a transaction that locked it posts by it counts, whatever is said of the pool meanwhile.
type Period struct {
	bun.BaseModel `bun:"table:period_head"`

	Pool     string         `bun:"pool,pk"`
	Currency string         `bun:"currency"` // ISO 4217
	Closed   calendar.Month `bun:"closed"`   // the last sealed month; zero before the first close
	Closing  calendar.Month `bun:"closing"`  // the month that is being closed; zero for none
	Cut      *time.Time     `bun:"cut"`      // whatever is posted is recorded later; nil before the first cut
}

// For is the accounting month of a posting: its effective month if that is open, else the first open one.
func (p Period) For(effective calendar.Date) calendar.Month {
	month, ended := effective.Month(), p.Ended()
	if !ended.IsZero() && !month.After(ended) {
		return ended.Next()
	}
	return month
}

// Ended is the last month that takes no postings any more: it is sealed, or being closed; zero for none.
func (p Period) Ended() calendar.Month {
	if p.Closing.After(p.Closed) {
		return p.Closing
	}
	return p.Closed
}

// After is when something in the pool is recorded: at the instant, or just after the last cut.
func (p Period) After(instant time.Time) time.Time {
	if p.Cut != nil && !instant.After(*p.Cut) {
		return p.Cut.Add(clock.Precision).UTC()
	}
	return instant
}

// OpenPool opens the book of a new pool, in renminbi until an agreement says otherwise.
func OpenPool(tx *pg.Tx, pool string) {
	pg.Insert(tx, &Period{Pool: pool, Currency: money.CNY.Code()})
}

// KeepIn has the book of a pool kept in the currency of its agreement. Nothing may be posted yet in another.
func KeepIn(tx *pg.Tx, pool, currency string) {
	pg.Update(tx, &Period{Pool: pool, Currency: currency}, currencyKept)
}

var (
	lockPeriod  = pg.SQL[OfPool](files, "LockPeriod")
	nextToClose = pg.SQL[OfPool](files, "NextToClose")
	openPools   = pg.SQL[pg.None](files, "OpenPools")

	currencyKept = pg.ColumnsOf[Period]("currency")
)

// LockPeriod reads which months are open and when the book was cut. Nobody waits for anybody; but until the transaction
// ends, a Barrier that comes later waits for it. It comes before the lock of any subject, so that a close or a cut,
// which changes the head, never waits in a circle with a use case. sql.ErrNoRows when there is no such pool.
func LockPeriod(ctx context.Context, tx *pg.Tx, pool string) (Period, error) {
	var period Period
	err := lockPeriod.With(OfPool{pool}).Row(ctx, tx, period.columns()...)
	return period, err
}

// LockPeriodIn is LockPeriod among other reads; the period stays empty when there is no such pool.
func LockPeriodIn(reads *pg.Reads, pool string, period *Period) {
	lockPeriod.With(OfPool{pool}).In(reads, period.columns()...)
}

// columns are where LockPeriod puts what it reads.
func (p *Period) columns() []any { return []any{&p.Pool, &p.Currency, &p.Closed, &p.Closing, &p.Cut} }

// OpenPools lists the pools whose books are open in one database, in order.
func OpenPools(ctx context.Context, handle bun.IDB) ([]string, error) {
	return pg.Values[string](ctx, handle, openPools.With(pg.None{}))
}

// NextToClose is the accounting month of a pool that is closed next; none while the pool has no postings.
func NextToClose(ctx context.Context, handle bun.IDB, pool string) (calendar.Month, error) {
	var closed, first calendar.Month
	err := nextToClose.With(OfPool{pool}).Row(ctx, handle, &closed, &first)
	if err != nil || closed.IsZero() {
		return first, err
	}
	return closed.Next(), nil
}
