package claims_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/sheet"
	"gongbao/ledger"
)

const importHead = "policy,number,loss_day,filed,estimate_indemnity,loss,approved,approved_indemnity," +
	"approved_expense,paid_indemnity,paid_legal,recovery,state,reason\n"

func (z *fixture) load(by access.Principal, text string, ways sheet.Ways) (sheet.Report, error) {
	return z.claims.ImportClaims(z.Context(), claims.ImportClaims{By: by, Source: strings.NewReader(text), Ways: ways})
}

// confirm is a second person's word for a file.
func (z *fixture) confirm(by access.Principal, text string) (sheet.Report, error) {
	return z.claims.ConfirmClaims(z.Context(), claims.ConfirmClaims{By: by, Source: strings.NewReader(text)})
}

// A file of claims that were paid is no way around a second person: a clerk of the pool manager brings it in once
// another one has confirmed these very bytes, a person of the servicer up to the own limit.
func TestAnImportIsNoWayAroundTheGate(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	const paid = importHead + "IC-P1,IC-C1,2026-01-02,2026-01-02,9000.00,9000.00,2026-01-02,5000.00,,5000.00,,,,\n"
	alone := func(what string, by access.Principal, text, code string) {
		t.Helper()
		report, err := z.load(by, text, sheet.Ways{})
		if !errors.Is(err, claims.ErrImportRefused) || !strings.Contains(report.BadRows[0].Reason, code) {
			t.Errorf("%s: %v %+v", what, err, report)
		}
	}
	alone("nobody confirmed it", clerk, paid, "access.second_person_needed")
	z.done(z.confirm(clerk, paid))
	alone("who confirmed it", clerk, paid, "access.second_person_needed")
	if report, err := z.confirm(testzone.Checker, paid); err != nil || report.Imported != 1 {
		t.Errorf("a confirmation: %v %+v", err, report)
	}
	if report, err := z.confirm(testzone.Checker, paid); err != nil || report.Known != 1 {
		t.Errorf("a second one: %v %+v", err, report)
	}
	alone("another file", clerk, strings.Replace(paid, "5000.00,,5000.00", "5000.01,,5000.01", 1), "second_person_needed")
	z.limit("4999.99")
	alone("above a handler's limit", handler, strings.Replace(paid, "IC-C1", "IC-C2", 1), "access.authority_exceeded")
	z.wants("a handler's word above its limit", access.ErrAuthorityExceeded, errOf(z.confirm(handler, paid)))
	z.wants("an underwriter's word", access.ErrForbidden, errOf(z.confirm(li, paid)))
	z.wants("a word for what is no file", claims.ErrImportUnreadable, errOf(z.confirm(testzone.Checker, "claim\n")))
	if report, err := z.load(clerk, paid, sheet.Ways{}); err != nil || report.Imported != 1 {
		t.Errorf("the file that was confirmed: %v %+v", err, report)
	}
	z.verified()
}

// Claims come in as they stand: one event, their splits and postings, and the deadlines they still have ahead.
func TestImportClaims(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{NoticeFrom: yuan("100000.00")})
	const rows = importHead +
		"IC-P1,IC-C1,2026-01-02,2026-01-02,9000.00,9000.00,2026-01-02,5000.00,300.00,2000.00,100.00,50.00,,\n" +
		"IC-P1,IC-C2,2026-01-02,2026-01-02,200000.00,,,,,,,,,\n" +
		"IC-P1,IC-C3,2026-01-02,2026-01-02,900000.00,4000.00,2026-01-02,3000.00,,3000.00,,,closed,\n" +
		"IC-P1,IC-C4,2026-01-02,2026-01-02,0.00,,,,,,,,refused,条款第五条\n"
	if report, err := z.load(clerk, rows, sheet.Ways{DryRun: true}); err != nil || report.Imported != 4 {
		t.Fatalf("a rehearsal: %v %+v", err, report)
	}
	if _, err := claims.FindClaim(t.Context(), z.db, "IC", "IC-C1"); !errors.Is(err, claims.ErrClaimNotFound) {
		t.Errorf("after a rehearsal: %v", err)
	}
	if report, err := z.load(handler, rows, sheet.Ways{}); err != nil || report.Imported != 4 {
		t.Fatalf("%v %+v", err, report)
	}
	if report, err := z.load(clerk, rows, sheet.Ways{}); err != nil || report.Known != 4 || report.Imported != 0 {
		t.Errorf("again: %v %+v", err, report)
	}
	for number, wanted := range map[string]claims.State{
		"IC-C1": claims.Approved, "IC-C2": claims.Filed, "IC-C3": claims.Closed, "IC-C4": claims.Refused,
	} {
		if state := z.find(number).Status; state != wanted {
			t.Errorf("%s is %s, wanted %s", number, state, wanted)
		}
	}
	answer, err := ledger.Owes(t.Context(), z.db, "B", "A", ledger.BalanceQuery{Claim: "IC-C1"})
	must(t, err)
	if answer.Balance != *yuan("683.33") { // a third of 2,000.00 and of 100.00, less a third of 50.00
		t.Errorf("B owes %s", answer.Balance)
	}
	z.stands("the large one, and not the closed", z.told("IC-C2", handler), "large_loss B sent", "large_loss C sent")
	if z.find("IC-C3").Noticed {
		t.Error("members are told of a loss that is closed")
	}
	heard := strings.Join(z.heard("IC-C3"), "\n") + strings.Join(z.heard("IC-C1"), "\n")
	if strings.Count(heard, "started pay_due") != 1 || !slices.Contains(z.heard("IC-C1"), "started pay_due 2026-01-12") {
		t.Errorf("deadlines: %s", heard)
	}
	must(t, z.pay(on("IC-C1"), claims.PayClaim{
		Indemnity: *yuan("3000.00"), Expense: claims.Expense{Other: *yuan("200.00")},
	}))
	z.verified()
}

