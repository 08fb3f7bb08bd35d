package settlement

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// State is where a run of settlement stands.
type State string

// States of a settlement.
const (
	Proposed  State = "proposed"  // its figures are fixed, there is no order yet
	Withdrawn State = "withdrawn" // before approval; its items are free
	Approved  State = "approved"  // its orders are made
	Completed State = "completed" // its items are brought to zero
	Unwinding State = "unwinding" // opposite orders are made for what was paid
	Unwound   State = "unwound"   // its items are free
)

// Settlement is one run 结算: the items of a statement that nobody disputes, and those of earlier ones that are resolved
// since, with the payments that meet them.
type Settlement struct {
	bun.BaseModel `bun:"table:settlement"`

	Pool             string                `bun:"pool,pk"           json:"pool"`
	Number           int                   `bun:"number,pk"         json:"number"` // from 1
	Statement        int                   `bun:"statement"         json:"statement"`
	AgreementVersion int                   `bun:"agreement_version" json:"agreement_version"`
	Netting          coinsurance.Netting   `bun:"netting"           json:"netting"`
	RingFence        coinsurance.RingFence `bun:"ring_fence"        json:"ring_fence"`
	ConfirmedOnly    bool                  `bun:"confirmed_only"    json:"confirmed_only"`
	State            State                 `bun:"state"             json:"state"`
	Version          int64                 `bun:"version"           json:"version"`
	Items            int64                 `bun:"items"             json:"items"`
	Orders           int                   `bun:"orders"            json:"orders"`
	Recorded         time.Time             `bun:"recorded"          json:"recorded"` // of the last event
	ProposedBy       string                `bun:"proposed_by"       json:"proposed_by"`
	ApprovedBy       string                `bun:"approved_by"       json:"approved_by,omitempty"`
	Approved         *time.Time            `bun:"approved"          json:"approved,omitempty"`
	CompletedBy      string                `bun:"completed_by"      json:"completed_by,omitempty"`
	Completed        *time.Time            `bun:"completed"         json:"completed,omitempty"`
	UnwindProposedBy string                `bun:"unwind_proposed_by" json:"unwind_proposed_by,omitempty"`
	UnwoundBy        string                `bun:"unwound_by"        json:"unwound_by,omitempty"`
	UnwindApproved   *time.Time            `bun:"unwind_approved"   json:"unwind_approved,omitempty"`
	Reason           string                `bun:"reason"            json:"reason,omitempty"` // to withdraw or unwind it
}

func (s *Settlement) subject() string { return fmt.Sprintf("settlement/%s/%d", s.Pool, s.Number) }

// next is the settlement after an event.
func (s *Settlement) next(now time.Time) *Settlement {
	after := *s
	after.Version, after.Recorded = s.Version+1, clock.Later(now, s.Recorded)
	return &after
}

// unwinds says that what was paid of the run is, or was, given back.
func (s *Settlement) unwinds() bool { return s.State == Unwinding || s.State == Unwound }

// decided refuses what may only be done before a run is approved.
func (s *Settlement) decided() error {
	return ErrSettlementDecided.Case(fault.Args{"number": s.Number, "settlement_state": s.State})
}

// OrderState is where a payment order stands.
type OrderState string

// States of a payment order.
const (
	OrderOpen     OrderState = "open"
	OrderFiled    OrderState = "filed"     // in a payment file that was released
	OrderAccepted OrderState = "accepted"  // by the bank
	OrderPartPaid OrderState = "part_paid" // some of it
	OrderExecuted OrderState = "executed"  // all of it
	OrderRejected OrderState = "rejected"  // by the bank; the next attempt opens it again
	OrderReturned OrderState = "returned"  // after it was paid
	OrderVoid     OrderState = "void"      // what of it was not paid when its settlement was unwound is not paid any more
)

