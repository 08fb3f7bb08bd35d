package settlement_test

import (
	"math/rand/v2"
	"testing"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// proposeUnwinding proposes to unwind a run.
func (l *life) proposeUnwinding(t *testing.T, number int) error {
	t.Helper()
	return second(l.s.ProposeUnwinding(t.Context(), settlement.ProposeUnwinding{
		Command: l.other, Pool: "IC", Number: number, Reason: "成员丙停止支付",
	}))
}

// unwind has two persons unwind a run.
func (l *life) unwind(t *testing.T, number int) *settlement.UnwoundRun {
	t.Helper()
	must(t, l.proposeUnwinding(t, number))
	l.verified(t)
	run, err := l.s.ApproveUnwinding(t.Context(), settlement.ApproveUnwinding{
		Command: l.clerk, Pool: "IC", Number: number,
	})
	must(t, err)
	l.verified(t)
	return run
}

// pay has an amount of an order paid, or all that is left of it.
func (l *life) pay(t *testing.T, order settlement.PaymentOrder, amount money.Amount) {
	t.Helper()
	must(t, second(l.s.ExecuteOrder(t.Context(), settlement.ExecuteOrder{
		Command: l.other, Pool: "IC", Order: order.ID, Amount: amount,
	})))
	l.verified(t)
}

func (l *life) comesBack(t *testing.T, order settlement.PaymentOrder) error {
	t.Helper()
	err := second(l.s.ReturnOrder(t.Context(), settlement.ReturnOrder{Command: l.other, Pool: "IC", Order: order.ID}))
	l.verified(t)
	return err
}

// run is a run with its orders, as it stands.
func (l *life) run(t *testing.T, number int) (settlement.Settlement, []settlement.PaymentOrder) {
	t.Helper()
	runs, err := settlement.Settlements(t.Context(), l.db.DB, "IC")
	must(t, err)
	orders, err := settlement.OrdersOf(t.Context(), l.db.DB, &runs[number-1])
	must(t, err)
	return runs[number-1], orders
}

// stands wants where a run stands.
func (l *life) stands(t *testing.T, number int, wanted settlement.State) {
	t.Helper()
	if run, _ := l.run(t, number); run.State != wanted {
		t.Errorf("run %d is %s, wanted %s", number, run.State, wanted)
	}
}

// everyNetting runs a test under each.
func everyNetting(t *testing.T, test func(t *testing.T, netting coinsurance.Netting)) {
	t.Helper()
	for _, netting := range []coinsurance.Netting{
		coinsurance.NettingNone, coinsurance.NettingBilateral, coinsurance.NettingMultilateral,
	} {
		t.Run(string(netting), func(t *testing.T) {
			t.Parallel()
			test(t, netting)
		})
	}
}

// A run of which nothing was paid is unwound at once; the next run takes its items, of its own statement or, late, of
// another one.
func TestARunOfWhichNothingWasPaidIsUnwoundAtOnce(t *testing.T) {
	t.Parallel()
	everyNetting(t, func(t *testing.T, netting coinsurance.Netting) {
		t.Helper()
		l := newLife(t, netting)
		l.interest(t, "A", "B", "10.00") // these two are level: no item, but a row that goes with its statement
		l.interest(t, "B", "A", "10.00")
		l.draw(t)
		owed := l.owes(t, "A", "B")
		first := l.approve(t, l.propose(t).Number)
		unwound := l.unwind(t, first.Number)
		if unwound.State != settlement.Unwound || len(unwound.Payments) != len(first.Payments) ||
			l.owes(t, "A", "B") != owed {
			t.Errorf("got %+v, A owes B %s", unwound.Settlement, l.owes(t, "A", "B"))
		}
		for _, order := range unwound.Payments {
			if order.State != settlement.OrderVoid {
				t.Errorf("%s is %s", order.ID, order.State)
			}
		}
		again := l.approve(t, l.propose(t).Number)
		if again.Items != first.Items || len(again.Payments) != len(first.Payments) {
			t.Errorf("again %+v", again)
		}
		l.unwind(t, again.Number)
		l.now.Set(calendar.MustDate("2026-02-02").Noon())
		l.insure(t, "IC-P3", "rd_liability", "2026-02-02", "2026-12-31")
		l.drawOf(t, "2026-02")
		l.confirm(t, "2026-02")
		later := l.approve(t, l.proposeOf(t, "2026-02").Number)
		if later.Items != first.Items+first.Items/2 {
			t.Errorf("a later run has %d items", later.Items)
		}
		l.verified(t)
		l.complete(t, later.Number)
		if l.owes(t, "A", "B") != "0.00" || l.owes(t, "A", "C") != "0.00" {
			t.Errorf("A owes B %s and C %s", l.owes(t, "A", "B"), l.owes(t, "A", "C"))
		}
		if none := l.propose(t); none.Items != 0 {
			t.Errorf("%d items are settled twice", none.Items)
		}
		l.verified(t)
	})
}

// What was paid is given back by opposite orders, in parts, by a payment that is returned and made again; then the
// items are as they were, and clearing is zero.
func TestWhatWasPaidIsGivenBack(t *testing.T) {
	t.Parallel()
	everyNetting(t, func(t *testing.T, netting coinsurance.Netting) {
		t.Helper()
		l := newLife(t, netting)
		l.draw(t)
		owed := l.owes(t, "A", "B")
		run := l.approve(t, l.propose(t).Number)
		whole, part := run.Payments[0], run.Payments[1]
		l.pay(t, whole, whole.Amount)
		l.pay(t, part, money.Fen(100))
		unwound := l.unwind(t, run.Number)
		opposites := unwound.Payments[len(run.Payments):]
		if len(opposites) != 2 || opposites[0].OppositeOf != whole.ID || opposites[0].Payer != whole.Payee ||
			opposites[0].Payee != whole.Payer || opposites[0].Amount != whole.Amount ||
			opposites[1].Amount != money.Fen(100) || opposites[1].OppositeOf != part.ID || opposites[0].Due.IsZero() {
			t.Fatalf("opposite orders %+v", opposites)
		}
		for _, closed := range []settlement.PaymentOrder{whole, part} {
			wants(t, second(l.s.ExecuteOrder(t.Context(), settlement.ExecuteOrder{
				Command: l.other, Pool: "IC", Order: closed.ID, Amount: money.Fen(1),
			})), settlement.ErrOrderDone)
		}
		wants(t, second(l.s.CompleteSettlement(t.Context(), settlement.CompleteSettlement{
			Command: l.other, Pool: "IC", Number: run.Number,
		})), settlement.ErrSettlementNotOpen)
		l.pay(t, opposites[0], money.Fen(1))
		l.pay(t, opposites[0], opposites[0].Amount.Sub(money.Fen(1)))
		must(t, l.comesBack(t, opposites[0]))
		l.stands(t, run.Number, settlement.Unwinding)
		l.pay(t, opposites[0], opposites[0].Amount)
		l.pay(t, opposites[1], opposites[1].Amount)
		l.stands(t, run.Number, settlement.Unwound)
		if l.owes(t, "A", "B") != owed {
			t.Errorf("A owes B %s, before it was %s", l.owes(t, "A", "B"), owed)
		}
		again := l.approve(t, l.propose(t).Number)
		if again.Items != run.Items {
			t.Errorf("%d items of %d are free", again.Items, run.Items)
		}
		// An opposite payment comes back though its run is unwound: it is to be paid again, and the items stay free.
		must(t, l.comesBack(t, opposites[1]))
		l.complete(t, again.Number)
		l.verified(t)
		l.pay(t, opposites[1], opposites[1].Amount)
		if l.owes(t, "A", "B") != "0.00" {
			t.Errorf("A owes B %s", l.owes(t, "A", "B"))
		}
	})
}

// Money of an order that comes back by itself is not given back once more: its opposite order is void, and another is
// made for what stays paid. What is given back already has to come back first.
func TestMoneyThatComesBackIsNotGivenBackTwice(t *testing.T) {
	t.Parallel()
	everyNetting(t, func(t *testing.T, netting coinsurance.Netting) {
		t.Helper()
		l := newLife(t, netting)
		l.draw(t)
		run := l.approve(t, l.propose(t).Number)
		first, other := run.Payments[0], run.Payments[1]
		l.pay(t, first, first.Amount)
		l.pay(t, other, money.Fen(100))
		opposites := l.unwind(t, run.Number).Payments[len(run.Payments):]
		l.pay(t, opposites[0], money.Fen(1))
		wants(t, l.comesBack(t, first), settlement.ErrOppositePaid)
		must(t, l.comesBack(t, opposites[0]))
		must(t, l.comesBack(t, first))
		_, orders := l.run(t, run.Number)
		if orders[0].State != settlement.OrderVoid || !orders[0].Executed.IsZero() ||
			orders[len(orders)-2].State != settlement.OrderVoid {
			t.Errorf("orders %+v", orders)
		}
		wants(t, l.comesBack(t, first), settlement.ErrOrderNotPaid)
		l.stands(t, run.Number, settlement.Unwinding)
		must(t, l.comesBack(t, other))
		l.stands(t, run.Number, settlement.Unwound)
		l.complete(t, l.approve(t, l.propose(t).Number).Number)
		l.verified(t)
	})
}

// Two persons unwind a run: the proposal can be taken back by either, and lapses when the run is completed after all.
func TestUnwindingTakesTwo(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingMultilateral)
	l.draw(t)
	proposed := l.propose(t)
	wants(t, l.proposeUnwinding(t, proposed.Number), settlement.ErrSettlementNotOpen)
	run := l.approve(t, proposed.Number)
	approves := settlement.ApproveUnwinding{Command: l.other, Pool: "IC", Number: run.Number}
	approve := func() error { return second(l.s.ApproveUnwinding(t.Context(), approves)) }
	withdraw := func() error {
		return second(l.s.WithdrawUnwinding(t.Context(), settlement.WithdrawUnwinding{
			Command: l.clerk, Pool: "IC", Number: run.Number,
		}))
	}
	wants(t, approve(), settlement.ErrUnwindingNotProposed)
	wants(t, withdraw(), settlement.ErrUnwindingNotProposed)
	wants(t, second(l.s.ProposeUnwinding(t.Context(), settlement.ProposeUnwinding{
		Command: l.other, Pool: "IC", Number: run.Number, Reason: " ",
	})), settlement.ErrReasonInvalid)
	must(t, l.proposeUnwinding(t, run.Number))
	wants(t, l.proposeUnwinding(t, run.Number), settlement.ErrUnwindingProposed)
	wants(t, approve(), access.ErrMakerIsChecker)
	l.verified(t)
	must(t, withdraw())
	l.verified(t)
	must(t, l.proposeUnwinding(t, run.Number))
	l.complete(t, run.Number)
	l.verified(t)
	if after, _ := l.run(t, run.Number); after.UnwindProposedBy != "" || after.Reason != "" {
		t.Errorf("completed with %+v", after)
	}
	approves.Command = l.clerk
	wants(t, approve(), settlement.ErrSettlementNotOpen)
}

