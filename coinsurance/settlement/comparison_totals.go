package settlement

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// ComparisonTotals are how many items of a comparison became what, and what they come to.
type ComparisonTotals struct {
	ChangeTotals

	Members []MemberComparison `json:"members"`
}

// ChangeTotals are how many items became what.
type ChangeTotals struct {
	New      int64 `bun:"new"      json:"new"`
	Changed  int64 `bun:"changed"  json:"changed"`
	Settled  int64 `bun:"settled"  json:"settled"`
	Standing int64 `bun:"standing" json:"standing"`
	Gone     int64 `bun:"gone"     json:"gone"`
}

// MemberComparison is a comparison's sum for one member, over the items that are listed: above zero it is to receive.
type MemberComparison struct {
	Member string `bun:"member" json:"member"`

	ChangeTotals

	Before     money.Amount `bun:"before" json:"before"` // on the earlier statement
	Now        money.Amount `bun:"now"    json:"now"`
	Difference money.Amount `bun:"-"      json:"difference"`
}

type comparedAsked struct {
	Pool, Member       string
	Statement, Earlier int
}

var comparedInAll = pg.Select[MemberComparison, comparedAsked](files, "ComparedInAll")

// totalsCompared counts and adds up all that differs between two statements, of one member where only that is asked
// for.
func totalsCompared(
	ctx context.Context, handle bun.IDB, pool, member string, statement, earlier int,
) (*ComparisonTotals, error) {
	members, err := pg.Listed[MemberComparison](ctx, handle, comparedInAll.With(comparedAsked{
		pool, member, statement, earlier,
	}))
	totals := &ComparisonTotals{Members: members}
	for i := range members {
		m := &members[i]
		m.Difference = m.Now.Sub(m.Before)
		totals.New, totals.Changed, totals.Gone = totals.New+m.New, totals.Changed+m.Changed, totals.Gone+m.Gone
		totals.Settled, totals.Standing = totals.Settled+m.Settled, totals.Standing+m.Standing
	}
	if member == "" { // each item is of two members
		c := &totals.ChangeTotals
		c.New, c.Changed, c.Settled, c.Standing, c.Gone = c.New/2, c.Changed/2, c.Settled/2, c.Standing/2, c.Gone/2
	}
	return totals, err
}
