package auditor

import "testing"

// TestUnwinding unwinds a settlement of which one order is paid and another in part: a return makes the one that gives
// back void, but not where that was paid already.
func TestUnwinding(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.twoPolicies()
	p.on(2026, 1, 31)
	january := in2026(1)
	order := func(payer, payee string) OnOrder { return OnOrder{OnStatement: january, Payer: payer, Payee: payee} }
	back := func(payer, payee string) OnOrder {
		return OnOrder{OnStatement: january, Payer: payer, Payee: payee, Back: true}
	}
	p.play(Draw{january}, 0, "")
	p.confirmed(january, "A", "B", "C")
	p.play(ProposeUnwinding{january}, 0, "coinsurance.settlement_not_found")
	p.play(Propose{OnStatement: january}, 0, "")
	p.play(ProposeUnwinding{january}, 0, "coinsurance.settlement_not_open")
	p.play(ApproveRun{january}, 0, "")
	p.play(ApproveUnwinding{january, false}, 0, "coinsurance.unwinding_not_proposed")
	p.play(PayOrder{order("A", "B"), 434_070}, 0, "")
	p.play(PayOrder{order("A", "C"), 100}, 0, "")
	p.play(SendOrder{OnOrder: order("B", "A")}, 0, "")
	p.play(ProposeUnwinding{january}, 0, "coinsurance.order_in_file") // the bank may pay it yet
	p.play(PayOrder{order("B", "A"), 8_190}, 0, "")
	p.play(ReturnOrder{order("B", "A")}, 0, "")
	p.play(ProposeUnwinding{january}, 0, "")
	p.play(ProposeUnwinding{january}, 0, "coinsurance.unwinding_proposed")
	p.play(ApproveUnwinding{january, true}, 0, "access.maker_is_checker")
	p.play(WithdrawUnwinding{january}, 0, "")
	p.play(WithdrawUnwinding{january}, 0, "coinsurance.unwinding_not_proposed")
	p.play(ProposeUnwinding{january}, 0, "")
	p.play(ApproveUnwinding{january, false}, 0, "")
	toB := Question{Book: "A", Account: "due_to_coinsurer", With: "B", Effective: DayOf(2026, 6, 30)}
	clearing := Question{Book: "A", Account: "settlement_clearing"}
	p.figure("due", p.book.Balance(toB), 0)
	p.figure("clearing", p.book.Balance(clearing), 100)
	p.play(PayOrder{order("A", "C"), 1}, 0, "coinsurance.order_done")
	p.play(MarkPaid{january}, 0, "coinsurance.settlement_not_open")
	p.play(Settle{january}, 0, "coinsurance.settlement_exists")
	p.play(CancelStatement{january}, 0, "coinsurance.statement_settled")
	p.play(PayOrder{back("B", "A"), 1}, 0, "")
	p.play(ReturnOrder{order("A", "B")}, 0, "coinsurance.opposite_order_paid")
	p.play(PayOrder{back("B", "A"), 434_069}, 0, "")
	p.figure("due", p.book.Balance(toB), 434_070)
	p.play(ReturnOrder{back("B", "A")}, 0, "")
	p.figure("due", p.book.Balance(toB), 0)
	p.play(ReturnOrder{order("A", "B")}, 0, "")
	p.figure("due", p.book.Balance(toB), 434_070)
	p.play(PayOrder{back("B", "A"), 434_070}, 0, "coinsurance.order_done")
	p.play(PayOrder{back("C", "A"), 100}, 0, "")
	p.figure("clearing", p.book.Balance(clearing), 0)
	p.play(MarkPaid{january}, 0, "coinsurance.settlement_not_found")
	pool := p.book.Pools["IC"]
	for kind, wanted := range map[string]int{
		"coinsurance.order_made": 4 + 2, "coinsurance.order_void": 3 + 1, "coinsurance.settlement_unwound": 1,
		"coinsurance.order_returned": 3, "coinsurance.unwinding_proposed": 2, "coinsurance.unwinding_withdrawn": 1,
		"coinsurance.items_cleared": 3, "coinsurance.items_restored": 3,
	} {
		p.figure(kind, int64(pool.events[kind]), int64(wanted))
	}
}

// TestWhatIsFreed: of a settlement of which nothing was paid the items are free at once; another statement's settlement
// takes them, and then its own does not.
func TestWhatIsFreed(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.twoPolicies()
	p.on(2026, 1, 31)
	january, february := in2026(1), in2026(2)
	p.play(Draw{january}, 0, "")
	p.confirmed(january, "A", "B", "C")
	p.play(Settle{january}, 0, "")
	p.items(january, 8)
	p.play(ProposeUnwinding{january}, 0, "")
	p.play(ApproveUnwinding{january, false}, 0, "")
	p.play(MarkPaid{january}, 0, "coinsurance.settlement_not_found")
	p.play(Draw{february}, 0, "")
	p.play(Propose{OnStatement: february}, 0, "")
	p.items(february, 8)
	p.play(Propose{OnStatement: january}, 0, "")
	p.items(january, 0)
	p.play(WithdrawRun{february}, 0, "")
	p.play(WithdrawRun{january}, 0, "")
	p.play(Settle{january}, 0, "")
	p.play(MarkPaid{january}, 0, "")
	p.figure("due", p.book.Balance(Question{Book: "A", Account: "due_to_coinsurer", Effective: DayOf(2026, 6, 30)}), 0)
}

// TestInterestOfWhatIsUnwound: nothing is late any more of an order that is void, and what is to be given back may be.
func TestInterestOfWhatIsUnwound(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.twoPolicies()
	terms := p.book.Pools["IC"].Agreements[0]
	terms.LateInterest = Whole / 10 // of a year
	january := in2026(1)
	p.on(2026, 1, 31)
	p.play(Draw{january}, 0, "")
	p.confirmed(january, "A", "B", "C")
	p.play(Settle{january}, 0, "")
	p.play(PayOrder{OnOrder{OnStatement: january, Payer: "A", Payee: "B"}, 365_000}, 0, "")
	p.on(2026, 2, 13) // the orders were due on the 4th
	p.play(ProposeUnwinding{january}, 0, "")
	p.play(ApproveUnwinding{january, false}, 0, "") // to be given back by the 25th, after the Spring Festival
	p.on(2026, 3, 1)
	booked := func(debtor, creditor string) int64 {
		return p.book.Pools["IC"].booked[lateness{january.Period.First + 1, debtor, creditor}]
	}
	p.figure("of A", booked("A", "B"), scaled(434_070-365_000, 9, 3_650))
	p.figure("of B", booked("B", "A"), scaled(8_190*9+365_000*3, 1, 3_650))
}
