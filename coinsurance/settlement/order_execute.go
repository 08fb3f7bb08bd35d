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

// ExecuteOrder writes down, on the bank's word, that an order was paid, or a part of it.
type ExecuteOrder struct {
	idempotency.Command

	Pool   string       `json:"pool"`
	Order  string       `json:"order"`
	Amount money.Amount `json:"amount"`
}

// ExecuteOrder refuses, in this order: access.forbidden, coinsurance.pool_not_found, coinsurance.order_not_found,
// ledger.date_out_of_range, coinsurance.order_changed, coinsurance.order_done, coinsurance.order_exceeded,
// access.maker_is_checker.
func (s *Service) ExecuteOrder(ctx context.Context, cmd ExecuteOrder) (*PaymentOrder, error) {
	return change(ctx, s, cmd, loadExecution, decideExecution, executeOrder)
}

func (cmd ExecuteOrder) home() string { return cmd.Pool }

func (cmd ExecuteOrder) admit() error { return cmd.By.RequireKind(access.Settlement, access.Manager) }

var settlementOfOrder = pg.SQL[orderKey](files, "SettlementOfOrder")

// loadOrder locks the run of an order. It refuses with ErrOrderNotFound.
func loadOrder(ctx context.Context, tx *pg.Tx, pool, id string) (*onSettlement, error) {
	var number int
	err := settlementOfOrder.With(orderKey{pool, id}).Row(ctx, tx, &number)
	if pg.NoRows(err) {
		return nil, ErrOrderNotFound.Case(fault.Args{"pool": pool, "order": id})
	}
	if err != nil {
		return nil, err
	}
	return loadSettlement(ctx, tx, pool, number)
}

func loadExecution(ctx context.Context, tx *pg.Tx, cmd ExecuteOrder) (*onSettlement, error) {
	return loadOrder(ctx, tx, cmd.Pool, cmd.Order)
}

func decideExecution(
	known *onSettlement, cmd ExecuteOrder, now time.Time,
) (decided decision[*PaymentOrder], err error) {
	order := known.order(cmd.Order)
	if err := known.admitAt(cmd.Command, now, order.Version, ErrOrderChanged); err != nil {
		return decided, err
	}
	switch {
	case !known.run.pays(order):
		return decided, ErrOrderDone.Case(fault.Args{"order": order.ID, "order_state": order.State})
	case cmd.Amount.Sign() <= 0 || cmd.Amount.Cmp(order.left()) > 0:
		return decided, ErrOrderExceeded.Case(fault.Args{"order": order.ID, "left": order.left(), "amount": cmd.Amount})
	}
	made, step := fault.Say("proposed the settlement"), fault.Say("recording that a payment was made")
	if err := cmd.By.RequireSecond(made, step, known.run.ProposedBy); err != nil {
		return decided, err
	}
	known.run.Recorded = clock.Later(now, clock.Later(order.Recorded, known.run.Recorded))
	decided.answer = order
	return decided, nil
}

func executeOrder(
	ctx context.Context, tx *pg.Tx, known *onSettlement, cmd ExecuteOrder, order *PaymentOrder,
) error {
	clearing, err := newClearing(ctx, tx, known, known.run, cmd.By, cmd.Effective, authority.ExecuteOrder.Pass())
	if err != nil {
		return err
	}
	return clearing.execute(ctx, tx, known, order, cmd.Amount)
}

// execute writes down that an amount of an order was paid. When that is all of it, the items that it stands for are
// brought to zero, unless they wait for the whole run; when it was the last, the run completes.
func (c *clearing) execute(
	ctx context.Context, tx *pg.Tx, known *onSettlement, order *PaymentOrder, amount money.Amount,
) error {
	if c.run.unwinds() {
		return c.payUnwound(ctx, tx, known, order, amount)
	}
	if err := c.pay(ctx, tx, order, amount); err != nil || order.State != OrderExecuted {
		return err
	}
	if c.run.Netting != coinsurance.NettingMultilateral {
		if err := c.clear(ctx, tx, scopeOf([]PaymentOrder{*order}), false); err != nil {
			return err
		}
	}
	for i := range known.orders {
		if known.orders[i].State != OrderExecuted {
			return nil
		}
	}
	return c.finish(ctx, tx, known, known.executed())
}

// finish brings to zero what the execution of the orders that are done has not, and completes the run.
func (c *clearing) finish(ctx context.Context, tx *pg.Tx, known *onSettlement, done []PaymentOrder) error {
	rest := scopeOf(done)
	rest.Others = true
	if err := c.clear(ctx, tx, rest, false); err != nil {
		return err
	}
	run := c.run.next(c.recorded)
	run.State, run.CompletedBy, run.Completed = Completed, c.by.Subject, &run.Recorded
	run.UnwindProposedBy, run.Reason = "", "" // it need not be unwound
	pg.Update(tx, run, completed)
	*c.run = *run
	return announce(ctx, tx, runFact(EventSettlementCompleted, run, known.statement, c.by, known.totals))
}

var completed = pg.ColumnsOf[Settlement]("state", "version", "recorded", "completed_by", "completed",
	"unwind_proposed_by", "reason")

// executed are the orders whose items were brought to zero when they were paid; none where all wait for the whole run.
func (o *onSettlement) executed() (done []PaymentOrder) {
	if o.run.Netting == coinsurance.NettingMultilateral {
		return nil
	}
	for i := range o.orders {
		if o.orders[i].State == OrderExecuted {
			done = append(done, o.orders[i])
		}
	}
	return done
}
