package zone_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/zone"
)

var (
	keeper  = access.Person("keeper", access.Member, "A", access.Administrator)
	foreign = access.Person("x", access.Member, "B", access.Administrator)
)

func details() zone.ProposeBank {
	return zone.ProposeBank{
		Command: idempotency.By(keeper),
		Member:  "A", Bank: "示例银行武汉光谷支行", CNAPS: "104521003456", AccountName: "甲示例财险",
		AccountNumber: "6222000011112222",
	}
}

func TestBankDetailsRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.clock.Set(calendar.MustDate("2026-01-05").Noon())
	for name, test := range map[string]struct {
		change func(*zone.ProposeBank)
		wanted error
	}{
		"of another member": {func(c *zone.ProposeBank) { c.By = foreign }, access.ErrForbidden},
		"by an underwriter": {func(c *zone.ProposeBank) { c.By.Roles = nil }, access.ErrForbidden},
		"by the regulator":  {func(c *zone.ProposeBank) { c.By = regulator }, access.ErrForbidden},
		"by a reader there": {func(c *zone.ProposeBank) { c.By = roleless }, access.ErrForbidden},
		"no bank":           {func(c *zone.ProposeBank) { c.Bank = "" }, zone.ErrBankInvalid},
		"no name":           {func(c *zone.ProposeBank) { c.AccountName = "" }, zone.ErrBankInvalid},
		"eleven digits":     {func(c *zone.ProposeBank) { c.CNAPS = "10452100345" }, zone.ErrBankInvalid},
		"letters": {
			func(c *zone.ProposeBank) { c.AccountNumber = "62220000x" }, zone.ErrBankInvalid,
		},
		"from yesterday": {
			func(c *zone.ProposeBank) { c.From = calendar.MustDate("2026-01-04") }, zone.ErrBankInvalid,
		},
		"of nobody we know": {
			func(c *zone.ProposeBank) { c.By, c.Member = clerk, "NOBODY" }, zone.ErrMemberNotFound,
		},
		"of nobody, by a one": {func(c *zone.ProposeBank) { c.Member = "NOBODY" }, access.ErrForbidden},
	} {
		cmd := details()
		test.change(&cmd)
		if _, err := z.ProposeBank(t.Context(), cmd); !errors.Is(err, test.wanted) {
			t.Errorf("%s: got %v, wanted %v", name, err, test.wanted)
		}
	}
	decide := func(by access.Principal, number int64, approve bool, wanted error) {
		t.Helper()
		_, err := z.DecideBank(t.Context(), zone.DecideBank{
			Command: idempotency.By(by), Member: "A", Number: number, Approve: approve,
		})
		if !errors.Is(err, wanted) {
			t.Errorf("%s decides: got %v, wanted %v", by, err, wanted)
		}
	}
	if _, err := z.ProposeBank(t.Context(), details()); err != nil {
		t.Fatal(err)
	}
	decide(foreign, 1, true, access.ErrForbidden)
	decide(second, 2, true, zone.ErrBankNotFound)
	decide(keeper, 1, true, access.ErrMakerIsChecker)
	decide(keeper, 1, false, nil) // who proposed may take it back
	decide(second, 1, true, zone.ErrBankDecided)
}

