package settlement

import (
	"context"
	"slices"
	"strings"
	"time"

	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// PairTotal is what two members owe each other on a statement, over all items, not set off.
type PairTotal struct {
	A        string       `bun:"a"        json:"a"`
	B        string       `bun:"b"        json:"b"`
	AOwes    money.Amount `bun:"a_owes"   json:"a_owes"`
	BOwes    money.Amount `bun:"b_owes"   json:"b_owes"`
	Items    int64        `bun:"items"    json:"items"`
	Postings int64        `bun:"postings" json:"postings"`
}

// memberSettled is what was settled of a member between two cuts, positive when it received.
type memberSettled struct {
	Member  string       `bun:"member"`
	Settled money.Amount `bun:"settled"`
}

type betweenCuts struct {
	Pool       string
	After, Cut time.Time
}

var (
	membersOfPool  = pg.SQL[ofPool](files, "MembersOfPool")
	pairTotals     = pg.Select[PairTotal, statementKey](files, "PairTotals")
	settledBetween = pg.Select[memberSettled, betweenCuts](files, "SettledBetween")

	totalsShared = pg.ColumnsShared[MemberTotal]("pool", "statement")
)

// addUp makes the totals of every member of any version of the pool's agreement, with or without items, and counts what
// the statement takes in. A member opens with what it closed with on the statement that stood last before, less what
// was settled of it since that one's cut.
func addUp(ctx context.Context, tx *pg.Tx, statement *Statement, before []Statement) ([]MemberTotal, error) {
	pairs, err := pg.Listed[PairTotal](ctx, tx, pairTotals.With(statementKey{statement.Pool, statement.Number}))
	if err != nil {
		return nil, err
	}
	members, err := pg.Values[string](ctx, tx, membersOfPool.With(ofPool{statement.Pool}))
	if err != nil {
		return nil, err
	}
	var closings []MemberTotal
	var settled []memberSettled
	if len(before) > 0 {
		last := &before[len(before)-1]
		if closings, err = TotalsOf(ctx, tx, last); err != nil {
			return nil, err
		}
		between := betweenCuts{statement.Pool, last.Cut, statement.Cut}
		if settled, err = pg.Listed[memberSettled](ctx, tx, settledBetween.With(between)); err != nil {
			return nil, err
		}
	}
	return totalsFrom(statement, members, pairs, closings, settled), nil
}

// totalsFrom is the arithmetic of addUp.
func totalsFrom(
	statement *Statement, members []string, pairs []PairTotal, closings []MemberTotal, settled []memberSettled,
) []MemberTotal {
	totals := make(map[string]*MemberTotal)
	of := func(member string) *MemberTotal {
		if totals[member] == nil {
			totals[member] = &MemberTotal{Pool: statement.Pool, Statement: statement.Number, Member: member}
		}
		return totals[member]
	}
	for _, member := range members {
		of(member)
	}
	for _, before := range closings {
		of(before.Member).Opening = before.Closing
	}
	for _, each := range settled {
		total := of(each.Member)
		total.Opening = total.Opening.Sub(each.Settled)
	}
	for _, pair := range pairs {
		a, b := of(pair.A), of(pair.B)
		net := pair.BOwes.Sub(pair.AOwes)
		a.Movement, b.Movement = a.Movement.Add(net), b.Movement.Sub(net)
		a.Items, b.Items = a.Items+pair.Items, b.Items+pair.Items
		statement.Items, statement.Postings = statement.Items+pair.Items, statement.Postings+pair.Postings
	}
	list := make([]MemberTotal, 0, len(totals))
	for _, total := range totals {
		total.Closing = total.Opening.Add(total.Movement)
		list = append(list, *total)
	}
	slices.SortFunc(list, func(x, y MemberTotal) int { return strings.Compare(x.Member, y.Member) })
	return list
}
