package settlement_test

import (
	"crypto/sha256"
	"strings"
	"testing"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/idempotency"
	"gongbao/ledger"
	"gongbao/zone"
)

func TestAFileIsMadeByOneAndReleasedByAnother(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.approved()
	file, err := b.make(nil)
	must(t, err)
	if file.Orders != 2 || file.Amount != yuan("160.00") || sha256.Sum256(file.Content) != [32]byte(file.SHA256) ||
		!strings.Contains(string(file.Content), "<EndToEndId>"+orders[0].ID+"-1</EndToEndId>") ||
		!strings.Contains(string(file.Content), "B示例财险") {
		t.Errorf("made %+v\n%s", file, file.Content)
	}
	_, err = b.make(func(c *settlement.MakeFile) { c.Orders = []string{orders[0].ID} })
	wants(t, err, settlement.ErrOrderInFile)
	_, err = b.make(nil)
	wants(t, err, settlement.ErrFileEmpty)
	release := settlement.ReleaseFile{Command: idempotency.By(clerk), Pool: "IC", Number: 1}
	wants(t, second(b.ReleaseFile(t.Context(), release)), access.ErrMakerIsChecker)
	_, err = settlement.FileContent(t.Context(), b.db, clerk, "IC", 1)
	wants(t, err, settlement.ErrFileNotReleased)
	release.By = checker
	must(t, second(b.ReleaseFile(t.Context(), release)))
	wants(t, second(b.ReleaseFile(t.Context(), release)), settlement.ErrFileDecided)
	b.stands(orders[0].ID, settlement.OrderFiled, "0.00", 1)
	b.stands(orders[2].ID, settlement.OrderOpen, "0.00", 1)
	content, err := settlement.FileContent(t.Context(), b.db, treasurer("A"), "IC", 1)
	if err != nil || string(content.Content) != string(file.Content) {
		t.Errorf("the file is another: %v", err)
	}
	_, err = settlement.FileContent(t.Context(), b.db, treasurer("B"), "IC", 1)
	wants(t, err, settlement.ErrFileNotFound)
}

func TestMakeFileRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.approved()
	for name, test := range map[string]struct {
		change func(*settlement.MakeFile)
		wanted error
	}{
		"by a member":             {func(c *settlement.MakeFile) { c.By = treasurer("A") }, access.ErrForbidden},
		"of nobody":               {func(c *settlement.MakeFile) { c.Payer = "" }, settlement.ErrFileInvalid},
		"of one and by mandates":  {func(c *settlement.MakeFile) { c.Mandated = true }, settlement.ErrFileInvalid},
		"for yesterday":           {func(c *settlement.MakeFile) { c.Day = day("2026-06-30") }, settlement.ErrFileInvalid},
		"of another's order":      {of(orders[2].ID), settlement.ErrFileInvalid},
		"of no order":             {of("G1-9-9"), settlement.ErrOrderNotFound},
		"of who pays nobody":      {func(c *settlement.MakeFile) { c.Payer = "B" }, settlement.ErrFileEmpty},
		"by mandates it has not":  {byMandates, zone.ErrMandateMissing},
		"for a bank of few words": {func(c *settlement.MakeFile) { c.NameMax = 4 }, settlement.ErrNameTooLong},
	} {
		if _, err := b.make(test.change); err == nil {
			t.Errorf("%s: made", name)
		} else {
			wants(t, err, test.wanted)
		}
	}
}

func of(orders ...string) func(*settlement.MakeFile) {
	return func(c *settlement.MakeFile) { c.Orders = orders }
}

func byMandates(c *settlement.MakeFile) { c.Payer, c.Mandated = "", true }

// TestMandatedFile: one file for all payers, a part for each, by mandates that stand.
func TestMandatedFile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.approved()
	for _, member := range []string{"A", "C"} {
		b.mandate(member)
	}
	file, err := b.make(byMandates)
	must(t, err)
	if file.Orders != 3 || strings.Count(string(file.Content), "<PmtInf>") != 2 {
		t.Errorf("made %s", file.Content)
	}
	must(t, second(b.zone.WithdrawMandate(t.Context(), zone.WithdrawMandate{
		Command: idempotency.By(administrator("C", "zhao")), Member: "C", Number: 1,
	})))
	release := settlement.ReleaseFile{Command: idempotency.By(checker), Pool: "IC", Number: 1}
	wants(t, second(b.ReleaseFile(t.Context(), release)), settlement.ErrFileOutdated)
}