func TestBankDetailsCountFromTheirApprovalOn(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.clock.Set(calendar.MustDate("2026-01-05").Noon())
	old := details()
	old.From = calendar.MustDate("2026-01-06")
	propose := func(cmd zone.ProposeBank) {
		t.Helper()
		if _, err := z.ProposeBank(t.Context(), cmd); err != nil {
			t.Fatal(err)
		}
	}
	approve := func(by access.Principal, number int64) {
		t.Helper()
		_, err := z.DecideBank(t.Context(), zone.DecideBank{
			Command: idempotency.By(by), Member: "A", Number: number, Approve: true,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	propose(old)
	z.clock.Set(calendar.MustDate("2026-01-08").Noon())
	approve(second, 1)
	newer := details()
	newer.By, newer.AccountNumber, newer.From = clerk, "9999888877776666", calendar.MustDate("2026-02-01")
	propose(newer)
	approve(checker, 2)
	z.confirm(t, member, 1)
	z.confirm(t, member, 2)
	for day, wanted := range map[string]string{
		"2026-01-07": "", "2026-01-08": "6222000011112222", "2026-01-31": "6222000011112222",
		"2026-02-01": "9999888877776666",
	} {
		bank, err := zone.PayableTo(t.Context(), z.db, "A", calendar.MustDate(day))
		if wanted == "" {
			if !errors.Is(err, zone.ErrBankNotFound) {
				t.Errorf("%s: %v", day, err)
			}
			continue
		}
		if err != nil || bank.AccountNumber != wanted {
			t.Errorf("%s: %v %+v", day, err, bank)
		}
	}
	for by, wanted := range map[*access.Principal]string{
		&keeper: "6222000011112222", &clerk: "6222000011112222", &regulator: "…2222",
	} {
		banks, err := zone.ViewBankDetails(t.Context(), z.db, *by, "A")
		if err != nil || len(banks) != 2 || banks[0].AccountNumber != wanted {
			t.Errorf("as %s sees them: %v %+v", by, err, banks)
		}
	}
	if _, err := zone.ViewBankDetails(t.Context(), z.db, foreign, "A"); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("another member sees them: %v", err)
	}
	var told string
	err := pg.Row(t.Context(), z.db, `SELECT string_agg(encode(common, 'escape'), ' ') FROM event
		WHERE subject LIKE 'bank/%'`, nil, &told)
	if err != nil || strings.Contains(told, "6222000011112222") || !strings.Contains(told, "2222") {
		t.Errorf("the feed: %v %s", err, told)
	}
}

// confirm confirms bank details of A.
func (z fixture) confirm(t *testing.T, by access.Principal, number int64) {
	t.Helper()
	if _, err := z.ConfirmBank(t.Context(), zone.ConfirmBank{
		Command: idempotency.By(by), Member: "A", Number: number,
	}); err != nil {
		t.Fatal(err)
	}
}

// TestChangedBankDetailsWaitForTheMember: a letter deceives the pool manager's two clerks; nothing is paid there.
func TestChangedBankDetailsWaitForTheMember(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.clock.Set(calendar.MustDate("2026-01-05").Noon())
	day := calendar.MustDate("2026-01-05")
	approved := func(account string) {
		t.Helper()
		cmd := details()
		cmd.By, cmd.AccountNumber = clerk, account
		proposed, err := z.ProposeBank(t.Context(), cmd)
		if err == nil {
			_, err = z.DecideBank(t.Context(), zone.DecideBank{
				Command: idempotency.By(checker), Member: "A", Number: proposed.Number, Approve: true,
			})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	confirms := func(by access.Principal, number int64) func() error {
		return func() error {
			_, err := z.ConfirmBank(t.Context(), zone.ConfirmBank{
				Command: idempotency.By(by), Member: "A", Number: number,
			})
			return err
		}
	}
	payable := func(wanted error) {
		t.Helper()
		_, err := zone.PayableTo(t.Context(), z.db, "A", day)
		held := pg.InTx(t.Context(), z.db.DB, func(ctx context.Context, tx *pg.Tx) error {
			held, err := zone.HoldPayees(ctx, tx, []string{"A"})
			if err == nil {
				_, err = held.To("A", day)
			}
			return err
		})
		if !errors.Is(err, wanted) || !errors.Is(held, wanted) {
			t.Errorf("got %v and %v, wanted %v", err, held, wanted)
		}
	}
	payable(zone.ErrBankNotFound)
	approved("6222000011112222")
	payable(zone.ErrBankUnconfirmed)
	z.refuses(t, access.ErrForbidden, confirms(clerk, 1))
	z.refuses(t, access.ErrForbidden, confirms(foreign, 1))
	z.refuses(t, zone.ErrBankNotFound, confirms(member, 9))
	z.confirm(t, member, 1)
	z.refuses(t, zone.ErrBankConfirmed, confirms(keeper, 1))
	payable(nil)
	approved("9999888877776666")
	payable(zone.ErrBankUnconfirmed)
	banks, err := zone.ViewBankDetails(t.Context(), z.db, member, "A")
	if err != nil || len(banks) != 2 || banks[0].ConfirmedBy != member.Subject || banks[1].Confirmed != nil {
		t.Errorf("what is seen: %+v, %v", banks, err)
	}
	z.confirm(t, keeper, 2)
	payable(nil)
}

// TestAnApprovalWaitsForAPayment: who pays holds the member's bank details, those that are only proposed too.
func TestAnApprovalWaitsForAPayment(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.clock.Set(calendar.MustDate("2026-01-05").Noon())
	for _, number := range []int64{1, 2} {
		if _, err := z.ProposeBank(t.Context(), details()); err != nil {
			t.Fatal(err)
		}
		if number == 1 {
			if _, err := z.DecideBank(t.Context(), zone.DecideBank{
				Command: idempotency.By(second), Member: "A", Number: 1, Approve: true,
			}); err != nil {
				t.Fatal(err)
			}
			z.confirm(t, member, 1)
		}
	}
	err := pg.InTx(t.Context(), z.db.DB, func(ctx context.Context, tx *pg.Tx) error {
		if _, err := zone.HoldPayees(ctx, tx, []string{"A"}); err != nil {
			return err
		}
		return pg.InTx(ctx, z.db.DB, func(ctx context.Context, other *pg.Tx) error { // as DecideBank does, without waiting
			var number int64
			return pg.Row(ctx, other, `SELECT number FROM bank_details
				WHERE member = 'A' AND state = 'proposed' FOR NO KEY UPDATE NOWAIT`, nil, &number)
		})
	})
	if code := pg.CodeOf(err); code != "55P03" {
		t.Errorf("a proposed entry could be approved: %q, %v", code, err)
	}
}
