package backup_test

import (
	"slices"
	"testing"

	"gongbao/claims"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/backup"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// TestBookOfBefore brings a book over that the program wrote on 2026-11-27, when an issue ahead of a policy's first
// day was booked at once and recoveries were income: testdata/before-on-risk.backup, made with the commands of that
// program. Seven policies have not begun, under both kinds of collection; two began after they were issued ahead;
// months are sealed that hold unearned premium of what had not begun.
func TestBookOfBefore(t *testing.T) {
	t.Parallel()
	manual := clock.NewManual(calendar.MustDate("2026-11-28").Noon())
	restored, h, err := restore(t, testdb.Empty(t), "testdata/before-on-risk.backup", func(o *backup.RestoreOptions) {
		o.Clock = manual
	})
	if err != nil {
		t.Fatal(err)
	}
	if restored.BroughtOver != (periodend.BroughtOver{Deferred: 7, Transferred: 6}) {
		t.Errorf("%+v", restored.BroughtOver)
	}
	again, err := periodend.BringOver(t.Context(), h.owner, manual, func(string, int, int) {})
	if err != nil || again != (periodend.BroughtOver{}) {
		t.Errorf("a second time: %+v %v", again, err)
	}
	for number, want := range map[string]insurance.State{
		"IC-A1": insurance.Issued, "IC-B1": insurance.Issued, "LH-A1": insurance.Issued, "LH-B1": insurance.Cancelled,
		"OE-A1": insurance.Issued, "EA-A1": insurance.Issued, "EA-A2": insurance.Issued, "OE-B1": insurance.Quoted,
		"IC-A2": insurance.InForce, "OE-A2": insurance.Cancelled,
	} {
		policy, err := insurance.FindPolicy(t.Context(), h.owner, number)
		if err != nil {
			t.Fatal(err)
		}
		if policy.Status != want {
			t.Errorf("%s is %s, not %s", number, policy.Status, want)
		}
	}
	h.balances(t, []balance{
		{"SHAHU", ledger.PremiumReceivedInAdvance, "IC-B1", "2026-11-28", "10200.00"},
		{"DONGHU", ledger.PremiumReceivedInAdvance, "EA-A1", "2026-11-28", "40000.00"}, // the issuer holds it for each
		{"NANHU", ledger.Cash, "EA-A1", "2026-11-28", "0.00"},
		{"SHAHU", ledger.PremiumWritten, "IC-B1", "2026-11-28", "300.00"}, // its endorsement is dated ahead, and was −300.00
		{"SHAHU", ledger.PremiumWritten, "IC-B1", "2027-02-01", "0.00"},
		{"NANHU", ledger.PremiumWritten, "EA-A1", "2026-11-28", "0.00"},
		{"SHAHU", ledger.UnearnedPremiumReserve, "IC-A1", "2026-10-31", "36000.00"}, // sealed as it was booked
		{"SHAHU", ledger.UnearnedPremiumReserve, "IC-A1", "2026-11-28", "0.00"},
		{"SHAHU", ledger.PremiumWritten, "IC-A2", "2026-11-28", "10950.00"}, // begun: it stays as it was booked
		{"SHAHU", ledger.RecoveryIncome, "", "2026-11-28", "0.00"},
		{"SHAHU", ledger.ClaimsRecovered, "", "2026-11-28", "3703.70"},
		{"SHAHU", ledger.SalvageRecovered, "", "2026-11-28", "100.00"},
	})
	h.goOn(t, manual)
	h.balances(t, []balance{
		{"SHAHU", ledger.PremiumWritten, "IC-B1", "2026-12-31", "300.00"},
		{"SHAHU", ledger.PremiumWritten, "IC-B1", "2027-02-01", "2700.00"}, // 30 % of 10,000 − 1,000
		{"SHAHU", ledger.PremiumReceivedInAdvance, "", "2027-03-02", "0.00"},
		{"SHAHU", ledger.PremiumWritten, "EA-A1", "2026-12-31", "16666.66"}, // 50 %
		{"NANHU", ledger.PremiumWritten, "EA-A2", "2027-02-01", "2000.00"},
	})
}

// goOn lets the days pass and closes the months that end.
func (h *house) goOn(t *testing.T, manual *clock.Manual) {
	t.Helper()
	policies, periods := insurance.NewService(h.owner, manual), periodend.NewService(h.owner, manual)
	for day := calendar.MustDate("2026-11-29"); day.Before(calendar.MustDate("2027-03-03")); day = day.AddDays(1) {
		manual.Set(day.Start())
		if _, err := policies.RunDay(t.Context(), sample.Clerk); err != nil {
			t.Fatal(err)
		}
	}
	for _, pool := range []string{"IC", "LH", "OE", "EA"} {
		for month := calendar.MustMonth("2026-11"); month.Before(calendar.MustMonth("2027-03")); month = month.Next() {
			_, err := periods.ClosePeriod(t.Context(), periodend.ClosePeriod{
				Command: idempotency.By(sample.Clerk), Pool: pool, Month: month,
			})
			if err != nil {
				t.Fatal(pool, month, err)
			}
		}
	}
	report, err := ledger.Verify(t.Context(), h.owner, ledger.VerifyOptions{
		Checks: slices.Concat(insurance.Checks(), claims.Checks()),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range report.Findings {
		t.Error(finding)
	}
	var left int
	if err := pg.Row(t.Context(), h.owner, `SELECT count(*) FROM policy WHERE on_risk IS NULL AND state <> 'quoted'`,
		nil, &left); err != nil || left > 0 {
		t.Errorf("%d policies have not begun: %v", left, err)
	}
	if _, err := coinsurance.FindPool(t.Context(), h.owner, "EA"); err != nil {
		t.Error(err)
	}
}

type balance struct {
	book    string
	account ledger.Account
	policy  string
	day     string
	want    string
}

func (h *house) balances(t *testing.T, wanted []balance) {
	t.Helper()
	for _, b := range wanted {
		got, err := ledger.BalanceOf(t.Context(), h.owner, ledger.BalanceQuery{
			Book: b.book, Account: b.account, Policy: b.policy, Effective: calendar.MustDate(b.day),
		})
		if err != nil {
			t.Fatal(err)
		}
		if got.Balance.String() != b.want {
			t.Errorf("%+v: got %s", b, got.Balance)
		}
	}
}
