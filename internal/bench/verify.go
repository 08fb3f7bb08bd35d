package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gongbao/claims"
	"gongbao/insurance"
	"gongbao/internal/clock"
	"gongbao/ledger"
)

// aggregate adds all postings up by book, account and counterparty: the least that proving a book can mean.
const aggregate = `SELECT count(*), sum(moved) FROM (
	SELECT book, debit, credit, counterparty, sum(amount) AS moved FROM posting GROUP BY 1, 2, 3, 4) AS net`

// benchVerify proves the whole long book.
func benchVerify(ctx context.Context, r *run) error {
	h, err := r.longBook(ctx)
	if err != nil {
		return err
	}
	memory, done := r.watch("verify")
	var ours, base []float64
	for round := range r.Size.Rounds {
		r.Told("verify: rounds", round, r.Size.Rounds)
		begun := clock.Stopwatch()
		var nets int64
		var moved any
		if err := h.db.Pool.QueryRow(ctx, aggregate).Scan(&nets, &moved); err != nil {
			return err
		}
		base = append(base, perSecond(int(h.book.postings), clock.Since(begun)))
		var took time.Duration
		if err := memory.during(func() error { took, err = h.verifyOnce(ctx); return err }); err != nil {
			return err
		}
		ours = append(ours, perSecond(int(h.book.postings), took))
	}
	done()
	r.add(Line{
		Bench: "verify", What: "prove a book of " + figure(float64(h.book.postings)) + " postings", Unit: "postings/s",
		Floor: "one GROUP BY over all postings", Target: atLeast(1_000_000, 3_000_000),
	}, ours, base)
	return nil
}

func (h *house) verifyOnce(ctx context.Context) (time.Duration, error) {
	begun := clock.Stopwatch()
	report, err := ledger.Verify(ctx, h.db, ledger.VerifyOptions{
		Checks: slices.Concat(insurance.Checks(), claims.Checks()),
	})
	if err == nil && len(report.Findings) > 0 {
		err = fmt.Errorf("the book does not verify: %s", report.Findings[0])
	}
	return clock.Since(begun), err
}
