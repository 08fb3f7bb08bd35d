package bench

import (
	"context"
	"fmt"
	"time"
)

// growthMax is how much more an operation may cost on the long book.
const growthMax = 1.5

// benchGrowth does the same on a short book and on the long one, a hundred times as large, turn by turn. Both have the
// same postings in the open month; the long one has years of closed months before.
func benchGrowth(ctx context.Context, r *run) error {
	long, err := r.longBook(ctx)
	if err != nil {
		return err
	}
	short, err := open(ctx, r)
	if err != nil {
		return err
	}
	defer short.close(ctx)
	if short.book, err = short.fill(ctx, r, r.Size.Postings, 0); err != nil {
		return err
	}
	for _, h := range []*house{short, long} {
		if err := h.prepareGrowth(ctx, r); err != nil {
			return err
		}
	}
	var costs [2][3][]float64
	for round := range r.Size.Rounds {
		for i, h := range []*house{short, long} {
			r.Told("growth: rounds", 2*round+i, 2*r.Size.Rounds)
			found, err := h.costs(ctx, r.Size, round)
			if err != nil {
				return err
			}
			for of, cost := range found {
				costs[i][of] = append(costs[i][of], cost)
			}
		}
	}
	floor := fmt.Sprintf("the same with %s postings", figure(float64(short.book.postings)))
	for of, name := range []string{"issue", "a claim's command", "balance, median"} {
		r.add(Line{
			Bench: "growth", What: fmt.Sprintf("%s, with %s postings", name, figure(float64(long.book.postings))),
			Unit: "ms each", Floor: floor, Target: ratioAtMost(growthMax, 1.1),
		}, costs[1][of], costs[0][of])
	}
	return nil
}

// prepareGrowth makes the policies that will be issued, and those that have claims.
func (h *house) prepareGrowth(ctx context.Context, r *run) error {
	policies, insured := r.Size.Rounds*r.Size.Issues, r.Size.Rounds*r.Size.Claims/claimsPerPolicy+1
	if err := h.prepareInsured(ctx, r, insured); err != nil {
		return err
	}
	if err := h.preparePolicies(ctx, r, insured, policies); err != nil {
		return err
	}
	return h.settle(ctx, h.db.Schema)
}

// costs are the milliseconds of an issue, a claim's command and a balance.
func (h *house) costs(ctx context.Context, size Size, round int) (costs [3]float64, err error) {
	each := func(took time.Duration, count int) float64 { return 1000 * took.Seconds() / float64(count) }
	insured := size.Rounds*size.Claims/claimsPerPolicy + 1
	took, err := h.issueMany(ctx, size, insured+round*size.Issues)
	if err != nil {
		return costs, err
	}
	costs[0] = each(took, size.Issues)
	if took, err = h.claimMany(ctx, size, round*size.Claims); err != nil {
		return costs, err
	}
	costs[1] = each(took, size.Claims*len(claimLife))
	times, err := h.askMany(ctx, size.Asked, round)
	if err == nil {
		costs[2] = millis(share(times, 0.5))
	}
	return costs, err
}
