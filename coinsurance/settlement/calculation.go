package settlement

import (
	"cmp"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// Calculation is a run with what it comes to, from the members' debts to the orders.
type Calculation struct {
	*Settlement

	Debts    []RingDebt     `json:"debts"`
	Payments []PaymentOrder `json:"payments"`
}

// RingDebt is what two members owe each other over the items that a run takes, in one ring.
type RingDebt struct {
	Ring  string       `bun:"ring"   json:"ring,omitempty"`
	A     string       `bun:"a"      json:"a"`
	B     string       `bun:"b"      json:"b"`
	AOwes money.Amount `bun:"a_owes" json:"a_owes"`
	BOwes money.Amount `bun:"b_owes" json:"b_owes"`
	Items int64        `bun:"items"  json:"items"`
}

var debtsOfSettlement = pg.Select[RingDebt, settlementKey](files, "DebtsOfSettlement")

// add reads what the items come to and nets it.
func (c *Calculation) add(ctx context.Context, handle bun.IDB) (err error) {
	c.Debts, err = pg.Listed[RingDebt](ctx, handle, debtsOfSettlement.With(settlementKey{c.Pool, c.Number}))
	c.net()
	return err
}

// net nets the debts.
func (c *Calculation) net() {
	c.Items, c.Payments = 0, []PaymentOrder{}
	debts := make([]Debt, 0, len(c.Debts))
	for _, debt := range c.Debts {
		c.Items += debt.Items
		debts = append(debts, Debt{Ring: debt.Ring, A: debt.A, B: debt.B, AOwes: debt.AOwes, BOwes: debt.BOwes})
	}
	for i, order := range Orders(c.Netting, debts) {
		c.Payments = append(c.Payments, PaymentOrder{
			Pool: c.Pool, Settlement: c.Number, Number: i + 1, Ring: order.Ring, Payer: order.Payer, Payee: order.Payee,
			Amount: order.Amount, Currency: order.Amount.Currency().Code(), State: OrderOpen, Attempt: 1, Version: 1,
		})
	}
}

// Net is what a member is to receive by the run, less what it is to pay.
func (c *Calculation) Net(member string) money.Amount { return NetOf(c.Payments, member) }

// NetOf is what a member receives by payment orders, less what it pays. What gives back a payment does not count.
func NetOf(orders []PaymentOrder, member string) (net money.Amount) {
	for _, order := range orders {
		if order.opposite() {
			continue
		}
		switch member {
		case order.Payee:
			net = net.Add(order.Amount)
		case order.Payer:
			net = net.Sub(order.Amount)
		}
	}
	return net
}

// CalculationOf is the run of the statement that stands for a period, from its items to its orders. It refuses with
// ErrStatementNotFound, then ErrSettlementNotFound.
func CalculationOf(ctx context.Context, handle bun.IDB, pool, period string) (*Calculation, error) {
	run, orders, err := SettlementOf(ctx, handle, pool, period)
	if err != nil {
		return nil, err
	}
	calculation := &Calculation{Settlement: run, Payments: orders}
	calculation.Debts, err = pg.Listed[RingDebt](ctx, handle, debtsOfSettlement.With(settlementKey{run.Pool, run.Number}))
	return calculation, err
}

// MemberCalculation is what a run comes to for a member.
type MemberCalculation struct {
	Member   string       `json:"member"`
	GrossIn  money.Amount `json:"gross_in"`  // what others owe it
	GrossOut money.Amount `json:"gross_out"` // what it owes others
	Net      money.Amount `json:"net"`       // what it is to receive, and pays where it is below zero
}

// nets are what the run comes to for one member, or for each by code.
func (c *Calculation) nets(only string) []MemberCalculation {
	nets := []MemberCalculation{}
	of := func(member string) *MemberCalculation {
		at := slices.IndexFunc(nets, func(n MemberCalculation) bool { return n.Member == member })
		if at < 0 {
			at, nets = len(nets), append(nets, MemberCalculation{Member: member, Net: c.Net(member)})
		}
		return &nets[at]
	}
	for _, debt := range c.Debts {
		a := of(debt.A)
		a.GrossOut, a.GrossIn = a.GrossOut.Add(debt.AOwes), a.GrossIn.Add(debt.BOwes)
		b := of(debt.B)
		b.GrossOut, b.GrossIn = b.GrossOut.Add(debt.BOwes), b.GrossIn.Add(debt.AOwes)
	}
	nets = slices.DeleteFunc(nets, func(n MemberCalculation) bool { return only != "" && n.Member != only })
	slices.SortFunc(nets, func(x, y MemberCalculation) int { return cmp.Compare(x.Member, y.Member) })
	return nets
}
