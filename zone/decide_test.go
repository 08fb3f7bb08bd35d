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
