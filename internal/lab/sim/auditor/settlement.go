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

// Order has one member pay another.
type Order struct {
	Payer, Payee string
	Amount       int64
	Paid         int64 // of the amount
	Returned     bool  // what was paid came back, and nothing was paid since
}

// Left is what is not paid yet.
func (o *Order) Left() int64 { return o.Amount - o.Paid }

// Settlement is what came of settling a period.
type Settlement struct {
	On      Day // when it was made
	Netting string
	Items   []*Item // those it took, of whichever statement
	Orders  []Order // in the order of payer and payee
	Paid    bool
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

// Payment is the order from one member to another, nothing when there is none.
func (s *Settlement) Payment(payer, payee string) int64 {
	for _, order := range s.Orders {
		if order.Payer == payer && order.Payee == payee {
			return order.Amount
		}
	}
	return 0
}

// settle makes the orders for what is not disputed of a period's statement, and for what was of those settled before.
func (a *Auditor) settle(act Settle, as string, written Day) (*Statement, string) {
	statement, refusal := a.drawn(act.OnStatement, manages(as), written)
	switch {
	case refusal != "":
		return statement, refusal
	case statement.Settlement != nil:
		return statement, "coinsurance.settlement_exists"
	}
	for _, member := range statement.Parties() {
		if !statement.Confirmed[member] {
			return statement, "coinsurance.statement_not_confirmed"
		}
	}
	pool := a.Pools[act.Pool]
	settlement := &Settlement{On: a.Today, Netting: pool.netting(act.Period.Last())}
	for _, drawn := range pool.Statements {
		if drawn != statement && drawn.Settlement == nil {
			continue
		}
		for _, item := range drawn.Items {
			if !item.Settled() && !item.Held() {
				settlement.Items = append(settlement.Items, item)
				item.settled = settlement
			}
		}
	}
	settlement.Orders = ordered(settlement.Netting, settlement.Items)
	statement.Settlement = settlement
	a.settlements++
	pool.events["coinsurance.settlement_proposed"]++
	pool.events["coinsurance.settlement_approved"]++
	pool.count("coinsurance.order_made", len(settlement.Orders))
	return statement, ""
}

// Settlements are how many were made, of all pools.
func (a *Auditor) Settlements() int { return a.settlements }

// netting is that of the version in force on a day, of the earliest where none is.
func (p *Pool) netting(day Day) string {
	switch agreement := p.At(day); {
	case agreement != nil:
		return agreement.Netting
	case len(p.Agreements) > 0:
		return p.Agreements[0].Netting
	default:
		return NettingNone
	}
}

// ordered makes the orders that settle items.
func ordered(netting string, items []*Item) []Order {
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
