package settlement

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// QueryLine is a query in the list of a statement's: what is looked for first stands first.
type QueryLine struct {
	Number  int        `json:"number"`
	State   QueryState `json:"state"`
	Subject string     `json:"subject"`
	Group   Group      `json:"group"` // "" for all
	// Amount is what the disputed items come to for the member that disputes them, below zero where it owes: to a member
	// of the items that are its own.
	Amount   money.Amount  `json:"amount"`
	Member   string        `json:"member"` // that raised it
	RaisedBy string        `json:"raised_by"`
	AnswerBy calendar.Date `json:"answer_by"`
	Reason   QueryReason   `json:"reason"`

	Query
}

// queryAmount is what the items that a query disputes come to.
type queryAmount struct {
	Number int          `bun:"number"`
	Amount money.Amount `bun:"amount"`
}

type amountsAsked struct {
	Pool   string
	Number int
	Own    string
}

var queryAmounts = pg.Select[queryAmount, amountsAsked](files, "QueryAmounts")

// ViewQueries lists the queries of the statement that stands for a period: to a member those of items in which it is a
// party. It refuses as ViewStatement does.
func ViewQueries(
	ctx context.Context, handle bun.IDB, by access.Principal, pool, period string,
) ([]QueryLine, error) {
	view, err := ViewStatement(ctx, handle, by, pool, period, 0)
	if err != nil {
		return nil, err
	}
	member, _ := onlyOf(by) // it was asked before
	var queries []Query
	var amounts []queryAmount
	var reads pg.Reads
	pg.ListIn(&reads, queriesOf.With(statementKey{pool, view.Number}), &queries)
	pg.ListIn(&reads, queryAmounts.With(amountsAsked{pool, view.Number, member}), &amounts)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	disputed := map[int]money.Amount{}
	for _, found := range amounts {
		disputed[found.Number] = found.Amount
	}
	lines := []QueryLine{}
	for i := range queries {
		query := &queries[i]
		switch {
		case member == "" || query.readsAnswer(member):
		case query.seenBy(member): // with whom else the other member has items, and speaks, is not for this one
			query = query.unanswered()
		default:
			continue
		}
		line := query.line()
		line.Amount = disputed[query.Number]
		lines = append(lines, line)
	}
	return lines, nil
}

func (q *Query) line() QueryLine {
	return QueryLine{
		Number: q.Number, State: q.State, Subject: q.Subject, Group: q.Group, Member: q.Member, RaisedBy: q.RaisedBy,
		AnswerBy: q.AnswerBy, Reason: q.Reason, Query: *q,
	}
}
