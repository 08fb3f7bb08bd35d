package auditor

import (
	"cmp"
	"slices"
)

// markPaid has the bank say that every order of a settlement was paid.
func (a *Auditor) markPaid(act MarkPaid, as string, written Day) (*Statement, string, []string) {
	statement, refusal := a.drawn(act.OnStatement, manages(as), written)
	unsettled := "coinsurance.settlement_not_found"
	switch {
	case refusal == Forbidden && !statement.approved(): // the page does not say which comes first
		return statement, refusal, []string{unsettled}
	case refusal != "":
		return statement, refusal, nil
	case !statement.approved():
		return statement, unsettled, nil
	case statement.Settlement.UnwindOn != 0:
		return statement, "coinsurance.settlement_not_open", nil
	case statement.Settlement.Paid:
		return statement, "coinsurance.already_paid", nil
	}
	effective := cmp.Or(written, a.Today)
	for i := range statement.Settlement.Orders {
		if order := &statement.Settlement.Orders[i]; order.Left() > 0 {
			a.cash(statement, i, order.Left(), effective)
		}
	}
	a.finish(statement, effective)
	return statement, "", nil
}

// orderOf finds an order of a period's settlement, and its place among all, for whoever asks for it.
func (a *Auditor) orderOf(of OnOrder, as string, written Day) (*Statement, int, string) {
	statement, refusal := a.drawn(of.OnStatement, manages(as), written)
	switch {
	case refusal != "":
		return statement, -1, refusal
	case statement.Settlement == nil:
		return statement, -1, "coinsurance.settlement_not_found"
	}
	place := slices.IndexFunc(statement.Settlement.Orders, func(o Order) bool {
		return o.Ring == of.Ring && o.Payer == of.Payer && o.Payee == of.Payee && o.Back == of.Back
	})
	if place < 0 {
		return statement, place, "coinsurance.order_not_found"
	}
	return statement, place, ""
}

// payOrder has the bank say that an order, or a part of it, was paid. What the order stands for is brought to zero when
// all of it is, and with multilateral netting when all orders are.
func (a *Auditor) payOrder(act PayOrder, as string, written Day) (*Statement, string) {
	statement, place, refusal := a.orderOf(act.OnOrder, as, written)
	if refusal != "" {
		return statement, refusal
	}
	order := &statement.Settlement.Orders[place]
	switch {
	case order.Left() == 0 || order.Void != 0:
		return statement, "coinsurance.order_done"
	case act.Amount <= 0 || act.Amount > order.Left():
		return statement, "coinsurance.order_exceeded"
	}
	effective, settlement := cmp.Or(written, a.Today), statement.Settlement
	if act.Amount < order.Left() {
		a.count("payment in part")
	}
	if settlement.UnwindOn != 0 {
		a.cashUnwinding(statement, place, act.Amount, effective)
		return statement, ""
	}
	a.cash(statement, place, act.Amount, effective)
	if order.Left() > 0 {
		return statement, ""
	}
	a.clear(statement, effective, func(item *Item) bool { return a.standsFor(settlement, order, item) })
	for i := range settlement.Orders {
		if settlement.Orders[i].Left() > 0 {
			return statement, ""
		}
	}
	a.finish(statement, effective)
	return statement, ""
}

// standsFor says that an item is brought to zero with an order: without netting those in which its payer owes, with
// bilateral netting all of the pair, and with multilateral netting none, because all wait for all orders. It stands for
// nothing of another ring.
func (a *Auditor) standsFor(s *Settlement, order *Order, item *Item) bool {
	switch {
	case a.ringOf(item, s.Fence) != order.Ring:
		return false
	case s.Netting == NettingMultilateral || !item.Has(order.Payer) || !item.Has(order.Payee):
		return false
	case s.Netting == NettingBilateral:
		return true
	default:
		return item.netOf(order.Payee) > 0
	}
}

// returnOrder has the bank say that what was paid of an order came back. What was brought to zero with it stands again;
// where the settlement was complete, so does what no order stands for.
func (a *Auditor) returnOrder(act ReturnOrder, as string, written Day) (*Statement, string) {
	statement, place, refusal := a.orderOf(act.OnOrder, as, written)
	if refusal != "" {
		return statement, refusal
	}
	order := &statement.Settlement.Orders[place]
	if order.Paid == 0 {
		return statement, "coinsurance.order_not_paid"
	}
	effective, settlement := cmp.Or(written, a.Today), statement.Settlement
	if settlement.UnwindOn != 0 {
		return statement, a.returnUnwinding(statement, place, effective)
	}
	a.count("return")
	a.cash(statement, place, -order.Paid, effective)
	order.Returned, order.Filed = true, false
	a.restore(statement, effective, func(item *Item) bool {
		for i := range settlement.Orders {
			if other := &settlement.Orders[i]; other.Left() == 0 && a.standsFor(settlement, other, item) {
				return false
			}
		}
		return true
	})
	if settlement.Paid {
		settlement.Paid = false
		a.Pools[act.Pool].count("coinsurance.settlement_reopened", 1)
	}
	return statement, ""
}

