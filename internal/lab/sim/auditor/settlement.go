package auditor

import (
	"cmp"
	"maps"
	"slices"
)

// The ways to set off what members owe each other.
const (
	NettingNone         = "none"
	NettingBilateral    = "bilateral"
	NettingMultilateral = "multilateral"
)

// Order has one member pay another, of what is netted by itself.
type Order struct {
	Ring         string // "" where the agreement does not fence
	Payer, Payee string
	Amount       int64
	Paid         int64  // of the amount
	Returned     bool   // what was paid came back, and nothing was paid or sent since
	Sent         string // how far the bank has come with it, "" when nothing is with the bank or some was paid since
	Filed        bool   // it is in a payment file, and may go into no other
	Back         bool   // it gives back what was paid of the order from its payee to its payer
	Void         Day    // from when nothing is owed of it; none while it stands
}

// Left is what is not paid yet.
func (o *Order) Left() int64 { return o.Amount - o.Paid }

// Settlement is what came of settling a period.
type Settlement struct {
	On            Day // when it was approved; none before
	Netting       string
	Fence         string // "" for none
	ConfirmedOnly bool
	Approved      bool
	Items         []*Item // those it took, of whichever statement
	Level         []*Item // what is level and goes with it
	Orders        []Order // in the order of ring, payer and payee; behind them those that give back
	Paid          bool
	ToUnwind      bool // somebody proposed to unwind it
	UnwindOn      Day  // when that was approved; none before

	late    int64 // late interest for a year
	due     Day   // of its orders
	backDue Day   // of those that give back
	moved   map[int][]movement
}

// Net is what a member receives by the orders, less what it pays.
func (s *Settlement) Net(member string) int64 {
	net := int64(0)
	for _, order := range s.Orders {
		switch member {
		case order.Payer:
			net -= order.Amount
		case order.Payee:
			net += order.Amount
		}
	}
	return net
}

// Payment is what the orders from one member to another come to, of every ring; nothing when there is none.
func (s *Settlement) Payment(payer, payee string) int64 {
	sum := int64(0)
	for _, order := range s.Orders {
		if order.Payer == payer && order.Payee == payee {
			sum += order.Amount
		}
	}
	return sum
}

// Settlements are how many were made, of all pools.
func (a *Auditor) Settlements() int { return a.settlements }

// termsOn are those of the version in force on a day, of the earliest where none is; nil without an agreement.
func (p *Pool) termsOn(day Day) *Agreement {
	agreement := p.At(day)
	if agreement == nil && len(p.Agreements) > 0 {
		agreement = p.Agreements[0]
	}
	return agreement
}

// ordered makes the orders that settle items, each ring by itself.
func (a *Auditor) ordered(s *Settlement) []Order {
	rings := map[string][]*Item{}
	for _, item := range s.Items {
		ring := a.ringOf(item, s.Fence)
		rings[ring] = append(rings[ring], item)
	}
	var orders []Order
	for _, ring := range slices.Sorted(maps.Keys(rings)) {
		for _, order := range netted(s.Netting, rings[ring]) {
			order.Ring = ring
			orders = append(orders, order)
		}
	}
	return orders
}

// netted makes the orders of one ring.
func netted(netting string, items []*Item) []Order {
	type pair struct{ payer, payee string }
	sums := map[pair]int64{}
	for _, item := range items {
		way, amount := pair{item.First, item.Second}, item.Net()
		if netting == NettingNone && amount < 0 { // nothing is set off
			way, amount = pair{item.Second, item.First}, -amount
		}
		sums[way] += amount
	}
	if netting == NettingMultilateral {
		nets := map[string]int64{}
		for way, amount := range sums {
			nets[way.payer] -= amount
			nets[way.payee] += amount
		}
		return met(nets)
	}
	var orders []Order
	for way, amount := range sums {
		switch {
		case amount > 0:
			orders = append(orders, Order{Payer: way.payer, Payee: way.payee, Amount: amount})
		case amount < 0:
			orders = append(orders, Order{Payer: way.payee, Payee: way.payer, Amount: -amount})
		}
	}
	return sorted(orders)
}

func sorted(orders []Order) []Order {
	slices.SortFunc(orders, func(x, y Order) int {
		return cmp.Or(cmp.Compare(x.Payer, y.Payer), cmp.Compare(x.Payee, y.Payee))
	})
	return orders
}

// met has the largest debtor pay the largest creditor the smaller of the two sums, until nobody owes anything. Of equal
// sums the first by code comes first.
func met(nets map[string]int64) []Order {
	members := slices.Sorted(maps.Keys(nets))
	var orders []Order
	for {
		debtor, creditor := "", ""
		for _, member := range members {
			if nets[member] < 0 && (debtor == "" || nets[member] < nets[debtor]) {
				debtor = member
			}
			if nets[member] > 0 && (creditor == "" || nets[member] > nets[creditor]) {
				creditor = member
			}
		}
		if debtor == "" || creditor == "" {
			return sorted(orders)
		}
		amount := min(-nets[debtor], nets[creditor])
		nets[debtor] += amount
		nets[creditor] -= amount
		orders = append(orders, Order{Payer: debtor, Payee: creditor, Amount: amount})
	}
}