// unwound unwinds a run of which the first order is paid and the second was rejected, and gives its orders: the
// opposite one is the last. While an order may be on its way nothing is unwound.
func (b bench) unwound() []settlement.PaymentOrder {
	t := b.t
	t.Helper()
	orders := b.approved()
	proposes := settlement.ProposeUnwinding{Command: idempotency.By(clerk), Pool: "IC", Number: 1, Reason: "丙停止支付"}
	approves := settlement.ApproveUnwinding{Command: idempotency.By(checker), Pool: "IC", Number: 1}
	must(t, second(b.ProposeUnwinding(t.Context(), proposes)))
	file := b.released(nil)
	wants(t, second(b.ApproveUnwinding(t.Context(), approves)), settlement.ErrOrderInFile)
	b.read(camt("053", "A", entry{ref: "R1", amount: "100.00", sign: "DBIT", endToEnd: orders[0].ID + "-1"}))
	wants(t, second(b.ApproveUnwinding(t.Context(), approves)), settlement.ErrOrderInFile)
	b.read(status(file.Message, orders[1].ID+"-1", "RJCT"))
	must(t, second(b.make(func(c *settlement.MakeFile) { c.Orders = []string{orders[1].ID} })))
	wants(t, second(b.ApproveUnwinding(t.Context(), approves)), settlement.ErrOrderInFile)
	must(t, second(b.VoidFile(t.Context(), settlement.VoidFile{
		Command: idempotency.By(clerk), Pool: "IC", Number: 2, Reason: "不再支付",
	})))
	run, err := b.ApproveUnwinding(t.Context(), approves)
	must(t, err)
	opposite := run.Payments[len(run.Payments)-1]
	if opposite.Payer != "B" || opposite.Payee != "A" || opposite.Amount != yuan("100.00") || len(run.Payments) != 4 {
		t.Fatalf("orders %+v", run.Payments)
	}
	return run.Payments
}

