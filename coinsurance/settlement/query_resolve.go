package settlement

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// ResolveQueries lifts a member's queries of a subject, or of one group of it 撤回质疑. Another party's query of the same
// subject stays.
type ResolveQueries struct {
	idempotency.Command

	Pool    string `json:"pool"`
	Period  string `json:"period"`
	Member  string `json:"member"`
	Subject string `json:"subject"`
	Group   Group  `json:"group"` // queries of every group when left out
}

// ResolveQueries refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.statement_not_found,
// ledger.date_out_of_range, coinsurance.statement_changed, coinsurance.statement_not_issued,
// coinsurance.item_not_found. Where the member has queried nothing, nothing changes.
func (s *Service) ResolveQueries(ctx context.Context, cmd ResolveQueries) ([]Query, error) {
	return change(ctx, s, cmd, loadResolution, decideResolution, nil)
}

func (cmd ResolveQueries) home() string { return cmd.Pool }

func (cmd ResolveQueries) admit() error { return cmd.By.RequireMember(access.Settlement, cmd.Member) }

func loadResolution(ctx context.Context, tx *pg.Tx, cmd ResolveQueries) (*queried, error) {
	return loadSubject(ctx, tx, cmd.Pool, cmd.Period, cmd.Subject, cmd.Member)
}

var resolved = pg.ColumnsOf[Query]("state", "resolved_by", "resolved")

func decideResolution(known *queried, cmd ResolveQueries, now time.Time) (decision[[]Query], error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decision[[]Query]{}, err
	}
	if err := known.issued(); err != nil {
		return decision[[]Query]{}, err
	}
	if err := known.has(cmd.Subject, cmd.Member, cmd.Group); err != nil {
		return decision[[]Query]{}, err
	}
	lifted := lifting{statement: known.statement}
	for _, query := range known.queries {
		if query.Member != cmd.Member || query.Subject != cmd.Subject || query.State == QueryResolved ||
			cmd.Group != AnyGroup && query.Group != cmd.Group {
			continue
		}
		lifted.lift(query, known.parties, now, cmd.By)
	}
	return decision[[]Query]{answer: lifted.queries, facts: lifted.facts, write: func(tx *pg.Tx) {
		pg.Update(tx, lifted.statement, statementStepped)
		lifted.write(tx)
	}}, nil
}

// lifting are the queries of a statement that are lifted at once, each by an event of the statement.
type lifting struct {
	statement *Statement // after the last of them
	queries   []Query
	facts     []fact.Fact
}

// lift resolves a query, and tells parties of what was disputed.
func (l *lifting) lift(query Query, parties []string, now time.Time, by access.Principal) {
	l.statement = l.statement.next(clock.Later(now, l.statement.Recorded))
	query.State, query.ResolvedBy, query.Resolved = QueryResolved, by.Subject, &l.statement.Recorded
	l.queries = append(l.queries, query)
	l.facts = append(l.facts, queryFact(EventQueryResolved, l.statement, &query, parties, by))
}

// write queues the rows of the queries.
func (l *lifting) write(tx *pg.Tx) {
	for i := range l.queries {
		pg.Update(tx, &l.queries[i], resolved)
	}
}