// finish brings what is left to zero, and what was level on the statement as well.
func (a *Auditor) finish(statement *Statement, effective Day) {
	a.clear(statement, effective, func(*Item) bool { return true })
	if statement.Settlement.ToUnwind {
		a.count("unwinding that lapses")
	}
	statement.Settlement.Paid, statement.Settlement.ToUnwind = true, false
	a.Pools[statement.Pool].count("coinsurance.settlement_completed", 1)
}

const clearing = "settlement_clearing"

// cash moves an amount of an order from payer to payee, or back when it is below zero.
func (a *Auditor) cash(statement *Statement, place int, amount int64, effective Day) {
	s, settlement := newSheet(), statement.Settlement
	order := &settlement.Orders[place]
	s.debit(order.Payer, clearing, "", amount)
	s.credit(order.Payer, "cash", "", amount)
	s.debit(order.Payee, "cash", "", amount)
	s.credit(order.Payee, clearing, "", amount)
	pool := a.Pools[statement.Pool]
	pool.post("", newSheet(), s, effective, a.Today)
	order.Paid += amount
	order.Returned, order.Sent = false, ""
	settlement.moved[place] = append(settlement.moved[place], movement{effective, a.Today, amount})
	kind := "coinsurance.order_paid"
	if amount < 0 {
		kind = "coinsurance.order_returned"
	}
	pool.count(kind, 1)
}

// clear brings to zero those items of a settlement, and of what is level on its statement, that are such and are not.
func (a *Auditor) clear(statement *Statement, effective Day, such func(*Item) bool) {
	a.each(statement, "coinsurance.items_cleared", func(item *Item) bool {
		if item.cleared || !such(item) {
			return false
		}
		item.cleared = true
		a.move(statement, item, 1, effective)
		return true
	})
}

// restore stands up again those that are such and were brought to zero.
func (a *Auditor) restore(statement *Statement, effective Day, such func(*Item) bool) {
	a.each(statement, "coinsurance.items_restored", func(item *Item) bool {
		if !item.cleared || !such(item) {
			return false
		}
		item.cleared = false
		a.move(statement, item, -1, effective)
		return true
	})
}

// each does something to every item that a settlement took, and counts the journals that it makes: those of the
// statement itself and those of others apart, each of at most a thousand postings, four to an item.
func (a *Auditor) each(statement *Statement, kind string, do func(*Item) bool) {
	own, late := 0, 0
	for _, items := range [][]*Item{statement.Settlement.Level, statement.Settlement.Items} {
		for _, item := range items {
			switch {
			case !do(item):
			case item.of == statement:
				own++
			default:
				late++
			}
		}
	}
	journals := func(items int) int { return (items + 249) / 250 }
	a.Pools[statement.Pool].count(kind, journals(own)+journals(late))
}

// move brings both sides of an item to zero, or back.
func (a *Auditor) move(statement *Statement, item *Item, sign int64, effective Day) {
	s := newSheet()
	side := func(debtor, creditor string, amount int64) {
		s.debit(debtor, "due_to_coinsurer", creditor, amount)
		s.credit(debtor, clearing, "", amount)
		s.debit(creditor, clearing, "", amount)
		s.credit(creditor, "due_from_coinsurer", debtor, amount)
	}
	side(item.First, item.Second, sign*item.FirstOwes)
	side(item.Second, item.First, sign*item.SecondOwes)
	cleared := a.cleared(item.Subject)
	for key, amount := range s.Balances {
		cleared[key] += amount
	}
	pool := a.Pools[statement.Pool]
	pool.post(item.Subject, newSheet(), s, effective, a.Today)
	for _, member := range []string{item.First, item.Second} {
		pool.paid[member] += sign * item.netOf(member)
	}
}

// cleared is what settlements brought to zero of a policy or claim.
func (a *Auditor) cleared(subject string) map[Account]int64 {
	switch claim := a.Claims[subject]; {
	case subject == "": // interest, which is of no policy
		return map[Account]int64{}
	case claim != nil:
		return claim.cleared
	default:
		return a.Policies[subject].cleared
	}
}

// count counts events, where there are any.
func (p *Pool) count(kind string, number int) {
	if number > 0 {
		p.events[kind] += number
	}
}
