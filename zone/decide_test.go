package zone

import (
	"errors"
	"testing"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// What the zone decides, without a database: refusals in their order, and what a row comes to.

var (
	noon   = calendar.MustDate("2026-01-05").Noon()
	maker  = access.Person("maker", access.Member, "A", access.Administrator)
	second = access.Person("second", access.Member, "A", access.Administrator)
)

func TestRegisterMemberDecides(t *testing.T) {
	t.Parallel()
	cmd := RegisterMember{Command: idempotency.By(maker), Code: "D", Name: "丁"}
	decided, err := registerMember(struct{}{}, cmd, noon)
	if err != nil || !errors.Is(decided.taken, ErrMemberExists) || decided.after.Version != 1 ||
		decided.after.Actor != maker.Subject || !decided.after.Registered.Equal(noon) {
		t.Errorf("got %+v, %v", decided, err)
	}
	cmd.Name = "two\nlines"
	if err := cmd.check(); !errors.Is(err, ErrMemberInvalid) {
		t.Errorf("a name of two lines: %v", err)
	}
}

func TestProposeLimitDecides(t *testing.T) {
	t.Parallel()
	below := money.MustAmount("-0.01")
	for _, test := range []struct {
		name   string
		loaded entries
		change func(*ProposeLimit)
		wanted error
	}{
		{"OK", entries{true, 3}, func(*ProposeLimit) {}, nil},
		{"Err role", entries{}, func(c *ProposeLimit) { c.Role = access.Reader }, ErrLimitInvalid},
		{"Err line", entries{}, func(c *ProposeLimit) { c.Line = "a b" }, ErrLimitInvalid},
		{"Err past", entries{}, func(c *ProposeLimit) { c.From = calendar.MustDate("2026-01-04") }, ErrLimitInvalid},
		{"Err below zero", entries{}, func(c *ProposeLimit) { c.Amount = &below }, ErrLimitInvalid},
		{"Err stranger", entries{}, func(*ProposeLimit) {}, ErrMemberNotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cmd := ProposeLimit{Command: idempotency.By(maker), Organisation: "A", Role: access.Underwriter}
			test.change(&cmd)
			decided, err := proposeLimit(test.loaded, cmd, noon)
			if !errors.Is(err, test.wanted) {
				t.Fatalf("got %v, wanted %v", err, test.wanted)
			}
			if limit := decided.after; err == nil && (limit.Number != 3 || limit.Line != EveryLine ||
				limit.Starts != calendar.DateOf(noon) || !errors.Is(decided.taken, pg.ErrAgain)) {
				t.Errorf("got %+v", decided)
			}
		})
	}
}

func TestAcceptLimitDecides(t *testing.T) {
	t.Parallel()
	proposed := func() *AuthorityLimit {
		return &AuthorityLimit{
			Organisation: "A", Number: 1, State: LimitProposed, ProposedBy: maker.Subject, Proposed: noon,
			Starts: calendar.MustDate("2026-01-01"),
		}
	}
	accepted := proposed()
	accepted.State = LimitAccepted
	for _, test := range []struct {
		name   string
		loaded *AuthorityLimit
		by     access.Principal
		wanted error
	}{
		{"OK", proposed(), second, nil},
		{"Err none", nil, maker, ErrLimitNotFound},
		{"Err accepted", accepted, maker, ErrLimitAccepted},
		{"Err own", proposed(), maker, access.ErrMakerIsChecker},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cmd := AcceptLimit{Command: idempotency.By(test.by), Organisation: "A", Number: 1}
			decided, err := acceptLimit(test.loaded, cmd, noon.Add(-time.Hour)) // a clock that goes slow
			if !errors.Is(err, test.wanted) {
				t.Fatalf("got %v, wanted %v", err, test.wanted)
			}
			if limit := decided.after; err == nil && (limit.State != LimitAccepted || !limit.Accepted.Equal(noon) ||
				limit.Starts != calendar.DateOf(noon) || test.loaded.State != LimitProposed) {
				t.Errorf("got %+v", limit)
			}
		})
	}
}

