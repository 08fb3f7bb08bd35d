package settlement

import (
	"context"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
)

// ReturnOrder writes down, on the bank's word, that what was paid of an order came back 退汇. Cash and clearing are
// reversed, and the order is open for another attempt.
type ReturnOrder struct {
	idempotency.Command

	Pool  string `json:"pool"`
	Order string `json:"order"`
}

// ReturnOrder refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.order_not_found,
// ledger.date_out_of_range, coinsurance.order_changed, coinsurance.order_not_paid, access.maker_is_checker,
// coinsurance.opposite_order_paid.
func (s *Service) ReturnOrder(ctx context.Context, cmd ReturnOrder) (*PaymentOrder, error) {
	return change(ctx, s, cmd, loadReturn, decideReturn, returnOrder)
}

func (cmd ReturnOrder) home() string { return cmd.Pool }

func (cmd ReturnOrder) admit() error { return cmd.By.RequireKind(access.Settlement, access.Manager) }

func loadReturn(ctx context.Context, tx *pg.Tx, cmd ReturnOrder) (*onSettlement, error) {
	return loadOrder(ctx, tx, cmd.Pool, cmd.Order)
}

func decideReturn(known *onSettlement, cmd ReturnOrder, now time.Time) (decided decision[*PaymentOrder], err error) {
	order := known.order(cmd.Order)
	if err := known.admitAt(cmd.Command, now, order.Version, ErrOrderChanged); err != nil {
		return decided, err
	}
	if order.Executed.IsZero() {
		return decided, ErrOrderNotPaid.Case(fault.Args{"order": order.ID, "order_state": order.State})
	}
	made, step := fault.Say("proposed the settlement"), fault.Say("recording that a payment came back")
	if err := cmd.By.RequireSecond(made, step, known.run.ProposedBy); err != nil {
		return decided, err
	}
	if err := known.mayComeBack(order, order.Executed.Like(0)); err != nil {
		return decided, err
	}
	known.run.Recorded = clock.Later(now, clock.Later(order.Recorded, known.run.Recorded))
	decided.answer = order
	return decided, nil
}

func returnOrder(ctx context.Context, tx *pg.Tx, known *onSettlement, cmd ReturnOrder, order *PaymentOrder) error {
	clearing, err := newClearing(ctx, tx, known, known.run, cmd.By, cmd.Effective, authority.ReturnOrder.Pass())
	if err != nil {
		return err
	}
	return clearing.takeBack(ctx, tx, known, order, order.Executed)
}

// takeBack reverses an amount of what was paid of an order. Items that were brought to zero by it stand again; where
// the run was complete, so do those that no order stands for, and with multilateral netting all.
func (c *clearing) takeBack(
	ctx context.Context, tx *pg.Tx, known *onSettlement, order *PaymentOrder, amount money.Amount,
) error {
	if c.run.unwinds() {
		return c.payUnwound(ctx, tx, known, order, amount.Neg())
	}
	whole := order.State == OrderExecuted
	if err := c.pay(ctx, tx, order, amount.Neg()); err != nil {
		return err
	}
	if known.run.State == Completed {
		restored := scopeOf(known.executed())
		restored.Others = true
		if err := c.clear(ctx, tx, restored, true); err != nil {
			return err
		}
		run := c.run.next(c.recorded)
		run.State, run.CompletedBy, run.Completed = Approved, "", nil
		pg.Update(tx, run, completed)
		return announce(ctx, tx, runFact(EventSettlementReopened, run, known.statement, c.by, known.totals))
	}
	if whole && c.run.Netting != coinsurance.NettingMultilateral {
		return c.clear(ctx, tx, scopeOf([]PaymentOrder{*order}), true)
	}
	return nil
}
