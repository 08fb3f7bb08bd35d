package settlement_test

import (
	"fmt"
	"strings"
	"testing"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/idempotency"
	"gongbao/ledger"
)

// table reads a table of the profile "signed".
func (b bench) table(lines ...string) *settlement.BankReport {
	b.t.Helper()
	report, err := b.ReadAnswer(b.t.Context(), settlement.ReadAnswer{
		By: clerk, Profile: "signed", Content: []byte(
			"date,account,amount,counterparty,counterparty_account,reference,summary\n" + strings.Join(lines, "\n") + "\n"),
	})
	must(b.t, err)
	return report
}

// TestAnOrderIsFoundAmongManyEntries: of all that is open on an account, what names an order is looked at, however much
// lies above it.
func TestAnOrderIsFoundAmongManyEntries(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.approved()
	b.clock.Set(day("2026-07-05").Noon())
	lines := []string{"2026-07-01," + account("B") + ",100.00,A,,N,共保结算 " + orders[0].ID}
	for i := range settlement.EntriesMax + 200 {
		lines = append(lines, fmt.Sprintf("2026-07-03,%s,1.00,A,,T%d,转账 G1-2", account("B"), i))
	}
	if report := b.table(lines...); report.New != len(lines) || report.Matched != 1 || report.Open != len(lines)-1 {
		t.Errorf("read %+v", report)
	}
	b.stands(orders[0].ID, settlement.OrderExecuted, "100.00", 1)
	b.verified()
}

// TestAnEntryIsKeptOnce: a file that says it twice, and one that parts it otherwise, add nothing.
func TestAnEntryIsKeptOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	whole := entry{ref: "E1", amount: "9.00", sign: "CRDT"}
	if report := b.read(camt("053", "B", whole, entry{ref: "E2", amount: "1.00", sign: "CRDT"}, whole)); report.New != 2 {
		t.Errorf("said twice: %+v", report)
	}
	part := func(amount string) string {
		return `<AmtDtls><TxAmt><Amt Ccy="CNY">` + amount + `</Amt></TxAmt></AmtDtls>`
	}
	parted := entry{ref: "E1", amount: "9.00", sign: "CRDT", more: part("4.00") + "</TxDtls><TxDtls>" + part("5.00")}
	if report := b.read(camt("054", "B", parted)); report.Entries != 2 || report.New != 0 {
		t.Errorf("parted otherwise: %+v", report)
	}
	if report := b.read(camt("054", "C", parted)); report.New != 2 { // of another account it is another entry
		t.Errorf("of another account: %+v", report)
	}
	b.verified()
}

// moved wants the days on which an order's money moved.
func (b bench) moved(order string, wanted ...string) {
	b.t.Helper()
	var days []string
	must(b.t, b.db.NewRaw(`SELECT effective::text FROM order_movement WHERE payment_order = ? ORDER BY number`, order).
		Scan(b.t.Context(), &days))
	if got := fmt.Sprint(days); got != fmt.Sprint(wanted) {
		b.t.Errorf("%s moved on %s, wanted %v", order, got, wanted)
	}
}

// TestMoneyMovesOnTheBanksDay and no other: but not before the order was there, and not after today. What a person says
// of the day goes before it, from the pool's first agreement on, also before the policies of the items were on risk.
func TestMoneyMovesOnTheBanksDay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.approved() // on 2026-07-01
	b.clock.Set(day("2026-07-10").Noon())
	first, other, third := orders[0].ID, orders[1].ID, orders[2].ID
	b.table("2026-07-04,"+account("B")+",30.00,A,,M1,"+first, "2026-06-20,"+account("B")+",20.00,A,,M2,"+first,
		"2026-07-12,"+account("B")+",50.00,A,,M3,"+first)
	b.moved(first, "2026-07-01", "2026-07-04", "2026-07-10")
	must(t, second(b.UnmatchReceipt(t.Context(), settlement.UnmatchReceipt{
		Command: idempotency.By(clerk), Pool: "IC", Order: first, Account: account("B"), Key: "M1/0", Number: 1,
	})))
	b.moved(first, "2026-07-01", "2026-07-04", "2026-07-10", "2026-07-04")
	b.table("2026-07-04," + account("C") + ",60.00,A,,M4,转账")
	match := settlement.MatchReceipt{
		Command: idempotency.By(clerk), Pool: "IC", Order: other, Account: account("C"), Key: "M4/0",
	}
	match.Effective = day("2026-05-31")
	wants(t, second(b.MatchReceipt(t.Context(), match)), ledger.ErrDateOutOfRange)
	match.Effective = day("2026-07-11")
	wants(t, second(b.MatchReceipt(t.Context(), match)), ledger.ErrDateOutOfRange)
	match.Effective = day("2026-06-02")
	must(t, second(b.MatchReceipt(t.Context(), match)))
	b.moved(other, "2026-06-02")
	pay := settlement.ExecuteOrder{Command: idempotency.By(checker), Pool: "IC", Order: third, Amount: yuan("40.00")}
	pay.Effective = day("2026-05-31")
	wants(t, second(b.ExecuteOrder(t.Context(), pay)), ledger.ErrDateOutOfRange)
	pay.Effective = day("2026-06-01")
	must(t, second(b.ExecuteOrder(t.Context(), pay)))
	b.moved(third, "2026-06-01")
	b.verified()
}

// verified wants that settlement is proved; what is owed was posted without events.
func (b bench) verified() {
	b.t.Helper()
	for _, check := range settlement.Checks() {
		must(b.t, check.Each(b.t.Context(), b.db.DB, func(finding ledger.Finding) { b.t.Error(check.Name, finding.Text) }))
	}
}
