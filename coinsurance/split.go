package coinsurance

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"gongbao/internal/money"
)

// Residue says who takes the fen that rounding leaves over 尾差.
type Residue string

// The residue policies. The zero Residue is ResidueLeader.
const (
	// ResidueLeader rounds every follower half away from zero; the leader has the rest, which may be negative for a
	// tiny total.
	ResidueLeader Residue = "leader"
	// ResidueLargestRemainder rounds everyone toward zero and gives the fen left over one each to the largest
	// remainders, ties to the leader and then in the order of the table.
	ResidueLargestRemainder Residue = "largest_remainder"
)

// Split is a to-date total divided between the members, with its working.
type Split struct {
	Total    money.Amount
	Residue  Residue
	Portions []money.Amount    // in the order of the table; they sum to the total
	Products []decimal.Decimal // share × total in fen, exact, in the order of the table
	Rest     money.Amount      // what rounding every product left over: total − Σ rounded products
	TakenBy  []string          // who took the rest: the leader, or the members that have a fen more, in table order
}

// Portion is the portion of the member at place i of the table; zero for who is not in it (-1, see ShareTable.Index).
func (s Split) Portion(i int) money.Amount {
	if i < 0 || i >= len(s.Portions) {
		return s.Total.Like(0)
	}
	return s.Portions[i]
}

// Split divides a to-date total. It is the reference: slow, in decimals, showing its working. Portions gives the same
// portions fast. It panics for a table without members or an unknown residue policy, which no agreement can have.
func (t ShareTable) Split(total money.Amount, residue Residue) Split {
	residue = t.known(residue)
	split := Split{Total: total, Residue: residue, Products: make([]decimal.Decimal, t.Len())}
	fen := decimal.NewFromInt(total.Fen())
	for i, share := range t.shares {
		split.Products[i] = share.Decimal().Mul(fen)
	}
	if residue == ResidueLargestRemainder {
		t.splitByRemainder(&split)
	} else {
		t.splitByLeader(&split)
	}
	return split
}

// splitByLeader rounds every product half away from zero; what is left over, of either sign, is the leader's.
func (t ShareTable) splitByLeader(split *Split) {
	split.Portions = make([]money.Amount, t.Len())
	split.Rest = split.Total
	for i, product := range split.Products {
		split.Portions[i] = split.Total.Like(product.Round(0).IntPart())
		split.Rest = split.Rest.Sub(split.Portions[i])
	}
	if !split.Rest.IsZero() {
		split.Portions[t.leader] = split.Portions[t.leader].Add(split.Rest)
		split.TakenBy = []string{t.Leader()}
	}
}

// splitByRemainder rounds every product toward zero and hands out the fen left over, away from zero, by rank.
func (t ShareTable) splitByRemainder(split *Split) {
	split.Portions = make([]money.Amount, t.Len())
	split.Rest = split.Total
	remainders := make([]decimal.Decimal, t.Len())
	for i, product := range split.Products {
		whole := product.Truncate(0)
		remainders[i] = product.Sub(whole).Abs()
		split.Portions[i] = split.Total.Like(whole.IntPart())
		split.Rest = split.Rest.Sub(split.Portions[i])
	}
	fen := split.Total.Like(int64(split.Total.Sign()))
	extra := t.ranked(remainders)[:split.Rest.Abs().Fen()]
	slices.Sort(extra)
	for _, i := range extra {
		split.Portions[i] = split.Portions[i].Add(fen)
		split.TakenBy = append(split.TakenBy, t.members[i])
	}
}

// ranked lists the members by remainder, the largest first; ties go to the leader, then in the order of the table.
func (t ShareTable) ranked(remainders []decimal.Decimal) []int {
	rank := make([]int, t.Len())
	for i := range rank {
		rank[i] = i
	}
	place := func(i int) int {
		if i == t.leader {
			return -1
		}
		return i
	}
	slices.SortFunc(rank, func(a, b int) int {
		return cmp.Or(remainders[b].Cmp(remainders[a]), cmp.Compare(place(a), place(b)))
	})
	return rank
}

// known gives the policy to split by; it stops what would lose money silently.
func (t ShareTable) known(residue Residue) Residue {
	if t.Len() == 0 {
		panic("coinsurance: a split by a share table without members")
	}
	switch residue {
	case "", ResidueLeader:
		return ResidueLeader
	case ResidueLargestRemainder:
		return residue
	}
	panic("coinsurance: a split by an unknown residue policy, " + string(residue))
}
