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
const aggregate = `SELECT count(*), sum(moved)::bigint FROM (
	SELECT book, debit, credit, counterparty, sum(amount) AS moved FROM posting GROUP BY 1, 2, 3, 4) AS net`

// digests is the check that hashes every posting and compares it with its event; the others add the book up again.
const digests = "journals"

// benchVerify proves the whole long book: how fast it is added up again, and then with every digest.
func benchVerify(ctx context.Context, r *run) error {
	h, err := r.longBook(ctx)
	if err != nil {
		return err
	}
	memory, done := r.watch("verify")
	var added, proved, base []float64
	for round := range r.Size.Rounds {
		r.Told("verify: rounds", round, r.Size.Rounds)
		begun := clock.Stopwatch()
		var nets, moved int64
		if err := h.db.Pool.QueryRow(ctx, aggregate).Scan(&nets, &moved); err != nil {
			return err
		}
		base = append(base, perSecond(int(h.book.postings), clock.Since(begun)))
		var all, hashing time.Duration
		if err := memory.during(func() error { all, hashing, err = h.verifyOnce(ctx); return err }); err != nil {
			return err
		}
		added = append(added, perSecond(int(h.book.postings), all-hashing))
		proved = append(proved, perSecond(int(h.book.postings), all))
	}
	done()
	postings := figure(float64(h.book.postings)) + " postings"
	const floor = "one GROUP BY over all postings"
	r.add(Line{
		Bench: "verify", What: "add " + postings + " up again: every check but the digests", Unit: "postings/s",
		Floor: floor, Target: atLeast(1_000_000, 3_000_000),
	}, added, base)
	r.add(Line{
		Bench: "verify", What: "prove " + postings + ": every check, digests of all postings and events too",
		Unit: "postings/s", Floor: floor,
	}, proved, base)
	return nil
}

// verifyOnce runs every check of verify and gives the time of all, and of the digests among them.
func (h *house) verifyOnce(ctx context.Context) (all, hashing time.Duration, err error) {
	for _, check := range slices.Concat(ledger.Checks(), insurance.Checks(), claims.Checks()) {
		var finding *ledger.Finding
		begun := clock.Stopwatch()
		if err := check.Run(ctx, h.db, func(f ledger.Finding) { finding = &f }); err != nil {
			return 0, 0, fmt.Errorf("check %s: %w", check.Name, err)
		}
		if finding != nil {
			return 0, 0, fmt.Errorf("the book does not verify: %s: %s", check.Name, finding)
		}
		took := clock.Since(begun)
		all += took
		if check.Name == digests {
			hashing = took
		}
	}
	return all, hashing, nil
}