// A bad row says which rule it breaks, and nothing is imported.
func TestImportClaimsRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t, coinsurance.Terms{})
	must(t, z.open("IC-C1"))
	for wanted, row := range map[string]string{
		"insurance.policy_not_found":      "IC-P9,IC-C9,2026-01-02,2026-01-02,0.00,,,,,,,,,",
		"claims.claim_exists":             "IC-P1,IC-C1,2026-01-02,2026-01-02,5.00,,,,,,,,,",
		"claims.loss_outside_period":      "IC-P1,IC-C9,2025-12-31,2026-01-02,0.00,,,,,,,,,",
		"ledger.date_out_of_range":        "IC-P1,IC-C9,2026-01-02,2026-01-03,0.00,,,,,,,,,",
		"claims.approved_unpaid":          "IC-P1,IC-C9,2026-01-02,2026-01-02,0.00,9000.00,2026-01-02,2.00,,1.00,,,closed,",
		"claims.recovery_exceeds_paid":    "IC-P1,IC-C9,2026-01-02,2026-01-02,0.00,9000.00,2026-01-02,2.00,,1.00,,1.01,,",
		"claims.exceeds_payable":          "IC-P1,IC-C9,2026-01-02,2026-01-02,0.00,9000.00,2026-01-02,8000.01,,,,,,",
		"claims.payment_exceeds_approved": "IC-P1,IC-C9,2026-01-02,2026-01-02,0.00,9000.00,2026-01-02,1.00,,2.00,,,,",
		"where something is approved":     "IC-P1,IC-C9,2026-01-02,2026-01-02,0.00,9000.00,,1.00,,,,,,",
		"a refused claim, and no other":   "IC-P1,IC-C9,2026-01-02,2026-01-02,0.00,,,,,,,,refused,",
		"none of closed":                  "IC-P1,IC-C9,2026-01-02,2026-01-02,0.00,,,,,,,,lost,",
		"may not be negative":             "IC-P1,IC-C9,2026-01-02,2026-01-02,-1.00,,,,,,,,,",
		"the code of its pool":            "IC-P1,LH-C9,2026-01-02,2026-01-02,0.00,,,,,,,,,",
	} {
		_, _ = z.confirm(testzone.Checker, importHead+row+"\n") // where it can be
		report, err := z.load(clerk, importHead+row+"\n", sheet.Ways{})
		if !errors.Is(err, claims.ErrImportRefused) || len(report.BadRows) == 0 ||
			!strings.Contains(report.BadRows[0].Reason, wanted) {
			t.Errorf("%s: %v %+v", wanted, err, report)
		}
	}
	twice := "IC-P1,IC-C8,2026-01-02,2026-01-02,0.00,,,,,,,,,\n"
	if report, err := z.load(clerk, importHead+twice+twice, sheet.Ways{}); !errors.Is(err, claims.ErrImportRefused) {
		t.Errorf("twice in a file: %v %+v", err, report)
	}
	full := "IC-P1,IC-C%,2026-01-02,2026-01-02,0.00,900000.00,2026-01-02,600000.00,,,,,,\n"
	both := importHead + strings.Replace(full, "%", "5", 1) + strings.Replace(full, "%", "6", 1)
	z.done(z.confirm(testzone.Checker, both))
	if report, err := z.load(clerk, both, sheet.Ways{SkipBad: true}); err != nil || report.Imported != 1 ||
		report.Bad != 1 {
		t.Errorf("two rows above the limit together: %v %+v", err, report)
	}
	if _, err := z.load(clerk, "claim\n", sheet.Ways{}); !errors.Is(err, claims.ErrImportUnreadable) {
		t.Errorf("columns missing: %v", err)
	}
	if _, err := z.load(li, importHead, sheet.Ways{}); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("by an underwriter: %v", err)
	}
	if report, err := z.load(member("B"), importHead+twice, sheet.Ways{}); !errors.Is(err, claims.ErrImportRefused) ||
		!strings.Contains(report.BadRows[0].Reason, "access.forbidden") {
		t.Errorf("by a follower: %v %+v", err, report)
	}
	z.verified()
}
