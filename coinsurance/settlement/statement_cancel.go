package settlement

import (
	"context"
	"strings"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// CancelStatement takes a pool's latest statement back 作废, by another person than the one who drew it. Its items are
// free, and its period may be drawn again as the next issue. What is disputed on it is resolved with it: whoever
// disputes it still says so of the next issue.
type CancelStatement struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Period string `json:"period"`
	Reason string `json:"reason"`
}

// CancelStatement refuses, in this order: access.forbidden, coinsurance.reason_invalid, coinsurance.pool_not_found,
// coinsurance.statement_not_found, ledger.date_out_of_range, coinsurance.statement_changed,
// coinsurance.statement_not_latest, coinsurance.statement_settled, access.maker_is_checker.
func (s *Service) CancelStatement(ctx context.Context, cmd CancelStatement) (*Statement, error) {
	return change(ctx, s, cmd, loadCancellation, decideCancellation, nil)
}

func (cmd CancelStatement) home() string { return cmd.Pool }

func (cmd CancelStatement) admit() error {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return err
	}
	return checkReason(cmd.Reason)
}

// cancelling is a statement with what keeps it from being cancelled.
type cancelling struct {
	*onStatement

	later string // period of the statement that was drawn after it and stands; "" for none
	taker int    // the live run that takes items of it; 0 for none
}

var (
	laterStatement = pg.SQL[statementKey](files, "LaterStatement")
	takerOf        = pg.SQL[statementKey](files, "TakerOf")
)

func loadCancellation(ctx context.Context, tx *pg.Tx, cmd CancelStatement) (*cancelling, error) {
	known, err := loadAlone(ctx, tx, cmd.Pool, cmd.Period)
	if err != nil {
		return nil, err
	}
	key, cancelled := statementKey{cmd.Pool, known.statement.Number}, &cancelling{onStatement: known}
	var reads pg.Reads
	laterStatement.With(key).In(&reads, &cancelled.later)
	takerOf.With(key).In(&reads, &cancelled.taker)
	return cancelled, reads.Run(ctx, tx)
}

var cancelled = pg.ColumnsOf[Statement]("state", "version", "recorded", "cancelled_by", "reason")

func decideCancellation(
	known *cancelling, cmd CancelStatement, now time.Time,
) (decided decision[*Statement], err error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decided, err
	}
	switch {
	case known.later != "":
		return decided, ErrStatementNotLatest.Case(fault.Args{"period": cmd.Period, "later": known.later})
	case known.taker != 0:
		return decided, ErrStatementSettled.Case(fault.Args{"period": cmd.Period, "number": known.taker})
	}
	made, step := fault.Say("drew the statement"), fault.Say("cancelling it")
	if err := cmd.By.RequireSecond(made, step, known.statement.DrawnBy); err != nil {
		return decided, err
	}
	lifted := lifting{statement: known.statement}
	for _, query := range known.queries {
		if query.State != QueryResolved {
			lifted.lift(query, strings.Fields(query.Parties), now, cmd.By)
		}
	}
	statement := lifted.statement.next(clock.Later(now, lifted.statement.Recorded))
	statement.State, statement.CancelledBy, statement.Reason = StatementCancelled, cmd.By.Subject, cmd.Reason
	decided.answer, decided.facts = statement, append(lifted.facts, cancelledFact(statement, known.totals, cmd.By))
	decided.write = func(tx *pg.Tx) {
		pg.Update(tx, statement, cancelled)
		lifted.write(tx)
	}
	return decided, nil
}

// cancelledFact tells the members of a statement that they have seen that it stands no more.
func cancelledFact(statement *Statement, totals []MemberTotal, by access.Principal) fact.Fact {
	announced := statementFact(EventStatementCancelled, statement, by)
	announced.Data = CancelledData{statementData(statement), statement.Reason}
	if statement.Issued == nil {
		announced.Audience = fact.Overseers
		return announced
	}
	for _, total := range totals {
		announced.Sections = append(announced.Sections, private(total.Member)...)
	}
	return announced
}
