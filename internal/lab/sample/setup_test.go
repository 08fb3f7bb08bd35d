package sample_test

import (
	"strings"
	"testing"

	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testdb"
	"gongbao/ledger"
)

func verify(t *testing.T, db *testdb.Database) []ledger.Finding {
	t.Helper()
	report, err := ledger.Verify(t.Context(), db, ledger.VerifyOptions{Checks: insurance.Checks()})
	if err != nil {
		t.Fatal(err)
	}
	return report.Findings
}

// book founds the sample zone and imports a sample book of policies.
func book(t *testing.T, db *testdb.Database, policies int) *clock.Manual {
	t.Helper()
	manual := clock.NewManual(calendar.MustDate("2026-07-01").Noon())
	if _, err := sample.Found(t.Context(), db.DB, manual); err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	if err := sample.WriteBook(&file, policies, 1, calendar.MustMonth("2026-06")); err != nil {
		t.Fatal(err)
	}
	_, err := insurance.NewService(db.DB, manual).ImportPolicies(t.Context(), insurance.ImportPolicies{
		By: sample.Clerk, Source: strings.NewReader(file.String()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return manual
}
