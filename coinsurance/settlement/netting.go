package settlement

import (
	"cmp"
	"maps"
	"slices"

	"gongbao/coinsurance"
	"gongbao/internal/money"
)

// Debt is what two members owe each other in one ring of a settlement, not set off: what the items come to in which A
// is the debtor, and those in which B is.
type Debt struct {
	Ring  string // what is netted by itself; one ring is "" where the agreement does not fence
	A, B  string
	AOwes money.Amount
	BOwes money.Amount
}

// Order is one payment from member to member 付款指令.
type Order struct {
	Ring   string
	Payer  string
	Payee  string
	Amount money.Amount // above zero
}

// Orders are the payments that meet the debts, ring by ring:
//
//   - none: nothing is set off; each member pays what it owes to each other;
//   - bilateral: of each pair the one that owes more pays the difference;
//   - multilateral: each member pays or is paid its net over the ring. The largest debtor pays the largest creditor the
//     smaller of the two sums, again until all are met; a tie goes to the member code that sorts first. There are fewer
//     orders than members.
//
// Whatever the netting, what a member is paid less what it pays is the same.
func Orders(netting coinsurance.Netting, debts []Debt) []Order {
	rings := make(map[string][]Debt)
	for _, debt := range debts {
		rings[debt.Ring] = append(rings[debt.Ring], debt)
	}
	var orders []Order
	for _, ring := range slices.Sorted(maps.Keys(rings)) {
		switch netting {
		case coinsurance.NettingMultilateral:
			orders = append(orders, meet(ring, positions(rings[ring]))...)
		case coinsurance.NettingBilateral:
			orders = append(orders, pairwise(ring, pairs(rings[ring], true))...)
		default:
			orders = append(orders, pairwise(ring, pairs(rings[ring], false))...)
		}
	}
	return orders
}

// pair is who owes whom.
type pair struct{ payer, payee string }

// pairs adds up what each owes each other; set off, what the two owe each other cancels out.
func pairs(debts []Debt, setOff bool) map[pair]money.Amount {
	owed := make(map[pair]money.Amount)
	for _, debt := range debts {
		there, back := pair{debt.A, debt.B}, pair{debt.B, debt.A}
		owed[there] = owed[there].Add(debt.AOwes)
		owed[back] = owed[back].Add(debt.BOwes)
	}
	if !setOff {
		return owed
	}
	for there, amount := range owed {
		back := pair{there.payee, there.payer}
		common := money.Min(amount, owed[back])
		owed[there], owed[back] = amount.Sub(common), owed[back].Sub(common)
	}
	return owed
}

// pairwise is an order for each pair of which the first owes anything, in the order of the members' codes.
func pairwise(ring string, owed map[pair]money.Amount) []Order {
	var orders []Order
	for each, amount := range owed {
		if amount.Sign() > 0 {
			orders = append(orders, Order{Ring: ring, Payer: each.payer, Payee: each.payee, Amount: amount})
		}
	}
	slices.SortFunc(orders, func(a, b Order) int {
		return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.Payee, b.Payee))
	})
	return orders
}

// position is what a member is to receive over all others of a ring; below zero it pays.
type position struct {
	member string
	net    money.Amount
}

func positions(debts []Debt) []position {
	nets := make(map[string]money.Amount)
	for _, debt := range debts {
		net := debt.BOwes.Sub(debt.AOwes)
		nets[debt.A] = nets[debt.A].Add(net)
		nets[debt.B] = nets[debt.B].Sub(net)
	}
	all := make([]position, 0, len(nets))
	for _, member := range slices.Sorted(maps.Keys(nets)) {
		all = append(all, position{member: member, net: nets[member]})
	}
	return all
}

// meet pays the largest creditor from the largest debtor until every position, in the order of the members' codes, is
// met. Each order meets at least one of the two, and the last one both.
func meet(ring string, all []position) []Order {
	var orders []Order
	for {
		debtor, creditor := 0, 0 // the first of those that are largest
		for i := range all {
			if all[i].net.Cmp(all[debtor].net) < 0 {
				debtor = i
			}
			if all[i].net.Cmp(all[creditor].net) > 0 {
				creditor = i
			}
		}
		if len(all) == 0 || all[debtor].net.Sign() == 0 {
			return orders
		}
		amount := money.Min(all[debtor].net.Neg(), all[creditor].net)
		orders = append(orders, Order{Ring: ring, Payer: all[debtor].member, Payee: all[creditor].member, Amount: amount})
		all[debtor].net = all[debtor].net.Add(amount)
		all[creditor].net = all[creditor].net.Sub(amount)
	}
}
