package settlement_test

import (
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/idempotency"
	"gongbao/zone"
)

// story fills every table of payments: a file that is made void and others that are released, by a payer and by
// mandates; a payment that the bank rejects, one that it accepts, one that comes back; entries that are allocated in
// parts, by mistake, and not at all; a payment on a person's word; bank details and a mandate that are not in force.
func (b bench) story() {
	b.t.Helper()
	ctx := b.t.Context()
	orders := b.approved()
	first, other, third := orders[0].ID, orders[1].ID, orders[2].ID
	must(b.t, second(b.make(nil)))
	must(b.t, second(b.VoidFile(ctx, settlement.VoidFile{
		Command: idempotency.By(clerk), Pool: b.pool, Number: 1, Reason: "付款日有误",
	})))
	file := b.released(nil)
	b.read(status(file.Message, other+"-2", "RJCT"))
	b.read(status(file.Message, first+"-2", "ACSP"))
	b.mandates()
	b.released(func(cmd *settlement.MakeFile) { cmd.Payer, cmd.Mandated, cmd.Orders = "", true, []string{third} })
	b.clock.Set(day("2026-07-06").Noon())
	b.read(camt("053", "A", entry{ref: "R1", amount: "100.00", sign: "DBIT", endToEnd: first + "-2"}))
	b.read(camt("053", "A", entry{
		ref: "R2", amount: "100.00", sign: "CRDT", endToEnd: first + "-2", more: "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>",
	}))
	b.read(camt("053", "B",
		entry{ref: "C1", amount: "30.00", sign: "CRDT"}, entry{ref: "C2", amount: "9.00", sign: "CRDT"}))
	must(b.t, second(b.match(first, "B", "C1/0", "20.00")))
	must(b.t, second(b.UnmatchReceipt(ctx, settlement.UnmatchReceipt{
		Command: idempotency.By(clerk), Pool: b.pool, Order: first, Account: account("B"), Key: "C1/0", Number: 1,
	})))
	must(b.t, second(b.match(first, "B", "C1/0", "")))
	must(b.t, second(b.ExecuteOrder(ctx, settlement.ExecuteOrder{
		Command: idempotency.By(checker), Pool: b.pool, Order: other, Amount: yuan("10.00"),
	})))
	must(b.t, second(b.make(nil))) // it waits to be released
	must(b.t, second(b.zone.ProposeBank(ctx, zone.ProposeBank{
		Command: idempotency.By(clerk), Member: "C", Bank: "示例银行", CNAPS: "104521003456", AccountName: "C示例财险",
		AccountNumber: "9999888877776666",
	})))
}

// mandates has C give a mandate, withdraw it, and give another.
func (b bench) mandates() {
	b.t.Helper()
	one := access.Person("one", access.Member, "C", access.Administrator)
	two := access.Person("two", access.Member, "C", access.Administrator)
	for number := range int64(2) {
		must(b.t, second(b.zone.ProposeMandate(b.t.Context(), zone.ProposeMandate{
			Command: idempotency.By(one), Member: "C",
		})))
		must(b.t, second(b.zone.DecideMandate(b.t.Context(), zone.DecideMandate{
			Command: idempotency.By(two), Member: "C", Number: number + 1, Give: true,
		})))
		if number == 0 {
			must(b.t, second(b.zone.WithdrawMandate(b.t.Context(), zone.WithdrawMandate{
				Command: idempotency.By(one), Member: "C", Number: 1,
			})))
		}
	}
}