func TestProposeBankDecides(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		known  bool
		change func(*ProposeBank)
		wanted error
	}{
		{"OK", true, func(*ProposeBank) {}, nil},
		{"Err no bank", true, func(c *ProposeBank) { c.Bank = "" }, ErrBankInvalid},
		{"Err eleven digits", true, func(c *ProposeBank) { c.CNAPS = "10452100345" }, ErrBankInvalid},
		{"Err letters", true, func(c *ProposeBank) { c.AccountNumber = "62220000x" }, ErrBankInvalid},
		{"Err past", true, func(c *ProposeBank) { c.From = calendar.MustDate("2026-01-04") }, ErrBankInvalid},
		{"Err stranger", false, func(*ProposeBank) {}, ErrMemberNotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cmd := ProposeBank{
				Command: idempotency.By(maker), Member: "A", Bank: "示例银行", CNAPS: "104521003456",
				AccountName: "甲示例财险", AccountNumber: "6222000011112222",
			}
			test.change(&cmd)
			decided, err := proposeBank(bankEntries{entries{test.known, 2}, []byte("salt")}, cmd, noon)
			if !errors.Is(err, test.wanted) {
				t.Fatalf("got %v, wanted %v", err, test.wanted)
			}
			if err == nil && (decided.after.Number != 2 || !errors.Is(decided.taken, pg.ErrAgain)) {
				t.Errorf("got %+v", decided)
			}
		})
	}
}

func TestDecideBankDecides(t *testing.T) {
	t.Parallel()
	proposed := BankDetails{Member: "A", Number: 1, State: BankProposed, ProposedBy: maker.Subject, Proposed: noon}
	rejected := proposed
	rejected.State = BankRejected
	for _, test := range []struct {
		name    string
		loaded  *BankDetails
		by      access.Principal
		approve bool
		state   BankState
		wanted  error
	}{
		{"OK approved", &proposed, second, true, BankApproved, nil},
		{"OK taken back", &proposed, maker, false, BankRejected, nil},
		{"Err none", nil, maker, true, "", ErrBankNotFound},
		{"Err decided", &rejected, maker, true, "", ErrBankDecided},
		{"Err own", &proposed, maker, true, "", access.ErrMakerIsChecker},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cmd := DecideBank{Command: idempotency.By(test.by), Member: "A", Number: 1, Approve: test.approve}
			decided, err := decideBank(test.loaded, cmd, noon)
			if !errors.Is(err, test.wanted) {
				t.Fatalf("got %v, wanted %v", err, test.wanted)
			}
			if err == nil && (decided.after.State != test.state || decided.after.DecidedBy != test.by.Subject) {
				t.Errorf("got %+v", decided.after)
			}
		})
	}
}

func TestConfirmBankDecides(t *testing.T) {
	t.Parallel()
	third := access.Person("third", access.Member, "A", access.Settlement)
	approved := BankDetails{
		Member: "A", Number: 2, State: BankApproved, ProposedBy: maker.Subject, DecidedBy: second.Subject, Decided: &noon,
	}
	proposed, confirmed := approved, approved
	proposed.State, confirmed.Confirmed = BankProposed, &noon
	for _, test := range []struct {
		name   string
		loaded *BankDetails
		by     access.Principal
		wanted error
	}{
		{"OK", &approved, third, nil},
		{"Err none", nil, maker, ErrBankNotFound},
		{"Err not approved", &proposed, maker, ErrBankNotApproved},
		{"Err confirmed", &confirmed, maker, ErrBankConfirmed},
		{"Err proposed it", &approved, maker, access.ErrMakerIsChecker},
		{"Err approved it", &approved, second, access.ErrMakerIsChecker},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cmd := ConfirmBank{Command: idempotency.By(test.by), Member: "A", Number: 2}
			decided, err := confirmBank(test.loaded, cmd, noon.Add(-time.Hour)) // a clock that goes slow
			if !errors.Is(err, test.wanted) {
				t.Fatalf("got %v, wanted %v", err, test.wanted)
			}
			if err == nil && (decided.after.Number != 2 || decided.after.ConfirmedBy != third.Subject ||
				!decided.after.Confirmed.Equal(noon)) {
				t.Errorf("got %+v", decided.after)
			}
		})
	}
}

