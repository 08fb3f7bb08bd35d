package settlement

import (
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// OrderMovement is what was paid of an order at one time, or came back. The movements are the cash account between the
// members, apart from the technical account, which the items of the statements are.
type OrderMovement struct {
	bun.BaseModel `bun:"table:order_movement"`

	Pool      string        `bun:"pool,pk"          json:"-"`
	Order     string        `bun:"payment_order,pk" json:"order"`
	Number    int64         `bun:"number,pk"        json:"number"` // version of the order
	Effective calendar.Date `bun:"effective"        json:"effective"`
	Amount    money.Amount  `bun:"amount"           json:"amount"` // below zero for what came back
	Currency  string        `bun:"currency"         json:"currency"`
	Journal   uuid.UUID     `bun:"journal"          json:"journal"`
	Recorded  time.Time     `bun:"recorded"         json:"recorded"`
}

// movement is the row of an order's last event, in which an amount of it was paid or came back.
func (o *PaymentOrder) movement(journal uuid.UUID, effective calendar.Date, amount money.Amount) *OrderMovement {
	return &OrderMovement{
		Pool: o.Pool, Order: o.ID, Number: o.Version, Effective: effective, Amount: amount,
		Currency: amount.Currency().Code(), Journal: journal, Recorded: o.Recorded,
	}
}

// orderLife is an order from its making on, with what was paid of it.
type orderLife struct {
	PaymentOrder

	run   *Settlement
	rate  money.Rate // of late interest, for a year
	moved []OrderMovement
}

// unpaid is what is not paid of the order by the end of a day; nothing before it was made, and nothing once it is void.
func (o *orderLife) unpaid(day calendar.Date) money.Amount {
	made := o.run.Approved
	if o.opposite() {
		made = o.run.UnwindApproved
	}
	if made == nil || day.Before(calendar.DateOf(*made)) || o.State == OrderVoid && !day.Before(o.voided()) {
		return o.Amount.Like(0)
	}
	left := o.Amount
	for i := range o.moved {
		if !o.moved[i].Effective.After(day) {
			left = left.Sub(o.moved[i].Amount)
		}
	}
	return left
}

// voided is the day from which nothing is owed of a void order: that of the unwinding, or, of an opposite order, on
// which the money came back without it.
func (o *orderLife) voided() calendar.Date {
	if at := o.run.UnwindApproved; at != nil && !o.opposite() {
		return calendar.DateOf(*at)
	}
	return calendar.DateOf(o.Recorded)
}

// changed is the last day on which what is unpaid of the order may have changed.
func (o *orderLife) changed() (last calendar.Date) {
	if o.State == OrderVoid {
		last = o.voided()
	}
	for i := range o.moved {
		last = calendar.Later(last, o.moved[i].Effective)
	}
	return last
}

type dueBy struct {
	Pool string
	Day  calendar.Date
}

var (
	ordersDue      = pg.Select[PaymentOrder, dueBy](files, "OrdersDue")
	movementsOfDue = pg.Select[OrderMovement, dueBy](files, "MovementsOfDue")
)

// livesIn asks for the orders of a pool that are due by a day; what it gives has them, once the reads have run, in the
// order in which they were made.
func livesIn(reads *pg.Reads, pool string, day calendar.Date) func() []orderLife {
	var runs []Settlement
	var orders []PaymentOrder
	var movements []OrderMovement
	pg.ListIn(reads, settlementsOfPool.With(ofPool{pool}), &runs)
	pg.ListIn(reads, ordersDue.With(dueBy{pool, day}), &orders)
	pg.ListIn(reads, movementsOfDue.With(dueBy{pool, day}), &movements)
	return func() []orderLife {
		lives := make([]orderLife, len(orders))
		for i, order := range orders {
			lives[i].PaymentOrder = order
			at := slices.IndexFunc(runs, func(run Settlement) bool { return run.Number == order.Settlement })
			lives[i].run = &runs[at] // a foreign key says that it is there
			for _, movement := range movements {
				if movement.Order == order.ID {
					lives[i].moved = append(lives[i].moved, movement)
				}
			}
		}
		return lives
	}
}
