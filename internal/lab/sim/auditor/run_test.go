package auditor

import (
	"maps"
	"slices"
	"testing"
)

// terms changes those of the page's agreement.
func (p *page) terms(change func(*Agreement)) { change(p.book.Pools["IC"].Agreements[0]) }

// items are how many a period's settlement takes.
func (p *page) items(of OnStatement, wanted int64) {
	p.Helper()
	p.figure("items", int64(len(p.book.Pools["IC"].StatementOf(of.Period).Settlement.Items)), wanted)
}

// TestProposals: one person proposes and another approves; what is held or not confirmed is left out, and joins a later
// settlement.
func TestProposals(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.twoPolicies()
	january, february, march := in2026(1), in2026(2), in2026(3)
	p.on(2026, 1, 31)
	p.play(Draw{january}, 0, "")
	p.play(Query{january, Dispute{"P2", "C"}}, 0, "")
	p.confirmed(january, "A", "B")
	p.play(Propose{OnStatement: january}, 0, "coinsurance.statement_not_confirmed")
	p.play(ApproveRun{january}, 0, "coinsurance.settlement_not_found")
	p.play(Propose{january, true}, 0, "")
	p.items(january, 4)
	p.play(Query{january, Dispute{"P1", "B"}}, 0, "")
	p.play(ApproveRun{january}, 0, "coinsurance.settlement_outdated")
	p.play(WithdrawRun{january}, 0, "")
	p.play(Resolve{january, Dispute{"P1", "B"}}, 0, "")
	p.play(Propose{january, true}, 0, "")
	p.play(Propose{january, true}, 0, "coinsurance.settlement_exists")
	p.play(CancelStatement{january}, 0, "coinsurance.statement_settled")
	p.play(MarkPaid{january}, 0, "coinsurance.settlement_not_found")
	p.play(ApproveRun{january}, 0, "")
	p.play(ApproveRun{january}, 0, "coinsurance.settlement_decided")
	p.play(WithdrawRun{january}, 0, "coinsurance.settlement_decided")
	p.orders(january, pays("A", "B", 434_070), pays("B", "A", 8_190))
	p.play(Draw{february}, 0, "")
	p.play(Settle{february}, 0, "")
	p.items(february, 0) // C has not confirmed January, and disputes P2
	p.confirmed(january, "C")
	p.play(Draw{march}, 0, "")
	p.play(Propose{OnStatement: march}, 0, "")
	p.items(march, 2) // P1, both ways
	p.play(WithdrawRun{march}, 0, "")
	p.play(Resolve{january, Dispute{"P2", "C"}}, 0, "")
	p.play(Settle{march}, 0, "")
	p.orders(march, pays("A", "C", 289_380), pays("C", "A", 5_460))
}

// TestACancelledStatement: the latest is taken back, and what stood on it stands on the next that is drawn.
func TestACancelledStatement(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.twoPolicies()
	january, february, march := in2026(1), in2026(2), in2026(3)
	p.on(2026, 1, 31)
	p.play(Draw{january}, 0, "")
	p.play(Draw{march}, 0, "")
	p.play(CancelStatement{january}, 0, "coinsurance.statement_not_latest")
	p.play(CancelStatement{march}, 0, "")
	p.play(CancelStatement{january}, 0, "")
	p.play(CancelStatement{january}, 0, "coinsurance.statement_not_found")
	p.play(Draw{february}, 0, "")
	p.statement(february, "B", 0, 425_880, 425_880)
	p.play(Draw{january}, 0, "")
	p.statement(january, "B", 425_880, 0, 425_880)
}

// TestRings: each line is netted by itself.
func TestRings(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.terms(func(g *Agreement) { g.Netting, g.RingFence = NettingMultilateral, FenceLine })
	p.on(2026, 1, 5)
	p.quoted("P1", DayOf(2026, 1, 1), 1_000_000, 100_000_000)
	p.play(Quote{
		Policy: "P2", Pool: "IC", Line: "new_material", Start: DayOf(2026, 1, 1), End: DayOf(2026, 12, 31),
		Premium: 100_000, Limit: 100_000_000, VAT: 6_000_000,
	}, 0, "")
	p.play(Receive{"P2", 106_000}, 0, "")
	p.play(Issue{"P2"}, 0, "")
	january := in2026(1)
	p.play(Draw{january}, 0, "")
	p.confirmed(january, "A", "B", "C")
	p.play(Settle{january}, 0, "")
	in := func(ring string, order Order) Order {
		order.Ring = ring
		return order
	}
	p.orders(january, in("first_set", pays("A", "B", 312_000)), in("first_set", pays("A", "C", 208_000)),
		in("new_material", pays("A", "B", 31_200)), in("new_material", pays("A", "C", 20_800)))
	p.play(PayOrder{OnOrder{january, "first_set", "A", "B", false}, 312_000}, 0, "")
	owes := Question{Book: "A", Account: "due_to_coinsurer", With: "B"}
	p.figure("due", p.book.Balance(owes), 318_000+31_800) // all wait for all
	p.play(MarkPaid{january}, 0, "")
	p.figure("due", p.book.Balance(owes), 0)
}

