package settlement

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// ApproveUnwinding unwinds a run, by another person than who proposed it: what was paid of its orders is to be given
// back by opposite orders, what was not is void. A run of which nothing was paid is unwound at once.
type ApproveUnwinding struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Number int    `json:"number"`
}

// UnwoundRun is a run that is being unwound, with all its orders.
type UnwoundRun struct {
	*Settlement

	Payments []PaymentOrder `json:"payments"`
}

// ApproveUnwinding refuses, in this order: access.forbidden, coinsurance.pool_not_found,
// coinsurance.settlement_not_found, ledger.date_out_of_range, coinsurance.settlement_changed,
// coinsurance.settlement_not_open, coinsurance.unwinding_not_proposed, access.maker_is_checker,
// coinsurance.order_in_file.
func (s *Service) ApproveUnwinding(ctx context.Context, cmd ApproveUnwinding) (*UnwoundRun, error) {
	return change(ctx, s, cmd, loadUnwinding, decideUnwinding, nil)
}

func (cmd ApproveUnwinding) home() string { return cmd.Pool }

func (cmd ApproveUnwinding) admit() error {
	return cmd.By.RequireKind(access.Settlement, access.Manager)
}

func loadUnwinding(ctx context.Context, tx *pg.Tx, cmd ApproveUnwinding) (*onSettlement, error) {
	return loadSettlement(ctx, tx, cmd.Pool, cmd.Number)
}

var unwindingApproved = pg.ColumnsOf[Settlement]("state", "version", "recorded", "unwound_by", "unwind_approved")

func decideUnwinding(
	known *onSettlement, cmd ApproveUnwinding, now time.Time,
) (decided decision[*UnwoundRun], err error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decided, err
	}
	if err := known.run.unwindable(); err != nil {
		return decided, err
	}
	made, step := fault.Say("proposed to unwind the settlement"), fault.Say("approving that")
	if err := cmd.By.RequireSecond(made, step, known.run.UnwindProposedBy); err != nil {
		return decided, err
	}
	if err := known.still(); err != nil {
		return decided, err
	}
	run := known.run.next(now)
	run.State, run.UnwoundBy, run.UnwindApproved = Unwinding, cmd.By.Subject, &run.Recorded
	known.unwind(&decided, run, cmd.By)
	return decided, nil
}

// unwind makes an approved run one that is being unwound, or, where nothing was paid, that is unwound.
func (o *onSettlement) unwind(decided *decision[*UnwoundRun], run *Settlement, by access.Principal) {
	told := *run
	decided.facts = facts(runFact(EventUnwindingApproved, &told, o.statement, by, o.totals))
	asked := len(o.orders)
	var voided []PaymentOrder
	for i := range asked {
		if order := &o.orders[i]; order.State != OrderExecuted {
			*order = *order.void(run.Recorded)
			voided = append(voided, *order)
			decided.facts = append(decided.facts, orderFact(EventOrderVoid, order, by))
		}
	}
	for i := range asked {
		if paid := o.orders[i].Executed; paid.Sign() > 0 {
			o.orders = append(o.orders, o.oppose(run, &o.orders[i], paid, run.Recorded))
		}
	}
	made := o.orders[asked:]
	for i := range made {
		decided.facts = append(decided.facts, orderFact(EventOrderMade, &made[i], by))
	}
	if len(made) == 0 {
		run = run.next(run.Recorded)
		run.State = Unwound
		decided.facts = append(decided.facts, runFact(EventSettlementUnwound, run, o.statement, by, o.totals))
	}
	decided.answer = &UnwoundRun{Settlement: run, Payments: o.orders}
	decided.write = func(tx *pg.Tx) {
		pg.Update(tx, run, unwindingApproved)
		for i := range voided {
			pg.Update(tx, &voided[i], orderMovement)
		}
		pg.InsertAll(tx, made, ordersShared)
	}
}