func administrator(member, name string) access.Principal {
	return access.Person(name, access.Member, member, access.Administrator)
}

func (b bench) mandate(member string) {
	b.t.Helper()
	must(b.t, second(b.zone.ProposeMandate(b.t.Context(), zone.ProposeMandate{
		Command: idempotency.By(administrator(member, "zhao")), Member: member,
	})))
	must(b.t, second(b.zone.DecideMandate(b.t.Context(), zone.DecideMandate{
		Command: idempotency.By(administrator(member, "qian")), Member: member, Number: 1, Give: true,
	})))
}

// TestAFileOfChangedDetailsIsOutdated: what was pinned when it was made is checked again when it is released.
func TestAFileOfChangedDetailsIsOutdated(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.approved()
	must(t, second(b.make(nil)))
	b.details("B", "99990000111122")
	release := settlement.ReleaseFile{Command: idempotency.By(checker), Pool: "IC", Number: 1}
	wants(t, second(b.ReleaseFile(t.Context(), release)), settlement.ErrFileOutdated)
	void := settlement.VoidFile{Command: idempotency.By(clerk), Pool: "IC", Number: 1, Reason: "收款账户变更"}
	must(t, second(b.VoidFile(t.Context(), void)))
	wants(t, second(b.VoidFile(t.Context(), void)), settlement.ErrFileDecided)
	file := b.released(nil)
	if !strings.Contains(string(file.Content), "99990000111122") ||
		!strings.Contains(string(file.Content), "<EndToEndId>"+orders[0].ID+"-2<") {
		t.Errorf("made %s", file.Content)
	}
	late := settlement.ReleaseFile{Command: idempotency.By(checker), Pool: "IC", Number: 9}
	wants(t, second(b.ReleaseFile(t.Context(), late)), settlement.ErrFileNotFound)
}

// TestAFileIsVoidThoughAnOrderOfItWasPaid by somebody's word meanwhile: the id that stood in the file is never used
// again.
func TestAFileIsVoidThoughAnOrderOfItWasPaid(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	order := b.approved()[0]
	must(t, second(b.make(nil)))
	must(t, second(b.ExecuteOrder(t.Context(), settlement.ExecuteOrder{
		Command: idempotency.By(checker), Pool: "IC", Order: order.ID, Amount: order.Amount,
	})))
	must(t, second(b.VoidFile(t.Context(), settlement.VoidFile{
		Command: idempotency.By(clerk), Pool: "IC", Number: 1, Reason: "已付",
	})))
	b.stands(order.ID, settlement.OrderExecuted, order.Amount.String(), 2)
	b.verified()
	must(t, second(b.ReturnOrder(t.Context(), settlement.ReturnOrder{
		Command: idempotency.By(checker), Pool: "IC", Order: order.ID,
	})))
	b.stands(order.ID, settlement.OrderReturned, "0.00", 3)
	must(t, second(b.make(nil)))
	b.verified()
}

