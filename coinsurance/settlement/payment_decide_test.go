package settlement

import (
	"errors"
	"testing"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/iso20022"
	"gongbao/internal/money"
	"gongbao/ledger"
	"gongbao/zone"
)

// onPayable is an order of 10.00 from A to B that is not paid, with the bank details of both.
func onPayable() *payable {
	known := &payable{
		period: ledger.Period{Pool: "IC"}, pool: coinsurance.Pool{Code: "IC", Name: "共保体", Ordinal: 2}, next: 1,
		orders: onOrder().orders,
	}
	for _, member := range []string{"A", "B"} {
		known.payees = append(known.payees, zone.BankDetails{
			Member: member, Number: 1, Starts: calendar.DateOf(noon), Bank: "示例银行", CNAPS: "104521003456",
			AccountName: member + "财险", AccountNumber: "6222000011112222", State: zone.BankApproved, Confirmed: &noon,
		})
	}
	return known
}

// onFiled has the order in a file that is made.
func onFiled() *payable {
	known := onPayable()
	known.file = &PaymentFile{
		Pool: "IC", Number: 1, Payer: "A", State: FileMade, MadeBy: clerk.Subject, Made: noon, Day: calendar.DateOf(noon),
	}
	known.attempts = []Attempt{{
		Pool: "IC", Order: "G2-1-1", Attempt: 1, File: 1, Payment: "G2-F1-1", Payer: "A", Payee: "B", PayerEntry: 1,
		PayeeEntry: 1, Amount: money.Fen(1000), State: AttemptMade,
	}}
	known.present = known.attempts
	return known
}

func TestMakeFileDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[MakeFile, *payable]
	sound := func() (MakeFile, *payable) {
		return MakeFile{Command: idempotency.By(clerk), Pool: "IC", Payer: "A", Orders: []string{"G2-1-1"}}, onPayable()
	}
	decide := func(known *payable, cmd MakeFile) error {
		_, err := decideFile(known, cmd, noon)
		return err
	}
	refuses(t, sound, decide,
		f{ErrFileInvalid, func(cmd *MakeFile, _ *payable) { cmd.Day = calendar.DateOf(noon).AddDays(-1) }},
		f{ErrOrderNotFound, func(cmd *MakeFile, _ *payable) { cmd.Orders = append(cmd.Orders, "G2-9-9") }},
		f{ErrOrderDone, func(_ *MakeFile, known *payable) { known.orders[0].State = OrderExecuted }},
		f{ErrOrderInFile, func(_ *MakeFile, known *payable) { known.present = onFiled().present }},
		f{zone.ErrMandateMissing, func(cmd *MakeFile, _ *payable) { cmd.Payer, cmd.Mandated = "", true }},
		f{zone.ErrBankNotFound, func(_ *MakeFile, known *payable) { known.payees[0].State = zone.BankProposed }},
		f{zone.ErrBankUnconfirmed, func(_ *MakeFile, known *payable) { known.payees[0].Confirmed = nil }},
		f{ErrNameTooLong, func(cmd *MakeFile, _ *payable) { cmd.NameMax = 2 }},
	)
	refuses(t, sound, decide, f{ErrFileEmpty, func(cmd *MakeFile, _ *payable) { cmd.Payer, cmd.Orders = "B", nil }})
	cmd, known := sound()
	decided, err := decideFile(known, cmd, noon)
	if err != nil || decided.answer.Message != "G2-F1" || len(known.made) != 1 || known.made[0].Amount != money.Fen(1000) {
		t.Errorf("got %+v, %+v, %v", decided.answer, known.made, err)
	}
}

func TestReleaseFileDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[ReleaseFile, *payable]
	sound := func() (ReleaseFile, *payable) {
		return ReleaseFile{Command: idempotency.By(checker), Pool: "IC", Number: 1}, onFiled()
	}
	decide := func(known *payable, cmd ReleaseFile) error {
		_, err := decideRelease(known, cmd, noon)
		return err
	}
	refuses(t, sound, decide,
		f{ErrFileDecided, func(_ *ReleaseFile, known *payable) { known.file.State = FileVoid }},
		f{access.ErrMakerIsChecker, func(cmd *ReleaseFile, _ *payable) { cmd.By = clerk }},
	)
	refuses(t, sound, decide, f{ErrFileNotFound, func(_ *ReleaseFile, known *payable) { known.file = nil }})
	for name, change := range map[string]func(known *payable){
		"the day":             func(known *payable) { known.file.Day = calendar.DateOf(noon).AddDays(-1) },
		"another attempt":     func(known *payable) { known.orders[0].Attempt = 2 },
		"a part was paid":     func(known *payable) { known.orders[0].Executed = money.Fen(1) },
		"the order is void":   func(known *payable) { known.orders = nil },
		"the payer's account": func(known *payable) { known.payees[0].Number = 2 },
		"the payee's account": func(known *payable) { known.payees[1].Number = 2 },
		"the payee's word":    func(known *payable) { known.payees[1].Confirmed = nil },
		"the payer's mandate": func(known *payable) { known.file.Payer = "" },
	} {
		cmd, known := sound()
		change(known)
		if err := decide(known, cmd); !errors.Is(err, ErrFileOutdated) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestVoidFileDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[VoidFile, *payable]
	sound := func() (VoidFile, *payable) {
		return VoidFile{Command: idempotency.By(clerk), Pool: "IC", Number: 1}, onFiled()
	}
	decide := func(known *payable, cmd VoidFile) error {
		_, err := decideVoid(known, cmd, noon)
		return err
	}
	refuses(t, sound, decide, f{ErrFileNotFound, func(_ *VoidFile, known *payable) { known.file = nil }})
	refuses(t, sound, decide, f{ErrFileDecided, func(_ *VoidFile, known *payable) { known.file.State = FileReleased }})
}

func TestTakeStatusDecides(t *testing.T) {
	t.Parallel()
	word := func(code string) *iso20022.Report {
		return &iso20022.Report{File: "G2-F1", Payments: []iso20022.PaymentStatus{{
			Payment: "G2-F1-1", Transfers: []iso20022.TransferStatus{
				{EndToEndID: "G2-1-1-1", Status: iso20022.Status{Code: code, Reasons: []iso20022.Reason{{Code: "AC01"}}}},
			},
		}}}
	}
	type f = flaw[TakeStatus, *payable]
	sound := func() (TakeStatus, *payable) {
		known := onFiled()
		known.file.State, known.file.Released, known.attempts[0].State = FileReleased, &noon, AttemptReleased
		return TakeStatus{Command: idempotency.By(clerk), Pool: "IC", Number: 1, Report: word("RJCT")}, known
	}
	refuses(t, sound, func(known *payable, cmd TakeStatus) error {
		_, err := decideStatus(known, cmd, noon)
		return err
	}, f{ErrFileNotFound, func(_ *TakeStatus, known *payable) { known.file.State = FileMade }})
	for code, wanted := range map[string]StatusTaken{
		"ACSC": {Accepted: 1}, "RJCT": {Rejected: 1}, "PDNG": {}, "XXXX": {}, "PART": {},
	} {
		cmd, known := sound()
		cmd.Report = word(code)
		decided, err := decideStatus(known, cmd, noon)
		if err != nil || decided.answer != wanted || len(decided.facts) != wanted.Accepted+wanted.Rejected {
			t.Errorf("%s: got %+v, %v", code, decided.answer, err)
		}
	}
	cmd, known := sound()
	known.orders[0].Executed = money.Fen(1000) // it is paid: a late word changes nothing
	if decided, err := decideStatus(known, cmd, noon); err != nil || decided.answer != (StatusTaken{}) {
		t.Errorf("of what is paid: %+v, %v", decided.answer, err)
	}
}

// onReceipt is an entry of 10.00 on the account of B, to which A owes as much.
func onReceipt() *receipt {
	known := &receipt{onSettlement: onOrder(), payees: onPayable().payees}
	known.target = &known.orders[0]
	known.payees[1].AccountNumber = "6222000033334444"
	known.entry = &BankEntry{Account: "6222000033334444", Key: "R1/0", Amount: money.Fen(1000), Credit: true}
	return known
}

func TestMatchReceiptDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[MatchReceipt, *receipt]
	sound := func() (MatchReceipt, *receipt) {
		return MatchReceipt{
			Command: idempotency.By(clerk), Pool: "IC", Order: "G2-1-1", Account: "6222000033334444", Key: "R1/0",
		}, onReceipt()
	}
	decide := func(known *receipt, cmd MatchReceipt) error {
		_, err := decideMatch(known, cmd, noon)
		return err
	}
	taken := Match{Order: "G2-9-9", Credit: true, Amount: money.Fen(1000), Number: 1}
	refuses(t, sound, decide, f{ErrEntryNotFound, func(_ *MatchReceipt, known *receipt) { known.entry = nil }})
	refuses(t, sound, decide,
		f{ledger.ErrDateOutOfRange, func(cmd *MatchReceipt, _ *receipt) { noAgreement(&cmd.Command) }},
		f{ErrOrderDone, func(_ *MatchReceipt, known *receipt) { known.run.State = Unwound }},
		f{ErrEntryElsewhere, func(_ *MatchReceipt, known *receipt) { known.entry.Credit = false }},
		f{ErrMatchExceedsEntry, func(_ *MatchReceipt, known *receipt) { known.ofEntry = []Match{taken} }},
		f{ErrMatchExceedsOrder, func(_ *MatchReceipt, known *receipt) {
			known.ofOrder = []Match{{Attempt: 1, Credit: true, Amount: money.Fen(1000)}}
		}},
	)
}

func TestUnmatchReceiptDecides(t *testing.T) {
	t.Parallel()
	type f = flaw[UnmatchReceipt, *receipt]
	sound := func() (UnmatchReceipt, *receipt) {
		known := onReceipt()
		known.ofEntry = []Match{{
			Number: 1, Order: "G2-1-1", OrderPool: "IC", Attempt: 1, Credit: true, Amount: money.Fen(1000),
		}}
		known.ofOrder = known.ofEntry
		return UnmatchReceipt{Command: idempotency.By(clerk), Pool: "IC", Order: "G2-1-1", Number: 1}, known
	}
	decide := func(known *receipt, cmd UnmatchReceipt) error {
		_, err := decideUnmatch(known, cmd, noon)
		return err
	}
	refuses(t, sound, decide, f{ErrEntryNotFound, func(_ *UnmatchReceipt, known *receipt) { known.entry = nil }})
	refuses(t, sound, decide,
		f{ledger.ErrDateOutOfRange, func(cmd *UnmatchReceipt, _ *receipt) { noAgreement(&cmd.Command) }},
		f{ErrMatchNotFound, func(cmd *UnmatchReceipt, _ *receipt) { cmd.Number = 2 }},
	)
	cmd, known := sound()
	if decided, err := decideUnmatch(known, cmd, noon); err != nil || decided.answer.Amount != money.Fen(-1000) ||
		known.paid != money.Fen(-1000) {
		t.Errorf("undone: %+v, %s, %v", decided.answer, known.paid, err)
	}
}

// TestPaidBy adds up what two banks say of the attempts at an order.
func TestPaidBy(t *testing.T) {
	t.Parallel()
	say := func(attempt int, credit, returned bool, fen int64) Match {
		return Match{Attempt: attempt, Credit: credit, Returned: returned, Amount: money.Fen(fen)}
	}
	order := &PaymentOrder{Amount: money.Fen(1000)}
	for _, test := range []struct {
		name    string
		matches []Match
		paid    int64
		room    int64 // for the payee's side of the second attempt
	}{
		{"nothing", nil, 0, 1000},
		{"both sides", []Match{say(1, false, false, 600), say(1, true, false, 400)}, 600, 400},
		{"undone", []Match{say(1, true, false, 400), say(1, true, false, -400)}, 0, 1000},
		{"returned by one", []Match{say(1, false, false, 1000), say(1, true, true, 1000)}, 0, 1000},
		{
			"returned by both, and again",
			[]Match{say(1, false, false, 1000), say(1, false, true, 1000), say(1, true, true, 1000), say(2, true, false, 300)},
			300, 700,
		},
	} {
		if paid := paidBy(test.matches); paid != money.Fen(test.paid) {
			t.Errorf("%s: %s paid", test.name, paid)
		}
		if left := room(order, test.matches, 2, true, false); left != money.Fen(test.room) {
			t.Errorf("%s: room for %s", test.name, left)
		}
	}
}
