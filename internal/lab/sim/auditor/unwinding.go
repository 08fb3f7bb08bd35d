package auditor

import "slices"

// playUnwinding plays what is about unwinding a settlement. It gives neither a statement nor a refusal for other moves.
func (a *Auditor) playUnwinding(m Move) (*Statement, string) {
	switch act := m.Act.(type) {
	case ProposeUnwinding:
		return a.proposeUnwinding(act)
	case ApproveUnwinding:
		return a.approveUnwinding(act)
	case WithdrawUnwinding:
		return a.withdrawUnwinding(act)
	default:
		return nil, ""
	}
}

// unfinished finds the statement of a period whose orders are being paid.
func (a *Auditor) unfinished(of OnStatement) (*Statement, string) {
	statement, refusal := a.drawn(of, true, 0)
	switch {
	case refusal != "":
		return statement, refusal
	case statement.Settlement == nil:
		return statement, "coinsurance.settlement_not_found"
	case !statement.paying() || statement.Settlement.Paid:
		return statement, "coinsurance.settlement_not_open"
	}
	return statement, ""
}

// moving says that the money of an order may be on its way: it is with the bank, which has not said that it paid.
func (s *Settlement) moving() bool {
	return slices.ContainsFunc(s.Orders, func(o Order) bool { return o.Sent != "" && o.Left() > 0 })
}

// proposeUnwinding is the first person's word that a settlement cannot be completed. Payments go on.
func (a *Auditor) proposeUnwinding(act ProposeUnwinding) (*Statement, string) {
	statement, refusal := a.unfinished(act.OnStatement)
	switch {
	case refusal != "":
		return statement, refusal
	case statement.Settlement.ToUnwind:
		return statement, "coinsurance.unwinding_proposed"
	case statement.Settlement.moving():
		return statement, "coinsurance.order_in_file"
	}
	statement.Settlement.ToUnwind = true
	a.Pools[act.Pool].count("coinsurance.unwinding_proposed", 1)
	return statement, ""
}

// withdrawUnwinding takes that word back.
func (a *Auditor) withdrawUnwinding(act WithdrawUnwinding) (*Statement, string) {
	statement, refusal := a.unfinished(act.OnStatement)
	switch {
	case refusal != "":
		return statement, refusal
	case !statement.Settlement.ToUnwind:
		return statement, "coinsurance.unwinding_not_proposed"
	}
	statement.Settlement.ToUnwind = false
	a.Pools[act.Pool].count("coinsurance.unwinding_withdrawn", 1)
	a.count("withdrawn unwinding")
	return statement, ""
}

// approveUnwinding is the second person's word. Each order of which something was paid gets one that gives it back;
// what was not paid of an order is not owed any more.
func (a *Auditor) approveUnwinding(act ApproveUnwinding) (*Statement, string) {
	statement, refusal := a.unfinished(act.OnStatement)
	settlement := statement.settlement()
	switch {
	case refusal != "":
		return statement, refusal
	case !settlement.ToUnwind:
		return statement, "coinsurance.unwinding_not_proposed"
	case act.Self:
		return statement, "access.maker_is_checker"
	case settlement.moving():
		return statement, "coinsurance.order_in_file"
	}
	pool := a.Pools[act.Pool]
	pool.count("coinsurance.unwinding_approved", 1)
	settlement.UnwindOn, settlement.backDue = a.Today, a.Today
	if terms := pool.termsOn(statement.Period.Last()); terms != nil {
		settlement.backDue = a.Today.afterWorkdays(terms.reimburseDays())
	}
	for i := range settlement.Orders {
		if order := &settlement.Orders[i]; order.Left() > 0 {
			order.Void = a.Today
			pool.count("coinsurance.order_void", 1)
		}
	}
	for _, order := range slices.Clone(settlement.Orders) {
		if order.Paid > 0 {
			settlement.Orders = append(settlement.Orders, Order{
				Ring: order.Ring, Payer: order.Payee, Payee: order.Payer, Amount: order.Paid, Back: true,
			})
			pool.count("coinsurance.order_made", 1)
		}
	}
	a.count("unwinding, " + settlement.Netting)
	a.unwind(statement)
	return statement, ""
}

// settlement is that of a statement, nil when there is no statement.
func (s *Statement) settlement() *Settlement {
	if s == nil {
		return nil
	}
	return s.Settlement
}

// unwind frees what a settlement took once all that was paid is given back.
func (a *Auditor) unwind(statement *Statement) {
	for _, order := range statement.Settlement.Orders {
		if order.Back && order.Void == 0 && order.Left() > 0 {
			return
		}
	}
	statement.free()
	statement.unwound = true
	a.Pools[statement.Pool].count("coinsurance.settlement_unwound", 1)
	a.count("unwound settlement")
}

// pair gives the places of an order that was made by the settlement, and of the one that gives back what was paid of
// it; below zero when there is none.
func (s *Settlement) pair(place int) (first, back int) {
	of := s.Orders[place]
	other := slices.IndexFunc(s.Orders, func(o Order) bool {
		return o.Back != of.Back && o.Ring == of.Ring && o.Payer == of.Payee && o.Payee == of.Payer
	})
	if of.Back {
		return other, place
	}
	return place, other
}

// keeps says that something is still paid of an order that was paid in full, so that what it brought to zero is.
func (s *Settlement) keeps(first, back int) bool {
	order := &s.Orders[first]
	if s.Netting == NettingMultilateral || order.Void != 0 || order.Left() > 0 {
		return false
	}
	return back < 0 || order.Paid > s.Orders[back].Paid
}

// cashUnwinding moves an amount of an order of a settlement that is being unwound. What an order brought to zero stands
// again when all that was paid of it is given back, or came back by itself; then nothing more is to be given back.
func (a *Auditor) cashUnwinding(statement *Statement, place int, amount int64, effective Day) {
	settlement := statement.Settlement
	first, back := settlement.pair(place)
	kept := settlement.keeps(first, back)
	a.cash(statement, place, amount, effective)
	order := &settlement.Orders[first]
	if place == first {
		order.Void = settlement.UnwindOn
	}
	such := func(item *Item) bool { return a.standsFor(settlement, order, item) }
	switch keeps := settlement.keeps(first, back); {
	case kept && !keeps:
		a.restore(statement, effective, such)
	case !kept && keeps:
		a.clear(statement, effective, such)
	}
	if back >= 0 && order.Paid == 0 {
		settlement.Orders[back].Void = a.Today
		a.Pools[statement.Pool].count("coinsurance.order_void", 1)
	}
	a.unwind(statement)
}

// returnUnwinding has what was paid of an order come back while its settlement is being unwound. What is given back
// already, or may be on its way, does not come back as well.
func (a *Auditor) returnUnwinding(statement *Statement, place int, effective Day) string {
	settlement := statement.Settlement
	order := &settlement.Orders[place]
	if _, back := settlement.pair(place); !order.Back && back >= 0 {
		if other := settlement.Orders[back]; other.Paid > 0 || other.Sent != "" {
			a.count("return of what is given back")
			return "coinsurance.opposite_order_paid"
		}
	}
	if order.Back {
		a.count("return of what gives back")
	} else {
		a.count("return while unwinding")
	}
	a.cashUnwinding(statement, place, -order.Paid, effective)
	order.Returned, order.Filed = true, false
	return ""
}
