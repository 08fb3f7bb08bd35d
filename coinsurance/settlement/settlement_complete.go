package settlement

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
)

// CompleteSettlement writes down that all payments of a run are made, and brings its items to zero 结清. Orders that the
// bank's answers have not executed are executed by it, so a second person does it.
type CompleteSettlement struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Number int    `json:"number"`
}

// CompletedRun is a run that was completed, with the orders that a person's word has paid, as far as no bank had.
type CompletedRun struct {
	*Settlement

	ByWord []WordOfPayment `json:"by_word"`
}

// WordOfPayment is what of an order was paid on a person's word 人工登记.
type WordOfPayment struct {
	Order  string       `json:"order"`
	Payer  string       `json:"payer"`
	Payee  string       `json:"payee"`
	Amount money.Amount `json:"amount"`
}

// CompleteSettlement refuses, in this order: access.forbidden, coinsurance.pool_not_found,
// coinsurance.settlement_not_found (also for a run that nobody has approved), ledger.date_out_of_range,
// coinsurance.settlement_changed, coinsurance.settlement_not_open (it is unwound), coinsurance.already_paid,
// access.maker_is_checker.
func (s *Service) CompleteSettlement(ctx context.Context, cmd CompleteSettlement) (*CompletedRun, error) {
	return change(ctx, s, cmd, loadCompletion, decideCompletion, clearAll)
}

func (cmd CompleteSettlement) home() string { return cmd.Pool }

func (cmd CompleteSettlement) admit() error {
	return cmd.By.RequireKind(access.Settlement, access.Manager)
}

func loadCompletion(ctx context.Context, tx *pg.Tx, cmd CompleteSettlement) (*onSettlement, error) {
	return loadSettlement(ctx, tx, cmd.Pool, cmd.Number)
}

func decideCompletion(
	known *onSettlement, cmd CompleteSettlement, now time.Time,
) (decided decision[*CompletedRun], err error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decided, err
	}
	switch known.run.State {
	case Unwinding, Unwound:
		return decided, known.run.notOpen()
	case Completed:
		return decided, ErrAlreadyPaid.Case(fault.Args{"number": known.run.Number, "period": known.statement.Period})
	case Proposed, Withdrawn:
		return decided, ErrSettlementNotFound.Case(fault.Args{"pool": cmd.Pool, "number": cmd.Number})
	case Approved:
	}
	made, step := fault.Say("proposed the settlement"), fault.Say("recording that its payments were made")
	if err := cmd.By.RequireSecond(made, step, known.run.ProposedBy); err != nil {
		return decided, err
	}
	run := *known.run
	run.Recorded = clock.Later(now, run.Recorded)
	decided.answer = &CompletedRun{Settlement: &run, ByWord: []WordOfPayment{}}
	return decided, nil
}

// clearAll executes what is left of every order, and completes the run.
func clearAll(
	ctx context.Context, tx *pg.Tx, known *onSettlement, cmd CompleteSettlement, run *CompletedRun,
) error {
	clearing, err := newClearing(
		ctx, tx, known, run.Settlement, cmd.By, cmd.Effective, authority.CompleteSettlement.Pass(),
	)
	if err != nil {
		return err
	}
	done := known.executed()
	for i := range known.orders {
		order := &known.orders[i]
		if order.left().IsZero() {
			continue
		}
		run.ByWord = append(run.ByWord, WordOfPayment{order.ID, order.Payer, order.Payee, order.left()})
		if err := clearing.pay(ctx, tx, order, order.left()); err != nil {
			return err
		}
	}
	return clearing.finish(ctx, tx, known, done)
}
