package settlement

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// ConfirmStatement says that a member agrees with its statement 确认. It lifts no query.
type ConfirmStatement struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Period string `json:"period"`
	Member string `json:"member"`
}

// ConfirmStatement refuses, in this order: access.forbidden, coinsurance.pool_not_found,
// coinsurance.statement_not_found, ledger.date_out_of_range, coinsurance.statement_changed,
// coinsurance.statement_not_issued, access.forbidden to who is no member of the pool. A member that has confirmed stays
// as it is.
func (s *Service) ConfirmStatement(ctx context.Context, cmd ConfirmStatement) (*Answer, error) {
	return change(ctx, s, cmd, loadConfirmation, decideConfirmation, nil)
}

func (cmd ConfirmStatement) home() string { return cmd.Pool }

func (cmd ConfirmStatement) admit() error { return cmd.By.RequireMember(access.Settlement, cmd.Member) }

func loadConfirmation(ctx context.Context, tx *pg.Tx, cmd ConfirmStatement) (*onStatement, error) {
	return loadStatement(ctx, tx, cmd.Pool, cmd.Period)
}

var (
	statementStepped = pg.ColumnsOf[Statement]("version", "recorded")
	answered         = pg.ColumnsOf[Answer]("state", "confirmed_by", "confirmed")
)

func decideConfirmation(known *onStatement, cmd ConfirmStatement, now time.Time) (decision[*Answer], error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decision[*Answer]{}, err
	}
	if err := known.issued(); err != nil {
		return decision[*Answer]{}, err
	}
	answer := known.answer(cmd.Member)
	if answer == nil {
		return decision[*Answer]{}, noMember(cmd.By, cmd.Member)
	}
	if answer.State == AnswerConfirmed {
		return decision[*Answer]{answer: answer}, nil
	}
	statement := known.statement.next(clock.Later(now, known.statement.Recorded))
	after := *answer
	after.State, after.ConfirmedBy, after.Confirmed = AnswerConfirmed, cmd.By.Subject, &statement.Recorded
	announced := answerFact(EventStatementConfirmed, statement, &after, cmd.By)
	return decision[*Answer]{answer: &after, facts: facts(announced), write: func(tx *pg.Tx) {
		pg.Update(tx, statement, statementStepped)
		pg.Update(tx, &after, answered)
	}}, nil
}
