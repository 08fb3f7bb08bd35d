package auditor

import "slices"

// LargestRemainder and Leader are the two ways to deal with the fen that rounding leaves over.
const (
	Leader           = "leader"
	LargestRemainder = "largest_remainder"
)

// split divides a to-date total between the members, in the order of the table.
func (g *Agreement) split(total int64) []int64 {
	portions := make([]int64, len(g.Shares))
	if total == 0 {
		return portions
	}
	if g.Residue == LargestRemainder {
		if total < 0 { // as its absolute value, and the signs turned
			g.hand(portions, -total)
			for i := range portions {
				portions[i] = -portions[i]
			}
		} else {
			g.hand(portions, total)
		}
		return portions
	}
	left := total
	leader := 0
	for i, share := range g.Shares {
		if share.Member == g.Leader {
			leader = i
			continue
		}
		portions[i] = scaled(share.Share, total, Whole)
		left -= portions[i]
	}
	portions[leader] = left
	return portions
}

// hand gives everyone its share rounded down, and the fen left over one each to the largest remainders; ties go to
// the leader, then in the order of the table.
func (g *Agreement) hand(portions []int64, total int64) {
	type claimant struct {
		place, rank int
		left        int64
	}
	rest := total
	claimants := make([]claimant, len(g.Shares))
	for i, share := range g.Shares {
		fen, left := portionsBelow(share.Share, total)
		portions[i] = fen
		rest -= fen
		claimants[i] = claimant{place: i, rank: i + 1, left: left}
		if share.Member == g.Leader {
			claimants[i].rank = 0
		}
	}
	slices.SortFunc(claimants, func(a, b claimant) int {
		if a.left != b.left {
			if a.left > b.left {
				return -1
			}
			return 1
		}
		return a.rank - b.rank
	})
	for i := range rest {
		portions[claimants[i].place]++
	}
}
