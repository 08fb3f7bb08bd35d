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

// Of the checks, sums adds the book up again; journals hashes every posting and compares it with its event.
const (
	sums    = "sums"
	digests = "journals"
)

// benchVerify proves the whole long book: how fast it is added up again, and then with every digest.
func benchVerify(ctx context.Context, r *run) error {
	h, err := r.longBook(ctx)
	if err != nil {
		return err
	}
	memory, done := r.watch("verify")
	var added, agreed, proved, base []float64
	var cost costs
	for round := range r.Size.Rounds {
		r.Told("verify: rounds", round, r.Size.Rounds)
		begun := clock.Stopwatch()
		var nets, moved int64
		if err := h.db.Pool.QueryRow(ctx, aggregate).Scan(&nets, &moved); err != nil {
			return err
		}
		base = append(base, perSecond(int(h.book.postings), clock.Since(begun)))
		var took map[string]time.Duration
		if err := h.weigh(ctx, memory, &cost, int(h.book.postings), func() error {
			took, err = h.verifyOnce(ctx)
			return err
		}); err != nil {
			return err
		}
		added = append(added, perSecond(int(h.book.postings), took[sums]))
		agreed = append(agreed, perSecond(int(h.book.postings), took[""]-took[digests]))
		proved = append(proved, perSecond(int(h.book.postings), took[""]))
	}
	done()
	postings := figure(float64(h.book.postings)) + " postings"
	const floor = "one GROUP BY over all postings"
	r.add(Line{
		Bench: "verify", What: "add " + postings + " up again: pairs, mirrors, seals, turnovers, kept balances",
		Unit: "postings/s", Floor: floor, Target: atLeast(1_000_000, 3_000_000),
	}, added, base)
	r.add(Line{
		Bench: "verify", What: "and compare them with splits, policies and claims: every check but the digests",
		Unit: "postings/s", Floor: floor,
	}, agreed, base)
	r.add(Line{
		Bench: "verify", What: "prove " + postings + ": every check, digests of all postings and events too",
		Unit: "postings/s", Floor: floor,
	}.cost(cost, costs{}), proved, base)
	return nil
}

// verifyOnce runs every check of verify and gives the time of each by its name, and of all under none.
func (h *house) verifyOnce(ctx context.Context) (map[string]time.Duration, error) {
	took, last, begun := map[string]time.Duration{}, "", clock.Stopwatch()
	before := begun
	report, err := ledger.Verify(ctx, h.db, ledger.VerifyOptions{
		Checks: slices.Concat(insurance.Checks(), claims.Checks()),
		Progress: func(check string, _, _ int) {
			if last != "" {
				took[last] = clock.Since(before)
			}
			last, before = check, clock.Stopwatch()
		},
	})
	took[""] = clock.Since(begun)
	if err == nil && len(report.Findings) > 0 {
		err = fmt.Errorf("the book does not verify: %s", report.Findings[0])
	}
	return took, err
}
