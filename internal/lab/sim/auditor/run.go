package auditor

import "slices"

// Why a settlement leaves out an item of its own statement.
const (
	leftHeld        = "held"
	leftUnconfirmed = "not confirmed"
	leftTaken       = "taken"   // by a settlement of another statement, when this one's was unwound
	leftUnwound     = "unwound" // it was not left out: its own settlement was unwound, and there is no other
)

// approved says that orders were made of the statement.
func (s *Statement) approved() bool { return s.Settlement != nil && s.Settlement.Approved }

// paying says that its settlement was approved, and is not being unwound.
func (s *Statement) paying() bool { return s.approved() && s.Settlement.UnwindOn == 0 }

// freed says that a settlement of it was unwound, and that there is no other.
func (s *Statement) freed() bool { return s.unwound && s.Settlement == nil }

// settle makes the orders for what is not disputed of a period's statement, and for what was of those settled before:
// one person proposes it, and another approves it.
func (a *Auditor) settle(act Settle, as string, written Day) (*Statement, string) {
	statement, refusal := a.proposed(act.OnStatement, false, as, written)
	if refusal == "" {
		a.makeOrders(statement)
	}
	return statement, refusal
}

// proposed fixes what is to be settled of a period.
func (a *Auditor) proposed(of OnStatement, confirmedOnly bool, as string, written Day) (*Statement, string) {
	statement, refusal := a.drawn(of, manages(as), written)
	switch {
	case refusal != "":
		return statement, refusal
	case statement.Settlement != nil:
		return statement, "coinsurance.settlement_exists"
	}
	pool := a.Pools[of.Pool]
	settlement := &Settlement{Netting: NettingNone, ConfirmedOnly: confirmedOnly, moved: map[int][]movement{}}
	if terms := pool.termsOn(of.Period.Last()); terms != nil {
		settlement.Netting, settlement.Fence, settlement.late = terms.Netting, terms.RingFence, terms.LateInterest
	}
	if !confirmedOnly || settlement.Netting == NettingMultilateral {
		for _, member := range statement.Parties() {
			if !statement.Confirmed[member] {
				return statement, "coinsurance.statement_not_confirmed"
			}
		}
	}
	for _, drawn := range pool.Statements {
		for _, item := range drawn.Items {
			if settlement.takes(statement, item) {
				settlement.Items = append(settlement.Items, item)
				item.settled = settlement
			}
		}
		for _, item := range drawn.Level {
			if item.settled == nil && (drawn == statement || drawn.freed()) {
				settlement.Level = append(settlement.Level, item)
				item.settled = settlement
			}
		}
	}
	statement.Settlement = settlement
	pool.events["coinsurance.settlement_proposed"]++
	return statement, ""
}

// takes says whether a settlement of a statement takes an item: of its own those that are not held, and of statements
// settled before those that were left out and are free now. With confirmed-only both members must have confirmed; what
// was left out because one had not waits for that in any case, and so does what a settlement freed that was unwound.
func (s *Settlement) takes(of *Statement, item *Item) bool {
	own := item.of == of
	if own {
		item.left = ""
	}
	confirmed := item.of.Confirmed[item.First] && item.of.Confirmed[item.Second]
	switch {
	case item.settled != nil:
		if own {
			item.left = leftTaken
		}
		return false
	case !own && !item.of.freed() && !item.of.paying():
		return false
	case item.Held():
		if own {
			item.left = leftHeld
		}
		return false
	case own && s.ConfirmedOnly && !confirmed:
		item.left = leftUnconfirmed
		return false
	case own:
		return true
	case item.of.freed():
		item.left = leftUnwound
		return confirmed
	default:
		return confirmed || !s.ConfirmedOnly && item.left != leftUnconfirmed
	}
}

// makeOrders makes the orders of what was proposed.
func (a *Auditor) makeOrders(statement *Statement) {
	pool, settlement := a.Pools[statement.Pool], statement.Settlement
	settlement.Approved, settlement.On, settlement.due = true, a.Today, a.Today
	if terms := pool.termsOn(statement.Period.Last()); terms != nil {
		settlement.due = a.Today.afterWorkdays(terms.reimburseDays())
	}
	settlement.Orders = a.ordered(settlement)
	pool.runs = append(pool.runs, settlement)
	a.settlements++
	pool.events["coinsurance.settlement_approved"]++
	pool.count("coinsurance.order_made", len(settlement.Orders))
	a.countSettled(statement)
}

