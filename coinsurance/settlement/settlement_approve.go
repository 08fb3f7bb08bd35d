package settlement

import (
	"context"
	"fmt"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// ApproveSettlement makes the payment orders of a proposed run, by a second person. Its letters are asked for, and
// written afterwards, as things stood at the approval.
type ApproveSettlement struct {
	idempotency.Command

	Pool   string `json:"pool"`
	Number int    `json:"number"`
}

// ApproveSettlement refuses, in this order: access.forbidden, coinsurance.pool_not_found,
// coinsurance.settlement_not_found, ledger.date_out_of_range, coinsurance.settlement_changed,
// coinsurance.settlement_decided, access.maker_is_checker, coinsurance.settlement_outdated.
func (s *Service) ApproveSettlement(ctx context.Context, cmd ApproveSettlement) (*Calculation, error) {
	return change(ctx, s, cmd, loadApproval, decideApproval, makeOrders)
}

func (cmd ApproveSettlement) home() string { return cmd.Pool }

func (cmd ApproveSettlement) admit() error {
	return cmd.By.RequireKind(access.Settlement, access.Manager)
}

// onSettlement is what a change of a run needs to know of it.
type onSettlement struct {
	*onStatement

	run      *Settlement
	orders   []PaymentOrder
	attempts []Attempt // at the orders that are in files, the present one of each
	ordinal  int32     // of the pool, for the orders' ids

	outdatedPeriod, outdatedSubject string // an item of it that was disputed since; "" for none
}

var (
	outdatedItem         = pg.SQL[settlementKey](files, "OutdatedItem")
	attemptsOfSettlement = pg.Select[Attempt, settlementKey](files, "AttemptsOfSettlement")
)

// loadSettlement locks a run, after the pool's head and before its statement, and reads what belongs to it. It refuses
// with ErrSettlementNotFound.
func loadSettlement(ctx context.Context, tx *pg.Tx, pool string, number int) (*onSettlement, error) {
	known := new(onSettlement)
	key := settlementKey{pool, number}
	var reads pg.Reads
	var head, period string
	lockHead.With(ofPool{pool}).In(&reads, &head)
	pg.FindIn(&reads, lockSettlement.With(key), &known.run)
	periodOfSettlement.With(key).In(&reads, &period)
	pg.ListIn(&reads, ordersOf.With(key), &known.orders)
	pg.ListIn(&reads, attemptsOfSettlement.With(key), &known.attempts)
	outdatedItem.With(key).In(&reads, &known.outdatedPeriod, &known.outdatedSubject)
	if err := reads.Run(ctx, tx); err != nil {
		return nil, err
	}
	if known.run == nil {
		return nil, ErrSettlementNotFound.Case(fault.Args{"pool": pool, "number": number})
	}
	var err error
	if known.onStatement, err = loadStatement(ctx, tx, pool, period); err != nil {
		return nil, err
	}
	found, err := coinsurance.FindPool(ctx, tx, pool)
	if err == nil {
		known.ordinal = found.Ordinal
	}
	return known, err
}

// order is the order of that id.
func (o *onSettlement) order(id string) *PaymentOrder {
	for i := range o.orders {
		if o.orders[i].ID == id {
			return &o.orders[i]
		}
	}
	return nil
}

// moving is the file with which an order is being paid: one that may still be released, or of which the bank has not
// said that it paid. It is 0 for an order of which nothing is on its way.
func (o *onSettlement) moving(order *PaymentOrder) int {
	for i := range o.attempts {
		attempt := &o.attempts[i]
		if attempt.Order == order.ID && attempt.Attempt == order.Attempt &&
			(attempt.State == AttemptMade || order.State == OrderFiled || order.State == OrderAccepted) {
			return attempt.File
		}
	}
	return 0
}

// orderID is what banks call an order: it names the pool by its ordinal, because a code may have any letters.
func (o *onSettlement) orderID(run *Settlement, number int) string {
	return fmt.Sprintf("G%d-%d-%d", o.ordinal, run.Number, number)
}

// dueFrom is when orders are due that are made on a day.
func (o *onSettlement) dueFrom(day calendar.Date) calendar.Date {
	if o.agreement != nil {
		day, _ = PayBy(o.agreement.Terms, o.workdays, day)
	}
	return day
}

// admit refuses a day that may not be written, and a run that has changed since the caller saw it.
func (o *onSettlement) admit(cmd idempotency.Command, now time.Time) error {
	return o.admitAt(cmd, now, o.run.Version, ErrSettlementChanged)
}

var periodOfSettlement = pg.SQL[settlementKey](files, "PeriodOfSettlement")

func loadApproval(ctx context.Context, tx *pg.Tx, cmd ApproveSettlement) (*onSettlement, error) {
	return loadSettlement(ctx, tx, cmd.Pool, cmd.Number)
}

var approved = pg.ColumnsOf[Settlement]("state", "version", "recorded", "approved_by", "approved", "orders")

func decideApproval(known *onSettlement, cmd ApproveSettlement, now time.Time) (decision[*Calculation], error) {
	if err := known.admit(cmd.Command, now); err != nil {
		return decision[*Calculation]{}, err
	}
	if known.run.State != Proposed {
		return decision[*Calculation]{}, known.run.decided()
	}
	made, step := fault.Say("proposed the settlement"), fault.Say("approving it")
	if err := cmd.By.RequireSecond(made, step, known.run.ProposedBy); err != nil {
		return decision[*Calculation]{}, err
	}
	if known.outdatedPeriod != "" {
		return decision[*Calculation]{}, ErrSettlementOutdated.Case(fault.Args{
			"subject": known.outdatedSubject, "period": known.outdatedPeriod,
		})
	}
	run := known.run.next(now)
	run.State, run.ApprovedBy, run.Approved = Approved, cmd.By.Subject, &run.Recorded
	return decision[*Calculation]{answer: &Calculation{Settlement: run}}, nil
}

// makeOrders makes the payment orders, due so many working days after the approval.
func makeOrders(
	ctx context.Context, tx *pg.Tx, o *onSettlement, cmd ApproveSettlement, calculation *Calculation,
) error {
	if err := spacious(ctx, tx); err != nil {
		return err
	}
	if err := calculation.add(ctx, tx); err != nil {
		return err
	}
	run := calculation.Settlement
	run.Orders = len(calculation.Payments)
	due := o.dueFrom(calendar.DateOf(run.Recorded))
	for i := range calculation.Payments {
		order := &calculation.Payments[i]
		order.ID = o.orderID(run, order.Number)
		order.Due, order.Recorded = due, run.Recorded
	}
	pg.Update(tx, run, approved)
	pg.InsertAll(tx, calculation.Payments, ordersShared)
	pg.InsertAll(tx, papersOf(PaperDue{
		Pool: run.Pool, Kind: LetterPaper, Reference: LetterReference(o.statement.Period, run.Number),
		Recorded: run.Recorded, Actor: cmd.By.Subject,
	}, o.totals), papersShared)
	if err := announce(ctx, tx, settlementFact(EventSettlementApproved, calculation, o.statement, cmd.By)); err != nil {
		return err
	}
	for i := range calculation.Payments {
		if err := announce(ctx, tx, orderFact(EventOrderMade, &calculation.Payments[i], cmd.By)); err != nil {
			return err
		}
	}
	return nil
}

var ordersShared = pg.ColumnsShared[PaymentOrder]("pool", "settlement")