// An opposite order goes by a payment file, is rejected and sent again, and is told of by two banks.
func TestAnOppositeOrderIsPaidByFile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.unwound()
	opposite := orders[3]
	// The payee's bank tells of the payment only now; of a void order nothing is taken.
	credit := entry{ref: "C1", amount: "100.00", sign: "CRDT", endToEnd: orders[0].ID + "-1"}
	if report := b.read(camt("053", "B", credit)); report.Matched != 1 {
		t.Errorf("the credit %+v", report)
	}
	late := entry{ref: "C1", amount: "60.00", sign: "CRDT", endToEnd: orders[1].ID + "-1"}
	if report := b.read(camt("053", "C", late)); report.Matched != 0 || report.Open != 1 {
		t.Errorf("of a void order %+v", report)
	}
	byB := func(c *settlement.MakeFile) { c.Payer = "B" }
	file := b.released(byB)
	if file.Orders != 1 || file.Amount != yuan("100.00") {
		t.Errorf("file %+v", file)
	}
	// While it is with the bank, the order may not come back as well.
	wants(t, second(b.ReturnOrder(t.Context(), settlement.ReturnOrder{
		Command: idempotency.By(checker), Pool: "IC", Order: orders[0].ID,
	})), settlement.ErrOppositePaid)
	b.read(status(file.Message, opposite.ID+"-1", "RJCT"))
	again := b.released(byB)
	b.read(camt("053", "B", entry{ref: "R2", amount: "100.00", sign: "DBIT", endToEnd: opposite.ID + "-2"}))
	credit = entry{ref: "C2", amount: "100.00", sign: "CRDT", endToEnd: opposite.ID + "-2"}
	if report := b.read(camt("053", "A", credit)); report.Matched != 1 {
		t.Errorf("the payee of what is given back %+v", report)
	}
	checks, err := settlement.CheckPayments(t.Context(), b.db, clerk, "IC")
	must(t, err)
	for _, check := range checks {
		if check.Agrees != settlement.CheckAgrees {
			t.Errorf("checked %+v", check)
		}
	}
	for _, book := range []string{"A", "B", "C"} {
		b.balance(book, ledger.SettlementClearing, "0.00")
		b.balance(book, ledger.Cash, "0.00")
	}
	b.balance("A", ledger.DueToCoinsurer, "-160.00")
	runs, err := settlement.Settlements(t.Context(), b.db, "IC")
	if err != nil || runs[0].State != settlement.Unwound {
		t.Errorf("runs %+v, %v", runs, err)
	}
	b.undone(orders[0], opposite, again)
}

