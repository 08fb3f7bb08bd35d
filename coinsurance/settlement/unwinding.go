package settlement

import (
	"context"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// A run that cannot be completed is unwound 撤销: what was paid of an order is given back by an opposite order, from its
// payee to its payer; the rest of it is void. Once all is given back the items are free. An opposite order is paid
// as any other. At every moment the opposite orders of an order come to what was paid of it, so that money that comes
// back by itself is not given back once more.

// still refuses while the money of an order of the run may be on its way.
func (o *onSettlement) still() error {
	for i := range o.orders {
		if file := o.moving(&o.orders[i]); file != 0 {
			return ErrOrderInFile.Case(fault.Args{"order": o.orders[i].ID, "number": file})
		}
	}
	return nil
}

// opposites are the orders that give back what was paid of another, but those that are void.
func (o *onSettlement) opposites(of string) (found []*PaymentOrder) {
	for i := range o.orders {
		if o.orders[i].OppositeOf == of && of != "" && o.orders[i].State != OrderVoid {
			found = append(found, &o.orders[i])
		}
	}
	return found
}

// mayComeBack refuses that of an order no more than an amount stays paid, where more of it than that is given back
// already, or is on its way.
func (o *onSettlement) mayComeBack(order *PaymentOrder, stays money.Amount) error {
	for _, opposite := range o.opposites(order.ID) {
		if opposite.Executed.IsZero() && o.moving(opposite) == 0 {
			continue
		}
		if stays = stays.Sub(opposite.Amount); stays.IsNegative() {
			return ErrOppositePaid.Case(fault.Args{
				"opposite": opposite.ID, "order": order.ID, "order_state": opposite.State,
			})
		}
	}
	return nil
}

// oppose makes an order that gives back an amount of another, due as if the run were approved now.
func (o *onSettlement) oppose(
	run *Settlement, order *PaymentOrder, amount money.Amount, now time.Time,
) PaymentOrder {
	number := 1
	for i := range o.orders {
		number = max(number, o.orders[i].Number+1)
	}
	made := PaymentOrder{
		Pool: order.Pool, Settlement: order.Settlement, Number: number, Ring: order.Ring, Payer: order.Payee,
		Payee: order.Payer, Amount: amount, Executed: amount.Like(0), Currency: order.Currency, State: OrderOpen, Attempt: 1,
		Version: 1, OppositeOf: order.ID, Recorded: now,
	}
	made.ID, made.Due = o.orderID(run, number), o.dueFrom(calendar.DateOf(now))
	return made
}

// atZero says that the items of an order are at zero by its payment: without multilateral netting, from when it is paid
// in full until that is given back.
func (o *onSettlement) atZero(run *Settlement, order *PaymentOrder) bool {
	if run.Netting == coinsurance.NettingMultilateral || order.State != OrderExecuted {
		return false
	}
	left := order.Executed
	for _, opposite := range o.opposites(order.ID) {
		left = left.Sub(opposite.Executed)
	}
	return run.State == Approved || run.State == Unwinding && left.Sign() > 0
}

// payUnwound writes down a payment of an order of a run that is being unwound, or was, or one that came back; and what
// follows from it: the items of the order stand up again once it is given back, its opposite orders come to what is
// paid of it, and the run is unwound once all is given back.
func (c *clearing) payUnwound(
	ctx context.Context, tx *pg.Tx, known *onSettlement, order *PaymentOrder, amount money.Amount,
) error {
	first := order
	if order.opposite() {
		first = known.order(order.OppositeOf)
	}
	before := known.atZero(c.run, first)
	if err := c.pay(ctx, tx, order, amount); err != nil {
		return err
	}
	if after := known.atZero(c.run, first); after != before {
		if err := c.clear(ctx, tx, scopeOf([]PaymentOrder{*first}), before); err != nil {
			return err
		}
	}
	announced := c.balance(tx, known, first)
	if c.run.State == Unwinding && known.givenBack() {
		run := c.run.next(c.recorded)
		run.State = Unwound
		pg.Update(tx, run, unwoundRun)
		*c.run = *run
		announced = append(announced, runFact(EventSettlementUnwound, run, known.statement, c.by, known.totals))
	}
	return announce(ctx, tx, announced...)
}

var unwoundRun = pg.ColumnsOf[Settlement]("state", "version", "recorded")

// balance has the opposite orders of an order come to what is paid of it: those that are too much are void, and
// another is made for what is missing.
func (c *clearing) balance(tx *pg.Tx, o *onSettlement, order *PaymentOrder) (announced []fact.Fact) {
	missing := order.Executed
	for _, opposite := range o.opposites(order.ID) {
		missing = missing.Sub(opposite.Amount)
	}
	for _, opposite := range o.opposites(order.ID) {
		if missing.IsNegative() && opposite.Executed.IsZero() && o.moving(opposite) == 0 {
			missing = missing.Add(opposite.Amount)
			*opposite = *opposite.void(c.recorded)
			pg.Update(tx, opposite, orderMovement)
			announced = append(announced, orderFact(EventOrderVoid, opposite, c.by))
		}
	}
	if missing.Sign() > 0 {
		made := o.oppose(c.run, order, missing, c.recorded)
		o.orders = append(o.orders, made)
		pg.Insert(tx, &made)
		announced = append(announced, orderFact(EventOrderMade, &made, c.by))
	}
	return announced
}

// givenBack says that no opposite order waits for its payment.
func (o *onSettlement) givenBack() bool {
	for i := range o.orders {
		if order := &o.orders[i]; order.opposite() && order.State != OrderExecuted && order.State != OrderVoid {
			return false
		}
	}
	return true
}