// propose is the first person's half of settle.
func (a *Auditor) propose(act Propose) (*Statement, string) {
	statement, refusal := a.proposed(act.OnStatement, act.ConfirmedOnly, "", 0)
	if refusal == "" {
		a.count("proposal")
	}
	return statement, refusal
}

// undecided finds the statement of which something is proposed.
func (a *Auditor) undecided(of OnStatement) (*Statement, string) {
	statement, refusal := a.drawn(of, true, 0)
	switch {
	case refusal != "":
		return statement, refusal
	case statement.Settlement == nil:
		return statement, "coinsurance.settlement_not_found"
	case statement.Settlement.Approved:
		return statement, "coinsurance.settlement_decided"
	}
	return statement, ""
}

// approveRun is the second person's half of settle. An item that was disputed meanwhile does not move.
func (a *Auditor) approveRun(act ApproveRun) (*Statement, string) {
	statement, refusal := a.undecided(act.OnStatement)
	switch {
	case refusal != "":
		return statement, refusal
	case slices.ContainsFunc(statement.Settlement.Items, (*Item).Held):
		a.count("approval of what was disputed meanwhile")
		return statement, "coinsurance.settlement_outdated"
	}
	a.makeOrders(statement)
	return statement, ""
}

// withdrawRun takes back what was proposed: its items are free.
func (a *Auditor) withdrawRun(act WithdrawRun) (*Statement, string) {
	statement, refusal := a.undecided(act.OnStatement)
	if refusal != "" {
		return statement, refusal
	}
	statement.free()
	a.Pools[act.Pool].events["coinsurance.settlement_withdrawn"]++
	a.count("withdrawn proposal")
	return statement, ""
}

// free leaves a statement without a settlement: whatever it took may be settled by another.
func (s *Statement) free() {
	for _, item := range slices.Concat(s.Settlement.Items, s.Settlement.Level) {
		item.settled = nil
	}
	s.Settlement = nil
}

// cancelStatement takes the pool's latest statement back, unless something of it is to be settled. What stood on it
// stands on no statement again.
func (a *Auditor) cancelStatement(act CancelStatement) (*Statement, string) {
	statement, refusal := a.drawn(act.OnStatement, true, 0)
	if refusal != "" {
		return statement, refusal
	}
	pool := a.Pools[act.Pool]
	last := len(pool.Statements) - 1
	switch {
	case pool.Statements[last] != statement:
		return statement, "coinsurance.statement_not_latest"
	case statement.Settlement != nil || slices.ContainsFunc(slices.Concat(statement.Items, statement.Level),
		func(i *Item) bool { return i.settled != nil }):
		return statement, "coinsurance.statement_settled"
	}
	for at, amount := range statement.taken {
		pool.await(at.Subject, at.Owing, at.Effective, amount)
	}
	for _, raised := range statement.Queries { // nothing is disputed on what stands no more
		if raised.State != queryResolved {
			raised.State = queryResolved
			pool.count("coinsurance.query_resolved", 1)
			a.count("query resolved by a cancellation")
		}
	}
	pool.Statements = slices.Clone(pool.Statements[:last])
	pool.events["coinsurance.statement_cancelled"]++
	pool.cancelled[act.Period] = true
	a.count("cancelled statement")
	return statement, ""
}

// sendOrder puts an order into a payment file, and has the bank accept or reject it. What is rejected may be sent
// again. Of an order of which some is paid, an answer about the file says nothing.
func (a *Auditor) sendOrder(act SendOrder) (*Statement, string) {
	statement, place, refusal := a.orderOf(act.OnOrder, "", 0)
	if refusal != "" {
		return statement, refusal
	}
	order := &statement.Settlement.Orders[place]
	switch {
	case order.Left() == 0 || order.Void != 0:
		return statement, "coinsurance.order_done"
	case order.Filed:
		return statement, "coinsurance.order_in_file"
	}
	pool := a.Pools[act.Pool]
	pool.count("coinsurance.payment_file_made", 1)
	pool.count("coinsurance.payment_file_released", 1)
	pool.count("coinsurance.order_filed", 1)
	order.Returned, order.Filed, order.Sent = false, true, "filed"
	switch {
	case order.Paid > 0:
	case act.Rejected:
		order.Filed, order.Sent = false, ""
		pool.count("coinsurance.order_rejected", 1)
		a.count("rejected payment")
	default:
		order.Sent = "accepted"
		pool.count("coinsurance.order_accepted", 1)
		a.count("accepted payment")
	}
	return statement, ""
}