func TestPayableIsTheLatestEntryOnceItIsConfirmed(t *testing.T) {
	t.Parallel()
	entry := func(number int64, starts string, state BankState, confirmed bool) BankDetails {
		bank := BankDetails{Member: "A", Number: number, Starts: calendar.MustDate(starts), State: state}
		if confirmed {
			bank.Confirmed = &noon
		}
		return bank
	}
	first, later := entry(1, "2026-01-01", BankApproved, true), entry(2, "2026-02-01", BankApproved, true)
	for _, test := range []struct {
		name   string
		banks  []BankDetails
		number int64
		wanted error
	}{
		{"OK the latest by the day", []BankDetails{later, first}, 1, nil},
		{"OK of one day the later number", []BankDetails{entry(3, "2026-01-01", BankApproved, true), first}, 3, nil},
		{"OK not what is proposed", []BankDetails{first, entry(2, "2026-01-02", BankProposed, false)}, 1, nil},
		{"Err none", nil, 0, ErrBankNotFound},
		{"Err of another", []BankDetails{{Member: "B", State: BankApproved, Confirmed: &noon}}, 0, ErrBankNotFound},
		{"Err not yet", []BankDetails{later}, 0, ErrBankNotFound},
		{"Err changed", []BankDetails{first, entry(2, "2026-01-05", BankApproved, false)}, 0, ErrBankUnconfirmed},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			bank, err := payable(test.banks, "A", calendar.MustDate("2026-01-05"))
			if !errors.Is(err, test.wanted) || err == nil && bank.Number != test.number {
				t.Errorf("got %+v, %v, wanted number %d, %v", bank, err, test.number, test.wanted)
			}
		})
	}
}

func TestMandateDecides(t *testing.T) {
	t.Parallel()
	ask := ProposeMandate{Command: idempotency.By(maker), Member: "A"}
	past := ask
	past.From = calendar.MustDate("2026-01-04")
	for _, test := range []struct {
		name   string
		loaded mandateEntries
		cmd    ProposeMandate
		wanted error
	}{
		{"OK", mandateEntries{entries{true, 2}, 0}, ask, nil},
		{"Err past", mandateEntries{}, past, ErrMandateInvalid},
		{"Err stranger", mandateEntries{standing: 1}, ask, ErrMemberNotFound},
		{"Err one stands", mandateEntries{entries{true, 2}, 1}, ask, ErrMandateExists},
	} {
		decided, err := proposeMandate(test.loaded, test.cmd, noon)
		if !errors.Is(err, test.wanted) || err == nil && decided.after.Number != 2 {
			t.Errorf("%s: got %+v, %v", test.name, decided.after, err)
		}
	}
	proposed := Mandate{Member: "A", Number: 1, State: MandateProposed, ProposedBy: maker.Subject, Proposed: noon}
	given := proposed
	given.State, given.Decided = MandateGiven, &noon
	for _, test := range []struct {
		name   string
		loaded *Mandate
		by     access.Principal
		give   bool
		state  MandateState
		wanted error
	}{
		{"OK given", &proposed, second, true, MandateGiven, nil},
		{"OK taken back", &proposed, maker, false, MandateRejected, nil},
		{"Err none", nil, maker, true, "", ErrMandateNotFound},
		{"Err decided", &given, maker, true, "", ErrMandateDecided},
		{"Err own", &proposed, maker, true, "", access.ErrMakerIsChecker},
	} {
		cmd := DecideMandate{Command: idempotency.By(test.by), Member: "A", Number: 1, Give: test.give}
		decided, err := decideMandate(test.loaded, cmd, noon)
		if !errors.Is(err, test.wanted) || err == nil && decided.after.State != test.state {
			t.Errorf("%s: got %+v, %v", test.name, decided.after, err)
		}
	}
	for _, test := range []struct {
		name   string
		loaded *Mandate
		wanted error
	}{
		{"OK", &given, nil}, {"Err none", nil, ErrMandateNotFound}, {"Err not given", &proposed, ErrMandateNotGiven},
	} {
		cmd := WithdrawMandate{Command: idempotency.By(maker), Member: "A", Number: 1}
		decided, err := withdrawMandate(test.loaded, cmd, noon)
		if !errors.Is(err, test.wanted) || err == nil && decided.after.State != MandateWithdrawn {
			t.Errorf("withdrawn, %s: got %+v, %v", test.name, decided.after, err)
		}
	}
}
