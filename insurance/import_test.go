package insurance_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/ledger"
	"gongbao/product"
)

const header = "pool,number,line,insured,start,end,premium,limit"

// row is a good row; the last cells may be replaced.
func row(number string) string {
	return "IC," + number + ",first_set,晶圆厂,2026-01-02,2026-12-31,100.00,1000.00"
}

func (z *fixture) importAll(cmd insurance.ImportPolicies, lines ...string) (sheet.Report, error) {
	cmd.Source = strings.NewReader(strings.Join(lines, "\n") + "\n")
	if cmd.By.Subject == "" {
		cmd.By = clerk
	}
	return z.insurance.ImportPolicies(z.Context(), cmd)
}

func importZone(t *testing.T) *fixture {
	z := newZone(t)
	authority := money.MustAmount("1000000.00")
	z.agree(1, "2026-01-01", coinsurance.Terms{Authority: &authority}, "A", "60%", "B", "40%")
	z.clock.Set(calendar.MustDate("2026-06-01").Noon())
	return z
}

func TestImportUnreadable(t *testing.T) {
	t.Parallel()
	z := importZone(t)
	for name, head := range map[string]string{
		"an empty file": "", "an unknown column": header + ",colour", "a column twice": header + ",pool",
		"a column missing": "pool,number,line",
	} {
		t.Run("Err "+name, func(t *testing.T) {
			_, err := z.importAll(insurance.ImportPolicies{}, head)
			if !errors.Is(err, product.ErrImportUnreadable) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestImportBadRows(t *testing.T) {
	t.Parallel()
	z := importZone(t)
	if _, err := z.importAll(insurance.ImportPolicies{}, header, row("IC-KNOWN")); err != nil {
		t.Fatal(err)
	}
	replace := func(old, replacement string) string { return strings.Replace(row("IC-P1"), old, replacement, 1) }
	tests := []struct{ name, header, row, column, reason string }{
		{"an amount", "", replace("100.00", "1e2"), "premium", "1e2"},
		{"a day", "", replace("2026-12-31", "31.12.2026"), "end", "31.12.2026"},
		{"a rate", ",vat", row("IC-P1") + ",six", "vat", "six"},
		{"a line", "", replace("first_set", "marine"), "line", "marine"},
		{"a pool", "", replace("IC,IC-", "XX,XX-"), "pool", "XX"},
		{"an empty name", "", replace("晶圆厂", ""), "insured", "needed"},
		{"cells missing", "", "IC,IC-P1", "", "number of fields"},
		{"an instalment", ",instalments", row("IC-P1") + ",2026-01-02", "instalments", "day:amount"},
		{
			"back-loaded", ",instalments", row("IC-P1") + ",2026-01-02:40.00;2026-07-01:60.00", "instalments",
			"back_loaded",
		},
		{
			"a fen short", ",instalments", row("IC-P1") + ",2026-01-02:50.00;2026-07-01:49.99", "instalments",
			"do_not_sum",
		},
		{"a rule of the line", ",equipment_value", row("IC-P1") + ",1000.01", "limit", "product_rule_broken"},
		{"no agreement", "", replace("2026-01-02", "2025-12-31"), "", "no_agreement_in_force"},
		{"no placement", "", replace("1000.00", "1000000.01"), "", "placement_incomplete"},
		{"not paid", ",received", row("IC-P1") + ",105.99", "", "premium_not_received"},
		{"paid below zero", ",received", row("IC-P1") + ",-1.00", "received", "not_positive"},
		{"a day that lies ahead", ",issued", row("IC-P1") + ",2026-06-02", "issued", "after 2026-06-01"},
		{
			"a number that is another's", "", strings.Replace(row("IC-KNOWN"), "1000.00", "1001.00", 1), "limit",
			"policy_exists",
		},
	}
	for _, test := range tests {
		t.Run("Err "+test.name, func(t *testing.T) {
			before := z.counts()
			report, err := z.importAll(insurance.ImportPolicies{}, header+test.header, test.row)
			if !errors.Is(err, product.ErrImportRefused) || len(report.BadRows) != 1 {
				t.Fatalf("got %+v, %v", report, err)
			}
			bad := report.BadRows[0]
			if bad.Row != 2 || bad.Column != test.column || !strings.Contains(bad.Reason, test.reason) {
				t.Errorf("got %+v, wanted column %q and %q", bad, test.column, test.reason)
			}
			if z.counts() != before {
				t.Error("a bad row changed something")
			}
		})
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	t.Run("OK all or nothing, or the good rows", func(t *testing.T) {
		t.Parallel()
		z := importZone(t)
		file := []string{
			"\ufeff" + header + "\r", row("IC-P1") + "\r", row("IC-P1"),
			strings.Replace(row("IC-P2"), "晶圆厂", `"晶圆, ""厂"""`, 1),
		}
		report, err := z.importAll(insurance.ImportPolicies{}, file...)
		if !errors.Is(err, product.ErrImportRefused) || report.Imported != 0 || z.counts()[1] != 0 {
			t.Fatalf("got %+v, %v", report, err)
		}
		report, err = z.importAll(insurance.ImportPolicies{Ways: sheet.Ways{SkipBad: true}}, file...)
		if err != nil || report.Imported != 2 || report.Bad != 1 ||
			!strings.Contains(report.BadRows[0].Reason, "row 2") {
			t.Fatalf("got %+v, %v", report, err)
		}
		policy, err := insurance.FindPolicy(t.Context(), z.db, "IC-P2")
		if err != nil || policy.Insured != `晶圆, "厂"` {
			t.Errorf("got %+v, %v", policy, err)
		}
		z.portion("IC-P2", ledger.NetPremium, "B", "40.00")
		z.owes("A", "B", "84.80")
		z.verified()
	})
	t.Run("OK a rehearsal writes nothing, a repeat does nothing", func(t *testing.T) {
		t.Parallel()
		z := importZone(t)
		report, err := z.importAll(insurance.ImportPolicies{Ways: sheet.Ways{DryRun: true}}, header, row("IC-P1"))
		if err != nil || report.Imported != 1 || z.counts()[1] != 0 {
			t.Fatalf("got %+v, %v", report, err)
		}
		for i, wanted := range []int{1, 0} {
			report, err = z.importAll(insurance.ImportPolicies{}, header, row("IC-P1"))
			if err != nil || report.Imported != wanted || report.Known != 1-wanted {
				t.Fatalf("import %d: got %+v, %v", i+1, report, err)
			}
		}
		z.verified()
	})
	t.Run("Err by a follower", func(t *testing.T) {
		t.Parallel()
		z := importZone(t)
		by := access.Person("li", access.Member, "B", access.Underwriter)
		report, err := z.importAll(insurance.ImportPolicies{By: by}, header, row("IC-P1"))
		if !errors.Is(err, product.ErrImportRefused) ||
			!strings.Contains(report.BadRows[0].Reason, "access.forbidden") {
			t.Errorf("got %+v, %v", report, err)
		}
	})
}

// TestImportOfManyBatches books what policies issued one by one would.
func TestImportOfManyBatches(t *testing.T) {
	t.Parallel()
	z := importZone(t)
	lines := []string{header}
	for i := range 4500 {
		lines = append(lines, row(fmt.Sprintf("IC-%05d", i)))
	}
	seen := 0
	progress := sheet.Ways{Progress: func(rows int, _ int64) { seen = rows }}
	report, err := z.importAll(insurance.ImportPolicies{Ways: progress}, lines...)
	if err != nil || report.Imported != 4500 || seen != 4500 {
		t.Fatalf("got %d, %v", report.Imported, err)
	}
	z.clock.Set(calendar.MustDate("2026-06-01").Noon())
	z.issued("IC-ONE", "100.00", "106.00")
	z.owes("A", "B", "190842.40") // 4501 × 42.40
	z.verified()
}

// cutOff is a source that asks for another run in the middle, as a deadlock would.
type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, pg.ErrAgain }

func TestImportInterrupted(t *testing.T) {
	t.Parallel()
	z := importZone(t)
	z.refuses("a source that was read already", insurance.ErrImportInterrupted, func(ctx context.Context) error {
		source := io.MultiReader(strings.NewReader(header+"\n"+row("IC-P1")+"\n"), cutOff{})
		return call(z.insurance.ImportPolicies, insurance.ImportPolicies{By: clerk, Source: source})(ctx)
	})
}

// TestDay: what falls due at 00:00 of a day is booked then, an expiry is announced once, and a second run does nothing.
func TestDay(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	cmd := z.quote("IC-P1", "100.00")
	cmd.Starts = calendar.MustDate("2026-01-01")
	instalments("60.00", "40.00")(&cmd)
	z.quoted(cmd)
	z.receive("IC-P1", "63.60")
	z.does(z.issue(person("A"), "IC-P1"))
	pending := func(wanted string) {
		t.Helper()
		answer, err := ledger.BalanceOf(t.Context(), z.db, ledger.BalanceQuery{Book: "B", Account: ledger.OutputVATPending})
		if err != nil || answer.Balance.String() != wanted {
			t.Errorf("got %s, %v, wanted %s", answer.Balance, err, wanted)
		}
	}
	pending("0.96")
	due, err := z.insurance.NextDay(t.Context())
	if err != nil || due.String() != "2026-01-31" {
		t.Errorf("got %s, %v", due, err)
	}
	for _, step := range []struct {
		day    string
		events int
	}{
		{"2026-01-30", 0}, {"2026-01-31", 1}, {"2026-01-31", 0}, {"2026-12-31", 0}, {"2027-01-01", 1},
		{"2027-01-02", 0},
	} {
		z.clock.Set(calendar.MustDate(step.day).Start())
		events, err := z.insurance.RunDay(t.Context(), clerk)
		if err != nil || events != step.events {
			t.Errorf("%s: %d events, %v, wanted %d", step.day, events, err, step.events)
		}
	}
	pending("0.00")
	if _, err := z.insurance.RunDay(t.Context(), person("A")); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("got %v", err)
	}
	policy, err := insurance.FindPolicy(t.Context(), z.db, "IC-P1")
	if err != nil || policy.StateOn(calendar.MustDate("2027-01-01")) != insurance.Expired {
		t.Errorf("got %+v, %v", policy, err)
	}
	z.verified()
}

func TestRenew(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "60%", "B", "40%")
	renew := insurance.RenewPolicy{
		Command: idempotency.By(person("A")),
		Policy:  "IC-P1", Ends: calendar.MustDate("2027-12-31"), Premium: money.MustAmount("90.00"),
	}
	if _, err := z.insurance.RenewPolicy(t.Context(), renew); !errors.Is(err, insurance.ErrPolicyNotFound) {
		t.Errorf("got %v", err)
	}
	z.quoted(z.quote("IC-P1", "100.00"))
	if _, err := z.insurance.RenewPolicy(t.Context(), renew); !errors.Is(err, insurance.ErrPolicyNotInForce) {
		t.Errorf("got %v", err)
	}
	z.receive("IC-P1", "106.00")
	z.does(z.issue(person("A"), "IC-P1"))
	policy, err := z.insurance.RenewPolicy(t.Context(), renew)
	must(t, err)
	if policy.Renews != "IC-P1" || policy.Starts.String() != "2027-01-01" || !strings.HasPrefix(
		policy.Number, "IC-2027-",
	) {
		t.Errorf("got %+v", policy)
	}
}