// TestARejectedOrderIsSentAgain under another id; the bank's older word changes nothing any more.
func TestARejectedOrderIsSentAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.approved()
	file := b.released(nil)
	first := orders[0].ID
	if report := b.read(status(file.Message, first+"-1", "ACSP")); report.Accepted != 1 {
		t.Errorf("accepted %+v", report)
	}
	b.stands(first, settlement.OrderAccepted, "0.00", 1)
	if report := b.read(status(file.Message, first+"-1", "RJCT")); report.Rejected != 1 {
		t.Errorf("rejected %+v", report)
	}
	b.stands(first, settlement.OrderOpen, "0.00", 2)
	if report := b.read(status(file.Message, first+"-1", "RJCT")); report.Rejected != 0 {
		t.Errorf("rejected twice: %+v", report)
	}
	again := b.released(nil)
	if again.Orders != 1 || !strings.Contains(string(again.Content), "<EndToEndId>"+first+"-2<") {
		t.Errorf("sent again %s", again.Content)
	}
	_, attempts, err := settlement.ViewFile(t.Context(), b.db, clerk, "IC", file.Number)
	if err != nil || attempts[0].State != settlement.AttemptRejected || attempts[0].Reason != "AC04 账户已销户" {
		t.Errorf("attempts %+v, %v", attempts, err)
	}
	_, err = b.ReadAnswer(t.Context(), settlement.ReadAnswer{By: clerk, Content: []byte(status("X-1", "E", "RJCT"))})
	wants(t, err, settlement.ErrFileNotFound)
}

// TestAPaymentIsPostedOnce: the payer's notification and statement and the payee's credit are one payment.
func TestAPaymentIsPostedOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.approved()
	b.released(nil)
	paid := entry{ref: "R1", amount: "100.00", sign: "DBIT", endToEnd: orders[0].ID + "-1"}
	notice := camt("054", "A", paid)
	if report := b.read(notice); report.New != 1 || report.Matched != 1 || report.Open != 0 {
		t.Errorf("read %+v", report)
	}
	b.stands(orders[0].ID, settlement.OrderExecuted, "100.00", 1)
	if report := b.read(notice); !report.Known || report.New != 0 || report.Matched != 0 {
		t.Errorf("read again %+v", report)
	}
	statement := camt("053", "A", paid, entry{ref: "R2", amount: "8.00", sign: "DBIT"})
	if report := b.read(statement); report.New != 1 || report.Matched != 0 || report.Open != 1 {
		t.Errorf("the statement %+v", report)
	}
	credit := entry{ref: "C1", amount: "100.00", sign: "CRDT", endToEnd: orders[0].ID + "-1"}
	if report := b.read(camt("053", "B", credit)); report.Matched != 1 {
		t.Errorf("the credit %+v", report)
	}
	b.balance("A", ledger.Cash, "-100.00")
	b.balance("B", ledger.Cash, "100.00")
	checks, err := settlement.CheckPayments(t.Context(), b.db, treasurer("B"), "IC")
	if err != nil || len(checks) != 2 || checks[0].Agrees != settlement.CheckAgrees ||
		checks[1].Agrees != settlement.CheckAwaited ||
		checks[0].Debited != checks[0].Credited {
		t.Errorf("checked %+v, %v", checks, err)
	}
}

// TestEntriesWithoutAReferenceAreTold: two alike in one statement are two, and the same again.
func TestEntriesWithoutAReferenceAreTold(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	same := entry{amount: "5.00", sign: "CRDT"}
	if report := b.read(camt("053", "B", same, same)); report.New != 2 {
		t.Errorf("read %+v", report)
	}
	if report := b.read(camt("053", "B", same, same, entry{amount: "6.00", sign: "CRDT"})); report.New != 1 {
		t.Errorf("read more %+v", report)
	}
	pending := strings.Replace(camt("054", "B", entry{ref: "P", amount: "1.00", sign: "CRDT"}), "BOOK", "PDNG", 1)
	if report := b.read(pending); report.New != 0 || report.Pending != 1 {
		t.Errorf("a promise: %+v", report)
	}
}

