package settlement

import (
	"context"
	"strings"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// EscalateQuery passes a query of a statement on to the pool manager 提交质疑: the member that raised it does not accept
// the answer, or does not wait for one; or the manager takes it up. One that nobody answers in time goes there by
// itself.
type EscalateQuery struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Period string `json:"period"`
	Number int    `json:"number"` // of the query
}

// EscalateQuery refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.statement_not_found,
// ledger.date_out_of_range, coinsurance.statement_changed, coinsurance.query_not_found, access.forbidden (another party
// of its items), coinsurance.query_closed, coinsurance.query_escalated.
func (s *Service) EscalateQuery(ctx context.Context, cmd EscalateQuery) (*Query, error) {
	return change(ctx, s, cmd, loadEscalation, decideEscalation, nil)
}

func (cmd EscalateQuery) home() string { return cmd.Pool }

func (cmd EscalateQuery) admit() error {
	return cmd.By.RequireKind(access.Settlement, access.Member, access.Manager)
}

func loadEscalation(ctx context.Context, tx *pg.Tx, cmd EscalateQuery) (*onStatement, error) {
	return loadStatement(ctx, tx, cmd.Pool, cmd.Period)
}

var escalated = pg.ColumnsOf[Query]("state", "escalated")

func decideEscalation(known *onStatement, cmd EscalateQuery, now time.Time) (decided decision[*Query], err error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decided, err
	}
	query, err := known.query(cmd.Number, cmd.By)
	if err != nil {
		return decided, err
	}
	if cmd.By.Kind == access.Member && !cmd.By.IsMember(query.Member) {
		return decided, noMember(cmd.By, query.Member)
	}
	if err := query.closed(); err != nil {
		return decided, err
	}
	if query.State == QueryEscalated {
		return decided, ErrQueryEscalated.Case(fault.Args{"number": cmd.Number})
	}
	statement := known.statement.next(clock.Later(now, known.statement.Recorded))
	query.State, query.Escalated = QueryEscalated, &statement.Recorded
	announced := queryFact(EventQueryEscalated, statement, &query, strings.Fields(query.Parties), cmd.By)
	return decision[*Query]{answer: &query, facts: facts(announced), write: func(tx *pg.Tx) {
		pg.Update(tx, statement, statementStepped)
		pg.Update(tx, &query, escalated)
	}}, nil
}