// undone undoes what was allocated to an order whose run is unwound, and what gave it back: that comes first, and is
// not with the bank any more.
func (b bench) undone(order, opposite settlement.PaymentOrder, file *settlement.PaymentFile) {
	b.t.Helper()
	undo := func(order settlement.PaymentOrder, member, key string) error {
		return second(b.UnmatchReceipt(b.t.Context(), settlement.UnmatchReceipt{
			Command: idempotency.By(clerk), Pool: "IC", Order: order.ID, Account: account(member), Key: key, Number: 1,
		}))
	}
	must(b.t, undo(order, "A", "R1/0")) // the other bank still says so
	wants(b.t, undo(order, "B", "C1/0"), settlement.ErrOppositePaid)
	must(b.t, undo(opposite, "A", "C2/0"))
	must(b.t, undo(opposite, "B", "R2/0"))
	b.verified()
	wants(b.t, undo(order, "B", "C1/0"), settlement.ErrOppositePaid)
	b.read(status(file.Message, opposite.ID+"-2", "RJCT"))
	must(b.t, undo(order, "B", "C1/0"))
	b.verified()
	for _, book := range []string{"A", "B", "C"} {
		b.balance(book, ledger.SettlementClearing, "0.00")
		b.balance(book, ledger.Cash, "0.00")
	}
}