// TestReturnsReverse: cash and clearing are reversed, and the order is open for another attempt.
func TestReturnsReverse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.approved()
	b.released(nil)
	first := orders[0].ID
	b.read(camt("053", "A", entry{ref: "R1", amount: "100.00", sign: "DBIT", endToEnd: first + "-1"}))
	b.balance("A", ledger.DueToCoinsurer, "-60.00") // what A owes C stands
	back := entry{
		ref: "R3", amount: "100.00", sign: "CRDT", endToEnd: first + "-1",
		more: "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>",
	}
	if report := b.read(camt("053", "A", back)); report.Matched != 1 {
		t.Errorf("the return %+v", report)
	}
	b.stands(first, settlement.OrderReturned, "0.00", 2)
	b.balance("A", ledger.Cash, "0.00")
	b.balance("A", ledger.DueToCoinsurer, "-160.00")
	b.balance("A", ledger.SettlementClearing, "0.00")
	again := b.released(nil)
	if again.Orders != 1 || !strings.Contains(string(again.Content), first+"-2<") {
		t.Errorf("sent again %s", again.Content)
	}
	b.read(camt("053", "A", entry{ref: "R4", amount: "100.00", sign: "DBIT", endToEnd: first + "-2"}))
	b.stands(first, settlement.OrderExecuted, "100.00", 2)
	// The payee's bank tells late of the first attempt: it came and left again.
	b.read(camt("053", "B", entry{ref: "C1", amount: "100.00", sign: "CRDT", endToEnd: first + "-1"},
		entry{ref: "C2", amount: "100.00", sign: "CRDT", endToEnd: first + "-2"}))
	b.stands(first, settlement.OrderExecuted, "100.00", 2)
	b.balance("B", ledger.Cash, "100.00")
}

func (b bench) match(order, member, key, amount string) (*settlement.Match, error) {
	cmd := settlement.MatchReceipt{
		Command: idempotency.By(clerk), Pool: "IC", Order: order, Account: account(member), Key: key,
	}
	if amount != "" {
		part := yuan(amount)
		cmd.Amount = &part
	}
	return b.MatchReceipt(b.t.Context(), cmd)
}

// TestPartialAndOver: never more is allocated than is there, on either side; what is left over stays open.
func TestPartialAndOver(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.approved()
	first, other := orders[0].ID, orders[1].ID
	b.read(camt("053", "B",
		entry{ref: "C1", amount: "30.00", sign: "CRDT"}, entry{ref: "C2", amount: "120.00", sign: "CRDT"}))
	must(t, second(b.match(first, "B", "C1/0", "")))
	b.stands(first, settlement.OrderPartPaid, "30.00", 1)
	wants(t, second(b.match(first, "B", "C1/0", "1.00")), settlement.ErrMatchExceedsEntry)
	wants(t, second(b.match(first, "B", "C2/0", "70.01")), settlement.ErrMatchExceedsOrder)
	wants(t, second(b.match(other, "B", "C2/0", "")), settlement.ErrEntryElsewhere)
	wants(t, second(b.match(first, "B", "C9/0", "")), settlement.ErrEntryNotFound)
	match, err := b.match(first, "B", "C2/0", "")
	if err != nil || match.Amount != yuan("70.00") {
		t.Fatalf("allocated %+v, %v", match, err)
	}
	b.stands(first, settlement.OrderExecuted, "100.00", 1)
	open, err := settlement.ViewEntries(t.Context(), b.db, treasurer("B"), true)
	if err != nil || len(open) != 1 || open[0].Left != yuan("50.00") {
		t.Errorf("left over: %+v, %v", open, err)
	}
	if open, err := settlement.ViewEntries(t.Context(), b.db, treasurer("A"), true); err != nil || len(open) != 0 {
		t.Errorf("A sees %+v, %v", open, err)
	}
	undo := settlement.UnmatchReceipt{
		Command: idempotency.By(clerk), Pool: "IC", Order: first, Account: account("B"), Key: "C1/0", Number: 1,
	}
	must(t, second(b.UnmatchReceipt(t.Context(), undo)))
	wants(t, second(b.UnmatchReceipt(t.Context(), undo)), settlement.ErrMatchNotFound)
	b.stands(first, settlement.OrderPartPaid, "70.00", 1) // the other allocation stays
	b.balance("B", ledger.Cash, "70.00")
	must(t, second(b.match(first, "B", "C1/0", "")))
	b.stands(first, settlement.OrderExecuted, "100.00", 1)
}

