package settlement

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// WithdrawSettlement takes a proposed run back before anybody has approved it 撤回. Its items are free.
type WithdrawSettlement struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Number int    `json:"number"`
	Reason string `json:"reason"`
}

// WithdrawSettlement refuses, in this order: access.forbidden, coinsurance.reason_invalid, coinsurance.pool_not_found,
// coinsurance.settlement_not_found, ledger.date_out_of_range, coinsurance.settlement_decided.
func (s *Service) WithdrawSettlement(ctx context.Context, cmd WithdrawSettlement) (*Settlement, error) {
	return change(ctx, s, cmd, loadWithdrawal, decideWithdrawal, nil)
}

func (cmd WithdrawSettlement) home() string { return cmd.Pool }

func (cmd WithdrawSettlement) admit() error {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return err
	}
	return checkReason(cmd.Reason)
}

// checkReason refuses to undo without a word why.
func checkReason(reason string) error {
	var check fault.Check
	field.Prose(&check, "reason", reason, textMax)
	return check.Refuse(ErrReasonInvalid)
}

func loadWithdrawal(ctx context.Context, tx *pg.Tx, cmd WithdrawSettlement) (*onSettlement, error) {
	return loadSettlement(ctx, tx, cmd.Pool, cmd.Number)
}

var withdrawn = pg.ColumnsOf[Settlement]("state", "version", "recorded", "reason")

func decideWithdrawal(
	known *onSettlement, cmd WithdrawSettlement, now time.Time,
) (decided decision[*Settlement], err error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decided, err
	}
	if known.run.State != Proposed {
		return decided, known.run.decided()
	}
	run := known.run.next(now)
	run.State, run.Reason = Withdrawn, cmd.Reason
	announced := runFact(EventSettlementWithdrawn, run, known.statement, cmd.By, nil)
	announced.Audience = fact.Overseers // as it was proposed
	return decision[*Settlement]{answer: run, facts: facts(announced), write: func(tx *pg.Tx) {
		pg.Update(tx, run, withdrawn)
	}}, nil
}