// TestSilence: who says nothing has confirmed, but not while a query of an item of its own stands.
func TestSilence(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.terms(func(g *Agreement) { g.Silence = Confirms })
	p.twoPolicies()
	p.on(2026, 1, 31)
	january := in2026(1)
	p.play(Draw{january}, 0, "")
	p.play(Query{january, Dispute{"P2", "C"}}, 0, "")
	heard := func(members ...string) {
		t.Helper()
		deemed := slices.Sorted(maps.Keys(p.book.Pools["IC"].StatementOf(january.Period).Deemed))
		if !slices.Equal(deemed, members) {
			t.Errorf("%s: %v are deemed to have confirmed, wanted %v", p.day, deemed, members)
		}
	}
	p.on(2026, 2, 10)
	heard()
	p.on(2026, 2, 11)
	heard("B")
	p.play(Resolve{january, Dispute{"P2", "C"}}, 0, "")
	p.on(2026, 2, 12)
	heard("A", "B", "C")
	p.play(Confirm{january, "B"}, 0, "")
	heard("A", "C")
	p.play(Settle{january}, 0, "")
}

// TestLateInterest: what is paid late costs by day, and what becomes known later is booked as well.
func TestLateInterest(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.terms(func(g *Agreement) { g.LateInterest = Whole / 10 })
	p.twoPolicies()
	p.on(2026, 1, 31)
	january := in2026(1)
	p.play(Draw{january}, 0, "")
	p.confirmed(january, "A", "B", "C")
	p.play(Settle{january}, 0, "") // due on the 4th
	pool := p.book.Pools["IC"]
	february := lateness{january.Period.First + 1, "A", "B"}
	p.on(2026, 2, 28)
	p.figure("booked", pool.booked[february], 0)
	p.on(2026, 3, 1)
	p.figure("booked", pool.booked[february], 2_854) // 4,340.70 × 10 % × 24 ÷ 365
	p.on(2026, 3, 10)
	p.play(MarkPaid{january}, DayOf(2026, 2, 14), "")
	p.on(2026, 4, 1)
	p.figure("booked", pool.booked[february], 1_189) // 10 days
	march := lateness{january.Period.First + 2, "A", "B"}
	p.figure("booked", pool.booked[march], 0)
	p.figure("events", int64(pool.events["coinsurance.late_interest_booked"]), 4+4)
	p.play(Draw{in2026(4)}, 0, "")
	p.statement(in2026(4), "B", 0, 1_189-22, 1_167)
}

// TestSentOrders: an order is in one file at most; what is rejected is sent again.
func TestSentOrders(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.twoPolicies()
	p.on(2026, 1, 31)
	january := in2026(1)
	order := OnOrder{OnStatement: january, Payer: "A", Payee: "B"}
	p.play(Draw{january}, 0, "")
	p.confirmed(january, "A", "B", "C")
	p.play(SendOrder{OnOrder: order}, 0, "coinsurance.settlement_not_found")
	p.play(Settle{january}, 0, "")
	p.play(SendOrder{order, true}, 0, "")
	p.play(SendOrder{order, false}, 0, "")
	p.play(SendOrder{order, false}, 0, "coinsurance.order_in_file")
	p.play(PayOrder{order, 434_070}, 0, "")
	p.play(SendOrder{order, false}, 0, "coinsurance.order_done")
	p.play(ReturnOrder{order}, 0, "")
	p.play(SendOrder{order, false}, 0, "")
	pool := p.book.Pools["IC"]
	for kind, wanted := range map[string]int{
		"coinsurance.payment_file_made": 3, "coinsurance.order_filed": 3, "coinsurance.order_rejected": 1,
		"coinsurance.order_accepted": 2, "coinsurance.order_returned": 1,
	} {
		p.figure(kind, int64(pool.events[kind]), int64(wanted))
	}
}

// TestAnswers: another party answers, in time or late, and the manager what has come to it; that decides nothing.
func TestAnswers(t *testing.T) {
	t.Parallel()
	p := newPage(t)
	p.twoPolicies()
	p.on(2026, 1, 31)
	january := in2026(1)
	on := func(number int, by string) OnQuery { return OnQuery{january, number, by} }
	p.play(Draw{january}, 0, "")
	p.play(AnswerQuery{on(1, "A")}, 0, "coinsurance.query_not_found")
	p.play(Query{january, Dispute{"P2", "C"}}, 0, "")
	p.play(AnswerQuery{on(1, "B")}, 0, "coinsurance.query_not_found") // it is between A and C
	p.play(AnswerQuery{on(1, "C")}, 0, Forbidden)
	p.play(AnswerQuery{on(1, "")}, 0, "coinsurance.query_not_escalated")
	p.play(AnswerQuery{on(1, "A")}, 0, "")
	p.play(EscalateQuery{on(1, "A")}, 0, Forbidden)
	p.play(EscalateQuery{on(1, "C")}, 0, "")
	p.play(EscalateQuery{on(1, "")}, 0, "coinsurance.query_escalated")
	p.play(AnswerQuery{on(1, "")}, 0, "")
	p.play(Query{january, Dispute{"P1", "C"}}, 0, "")
	stands := func(number int, wanted string) {
		t.Helper()
		if raised := p.book.Pools["IC"].StatementOf(january.Period).Queries[number-1]; raised.State != wanted {
			t.Errorf("%s: query %d is %s, wanted %s", p.day, number, raised.State, wanted)
		}
	}
	p.on(2026, 2, 6) // five working days
	stands(2, queryOpen)
	p.on(2026, 2, 7)
	stands(1, queryAnswered)
	stands(2, queryEscalated)
	p.play(AnswerQuery{on(2, "A")}, 0, "")
	p.confirmed(january, "A", "B", "C")
	p.play(Settle{january}, 0, "")
	p.orders(january, pays("A", "B", 434_070), pays("B", "A", 8_190))
	p.play(Resolve{january, Dispute{"P1", "C"}}, 0, "")
	p.play(AnswerQuery{on(2, "A")}, 0, "coinsurance.query_closed")
	p.play(EscalateQuery{on(2, "")}, 0, "coinsurance.query_closed")
}
