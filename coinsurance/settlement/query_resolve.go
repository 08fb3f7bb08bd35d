package settlement

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/clock"
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
	var lifted []Query
	decided := decision[[]Query]{}
	statement := known.statement
	for _, query := range known.queries {
		if query.Member != cmd.Member || query.Subject != cmd.Subject || query.State == QueryResolved ||
			cmd.Group != AnyGroup && query.Group != cmd.Group {
			continue
		}
		statement = statement.next(clock.Later(now, statement.Recorded))
		query.State, query.ResolvedBy, query.Resolved = QueryResolved, cmd.By.Subject, &statement.Recorded
		lifted = append(lifted, query)
		decided.facts = append(decided.facts, queryFact(EventQueryResolved, statement, &query, known.parties, cmd.By))
	}
	decided.answer = lifted
	decided.write = func(tx *pg.Tx) {
		pg.Update(tx, statement, statementStepped)
		for i := range lifted {
			pg.Update(tx, &lifted[i], resolved)
		}
	}
	return decided, nil
}