// Runs are paid, unwound and given back in random order, with returns of every payment, under each netting: the book
// verifies after every step, and in the end one run settles all.
func TestRandomUnwindings(t *testing.T) {
	t.Parallel()
	everyNetting(t, func(t *testing.T, netting coinsurance.Netting) {
		t.Helper()
		l := newLife(t, netting)
		l.draw(t)
		dice := rand.New(rand.NewPCG(7, 11))
		for range 4 {
			run := l.approve(t, l.propose(t).Number)
			for range 4 {
				l.moveSomething(t, dice, run.Number)
			}
			if now, _ := l.run(t, run.Number); now.State != settlement.Approved {
				must(t, l.comesBack(t, run.Payments[0]))
			}
			l.unwind(t, run.Number)
			for range 12 {
				l.moveSomething(t, dice, run.Number)
			}
			l.giveBack(t, run.Number)
			l.stands(t, run.Number, settlement.Unwound)
		}
		l.complete(t, l.approve(t, l.propose(t).Number).Number)
		for number := 1; number <= 4; number++ { // a payment comes back to a run that is unwound for long
			for range 6 {
				l.moveSomething(t, dice, number)
			}
			l.giveBack(t, number)
		}
		if l.owes(t, "A", "B") != "0.00" || l.owes(t, "A", "C") != "0.00" {
			t.Errorf("A owes B %s and C %s", l.owes(t, "A", "B"), l.owes(t, "A", "C"))
		}
		for _, book := range []string{"A", "B", "C"} {
			answer, err := ledger.BalanceOf(t.Context(), l.db, ledger.BalanceQuery{
				Book: book, Account: ledger.SettlementClearing,
			})
			if err != nil || !answer.Balance.IsZero() {
				t.Errorf("clearing of %s: %s, %v", book, answer.Balance, err)
			}
		}
	})
}

// moveSomething pays a part of an order of a run, or all, or has it come back; what is refused is refused.
func (l *life) moveSomething(t *testing.T, dice *rand.Rand, number int) {
	t.Helper()
	_, orders := l.run(t, number)
	order := orders[dice.IntN(len(orders))]
	if dice.IntN(3) == 0 {
		_ = l.comesBack(t, order)
		return
	}
	amount := order.Amount.Sub(order.Executed)
	if dice.IntN(2) == 0 {
		amount = money.Fen(amount.Fen()/2 + 1)
	}
	_, _ = l.s.ExecuteOrder(t.Context(), settlement.ExecuteOrder{
		Command: l.other, Pool: "IC", Order: order.ID, Amount: amount,
	})
	l.verified(t)
}

// giveBack pays what is open of the opposite orders of a run.
func (l *life) giveBack(t *testing.T, number int) {
	t.Helper()
	_, orders := l.run(t, number)
	for _, order := range orders {
		if order.OppositeOf != "" && order.State != settlement.OrderExecuted && order.State != settlement.OrderVoid {
			l.pay(t, order, order.Amount.Sub(order.Executed))
		}
	}
}
