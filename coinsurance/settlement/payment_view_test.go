package settlement_test

import (
	"testing"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
)

// Whoever looks at an order or a file sees which file has it, and what came back and why: why, as its own bank says.
func TestAnOrderSaysWhatCameBackAndWhy(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.approved()[0].ID
	b.released(nil)
	end := first + "-1"
	b.read(camt("053", "A", entry{ref: "R1", amount: "100.00", sign: "DBIT", endToEnd: end}, entry{
		ref: "R3", amount: "100.00", sign: "CRDT", endToEnd: end, more: "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>",
	}))
	_, tries, err := settlement.ViewFile(t.Context(), b.db, clerk, "IC", 1)
	must(t, err)
	if len(tries) != 2 || tries[0].Returned != yuan("100.00") || tries[0].ReturnReason != "AC04" ||
		!tries[1].Returned.IsZero() || tries[1].ReturnReason != "" {
		t.Errorf("the file shows %+v", tries)
	}
	for by, reason := range map[string]string{"": "AC04", "A": "AC04", "B": ""} {
		who := clerk
		if by != "" {
			who = treasurer(by)
		}
		order, err := settlement.ViewOrder(t.Context(), b.db, who, "IC", first)
		must(t, err)
		if order.File != 0 || len(order.Attempts) != 1 || order.Attempts[0].File != 1 ||
			order.Attempts[0].Returned != yuan("100.00") || order.Attempts[0].ReturnReason != reason ||
			len(order.Movements) != 2 || order.Movements[1].Amount != yuan("-100.00") {
			t.Errorf("%q is shown %+v", by, order)
		}
	}
	b.released(nil)
	lines, err := settlement.ViewOrders(t.Context(), b.db, clerk, settlement.OrderFilter{Pool: "IC", Limit: 10})
	must(t, err)
	if len(lines) != 3 || lines[0].File != 2 || lines[1].File != 1 || lines[2].File != 0 {
		t.Errorf("the list says the files %d, %d and %d", lines[0].File, lines[1].File, lines[2].File)
	}
}

// What a completion writes down on a person's word is named, order by order; what banks have said is not among it.
func TestACompletionSaysWhatItTookOnAWord(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.approved()
	b.released(nil)
	b.read(camt("053", "A", entry{ref: "R1", amount: "100.00", sign: "DBIT", endToEnd: orders[0].ID + "-1"}))
	done, err := b.CompleteSettlement(t.Context(), settlement.CompleteSettlement{
		Command: idempotency.By(checker), Pool: "IC", Number: 1,
	})
	must(t, err)
	if done.State != settlement.Completed || len(done.ByWord) != 2 ||
		done.ByWord[0] != (settlement.WordOfPayment{Order: orders[1].ID, Payer: "A", Payee: "C", Amount: yuan("60.00")}) {
		t.Errorf("on a word: %+v", done.ByWord)
	}
}

// What was given back of an unwound run comes back: the order is open and may be sent again, and the run says that it
// waits for it. The items stay free, and the book verifies all the while.
func TestWhatWasGivenBackOfAnUnwoundRunComesBack(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingBilateral)
	l.draw(t)
	run := l.approve(t, l.propose(t).Number)
	l.pay(t, run.Payments[0], run.Payments[0].Amount)
	unwound := l.unwind(t, run.Number)
	opposite := unwound.Payments[len(unwound.Payments)-1]
	l.pay(t, opposite, opposite.Amount)
	l.opens(t, run.Number, settlement.Unwound, 0)
	must(t, l.comesBack(t, opposite)) // it verifies
	l.opens(t, run.Number, settlement.Unwound, 1)
	_, orders := l.run(t, run.Number)
	if again := orders[len(orders)-1]; again.ID != opposite.ID || again.State != settlement.OrderReturned ||
		again.Attempt != 2 {
		t.Errorf("the order is %+v", again)
	}
	next := l.approve(t, l.propose(t).Number) // the items are free
	l.giveBack(t, run.Number)
	l.opens(t, run.Number, settlement.Unwound, 0)
	l.complete(t, next.Number)
	l.verified(t)
}

// opens wants where a run stands, and how many of its orders wait for their payment.
func (l *life) opens(t *testing.T, number int, state settlement.State, open int) {
	t.Helper()
	view, err := settlement.ViewSettlement(t.Context(), l.db.DB, testzone.Clerk, "IC", number)
	if must(t, err); view.State != state || view.Open != open {
		t.Errorf("run %d is %s, %d of its orders are open", number, view.State, view.Open)
	}
}

// A list of queries says what is disputed: to who disputes it and the manager all, to another party its own items.
func TestAQuerySaysWhatIsDisputed(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingNone)
	l.drawOf(t, "2026-01")
	l.query(t, "2026-01", "A", "IC-P1")
	for _, look := range []struct {
		by     access.Principal
		amount string
	}{
		{testzone.Clerk, "-416.00"}, {staff("A").By, "-416.00"}, {staff("B").By, "-260.00"}, {staff("C").By, "-156.00"},
	} {
		lines, err := settlement.ViewQueries(t.Context(), l.db.DB, look.by, "IC", "2026-01")
		must(t, err)
		if len(lines) != 1 || lines[0].Amount != money.MustAmount(look.amount) || lines[0].Member != "A" {
			t.Errorf("%s sees %+v", look.by.Subject, lines)
		}
	}
}