// PaymentOrder is a payment from member to member that a settlement asks for 付款指令.
type PaymentOrder struct {
	bun.BaseModel `bun:"table:payment_order"`

	Pool       string        `bun:"pool,pk"    json:"pool"`
	ID         string        `bun:"id,pk"      json:"id,omitempty"` // for banks: ASCII, at most 30 characters
	Settlement int           `bun:"settlement" json:"settlement"`
	Number     int           `bun:"number"     json:"number"`
	Ring       string        `bun:"ring"       json:"ring,omitempty"` // what was netted by itself
	Payer      string        `bun:"payer"      json:"payer"`
	Payee      string        `bun:"payee"      json:"payee"`
	Amount     money.Amount  `bun:"amount"     json:"amount"`
	Executed   money.Amount  `bun:"executed"   json:"executed"`
	Currency   string        `bun:"currency"   json:"currency"`
	Due        calendar.Date `bun:"due"        json:"due"`
	State      OrderState    `bun:"state"      json:"state"`
	Attempt    int           `bun:"attempt"    json:"attempt"`                // from 1
	Reminded   int           `bun:"reminded"   json:"-"`                      // how many of reminderDays were announced
	OppositeOf string        `bun:"opposite_of" json:"opposite_of,omitempty"` // of which it gives back what was paid
	Version    int64         `bun:"version"    json:"version"`
	Recorded   time.Time     `bun:"recorded"   json:"recorded,omitzero"` // of the last event
}

func (o *PaymentOrder) subject() string { return "order/" + o.Pool + "/" + o.ID }

// left is what of an order is not paid yet.
func (o *PaymentOrder) left() money.Amount { return o.Amount.Sub(o.Executed) }

// seenBy says that a member, or who oversees all, may know of the order.
func (o *PaymentOrder) seenBy(member string) bool {
	return member == "" || member == o.Payer || member == o.Payee
}

// next is the order after an event.
func (o *PaymentOrder) next(now time.Time) *PaymentOrder {
	after := *o
	after.Version, after.Recorded = o.Version+1, clock.Later(now, o.Recorded)
	return &after
}

// void is the order without what of it is not paid.
func (o *PaymentOrder) void(now time.Time) *PaymentOrder {
	after := o.next(now)
	after.State = OrderVoid
	return after
}

// opposite says that the order gives back what was paid of another.
func (o *PaymentOrder) opposite() bool { return o.OppositeOf != "" }

// pays says that money may be paid for an order: while its run waits for it, and to give back what was paid.
func (s *Settlement) pays(order *PaymentOrder) bool {
	if order.State == OrderExecuted || order.State == OrderVoid {
		return false
	}
	return s.State == Approved || s.unwinds() && order.opposite()
}

type orderKey struct{ Pool, ID string }

type settlementKey struct {
	Pool   string
	Number int
}

var (
	settlementsOfPool = pg.Select[Settlement, ofPool](files, "SettlementsOfPool")
	lockSettlement    = pg.Select[Settlement, settlementKey](files, "LockSettlement")
	settlementOf      = pg.Select[Settlement, statementKey](files, "SettlementOfStatement")
	ordersOf          = pg.Select[PaymentOrder, settlementKey](files, "OrdersOfSettlement")
)

// Settlements lists the runs of a pool, oldest first.
func Settlements(ctx context.Context, handle bun.IDB, pool string) ([]Settlement, error) {
	return pg.Listed[Settlement](ctx, handle, settlementsOfPool.With(ofPool{pool}))
}

// SettlementOf is the run of the statement that stands for a period, with its orders. It refuses with
// ErrStatementNotFound, then ErrSettlementNotFound.
func SettlementOf(
	ctx context.Context, handle bun.IDB, pool, period string,
) (*Settlement, []PaymentOrder, error) {
	statement, err := StatementOf(ctx, handle, pool, period)
	if err != nil {
		return nil, nil, err
	}
	run, err := pg.Found[Settlement](ctx, handle, settlementOf.With(statementKey{pool, statement.Number}))
	if err != nil {
		return nil, nil, err
	}
	if run == nil {
		return nil, nil, ErrSettlementNotFound.Case(fault.Args{"pool": pool, "period": period})
	}
	orders, err := OrdersOf(ctx, handle, run)
	return run, orders, err
}

// OrdersOf lists the payment orders of a run.
func OrdersOf(ctx context.Context, handle bun.IDB, run *Settlement) ([]PaymentOrder, error) {
	return pg.Listed[PaymentOrder](ctx, handle, ordersOf.With(settlementKey{run.Pool, run.Number}))
}