// TestBatchAndReference: a payer's part of a file that is booked as one, and the order's id in what the payee reads.
func TestBatchAndReference(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.approved()
	file := b.released(nil)
	batch := strings.Replace(camt("053", "A", entry{ref: "R1", amount: "160.00", sign: "DBIT"}), "</Ntry>",
		"<NtryDtls><Btch><PmtInfId>"+file.Message+"-1</PmtInfId></Btch></NtryDtls></Ntry>", 1)
	if report := b.read(batch); report.Matched != 2 {
		t.Errorf("the batch %+v", report)
	}
	b.stands(orders[0].ID, settlement.OrderExecuted, "100.00", 1)
	b.stands(orders[1].ID, settlement.OrderExecuted, "60.00", 1)
	table := "date,account,amount,counterparty,counterparty_account,reference,summary\n" +
		"2026-07-02," + account("C") + ",-40.00,B示例财险," + account("B") + ",T1,共保结算 " + orders[2].ID + "\n"
	report, err := b.ReadAnswer(t.Context(), settlement.ReadAnswer{
		By: treasurer("C"), Content: []byte(table), Profile: "signed",
	})
	if err != nil || report.Matched != 1 {
		t.Fatalf("the table %+v, %v", report, err)
	}
	b.stands(orders[2].ID, settlement.OrderExecuted, "40.00", 1)
	if run, _, err := settlement.SettlementOf(t.Context(), b.db, "IC", "2026-06"); err != nil ||
		run.State != settlement.Completed {
		t.Errorf("the run %+v, %v", run, err)
	}
	for _, book := range []string{"A", "B", "C"} {
		b.balance(book, ledger.SettlementClearing, "0.00")
		b.balance(book, ledger.DueToCoinsurer, "0.00")
		b.balance(book, ledger.DueFromCoinsurer, "0.00")
	}
}

// TestProposals: one order of the amount between the two is proposed; a person says yes.
func TestProposals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	orders := b.approved()
	table := func(amounts ...string) string {
		text := "date,account,amount,counterparty,counterparty_account,reference,summary\n"
		for _, amount := range amounts {
			text += "2026-07-02," + account("B") + "," + amount + ",A," + account("A") + ",T" + amount + ",转账\n"
		}
		return text
	}
	must(t, second(b.ReadAnswer(t.Context(), settlement.ReadAnswer{
		By: clerk, Content: []byte(table("100.00", "99.99")), Profile: "signed",
	})))
	proposals, err := settlement.Proposals(t.Context(), b.db, clerk, "IC")
	if err != nil || len(proposals) != 1 || proposals[0].Order != orders[0].ID {
		t.Fatalf("proposed %+v, %v", proposals, err)
	}
	b.stands(orders[0].ID, settlement.OrderOpen, "0.00", 1)
	must(t, second(b.match(orders[0].ID, "B", proposals[0].Key, "")))
	b.stands(orders[0].ID, settlement.OrderExecuted, "100.00", 1)
}

// TestReadAnswerRefuses what is no answer, and a member that reads of another's account.
func TestReadAnswerRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, test := range map[string]struct {
		cmd    settlement.ReadAnswer
		wanted error
	}{
		"by the regulator": {
			settlement.ReadAnswer{By: access.Person("r", access.Regulator, "", access.Settlement)}, access.ErrForbidden,
		},
		"of another member": {
			settlement.ReadAnswer{By: treasurer("A"), Content: []byte(camt("053", "B", entry{"R", "1.00", "CRDT", "", ""}))},
			access.ErrForbidden,
		},
		"hostile XML": {
			settlement.ReadAnswer{By: clerk, Content: []byte(`<!DOCTYPE d [<!ENTITY a "aa">]>` + camt("053", "B"))},
			settlement.ErrBankFileUnreadable,
		},
		"an unknown profile": {settlement.ReadAnswer{By: clerk, Profile: "abc"}, settlement.ErrBankFileUnreadable},
		"a bad row": {
			settlement.ReadAnswer{By: clerk, Profile: "signed", Content: []byte("date,account,amount\n2026-07-02,4200,\n")},
			settlement.ErrBankFileUnreadable,
		},
	} {
		if _, err := b.ReadAnswer(t.Context(), test.cmd); err == nil {
			t.Errorf("%s: read", name)
		} else {
			wants(t, err, test.wanted)
		}
	}
}
