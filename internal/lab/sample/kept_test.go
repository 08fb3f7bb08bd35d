package sample_test

import (
	"strings"
	"testing"

	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/periodend"
	"gongbao/ledger"
	"gongbao/migrations"
)

// TestTurnoverOfOldMonths takes away what closes kept of their months, as if they had been made before there was such a
// table, and lets the migration fill it in.
func TestTurnoverOfOldMonths(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	closeTwo(t, db)
	file, err := migrations.Files.ReadFile("20261126000100_turnover.tx.up.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, fill, _ := strings.Cut(string(file), "INSERT INTO turnover")
	fill, _, _ = strings.Cut(fill, ";")
	for _, statement := range []string{
		"DELETE FROM turnover",
		"ALTER TABLE turnover ALTER COLUMN currency SET DEFAULT 'CNY'", // as the migration that added the column did
		"INSERT INTO turnover" + fill,
	} {
		if _, err := db.Superuser.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if findings := verify(t, db); len(findings) > 0 {
		t.Error(findings)
	}
}

// closeTwo closes two months of the sample book and gives the first day of the second.
func closeTwo(t *testing.T, db *testdb.Database) (last string) {
	t.Helper()
	manual := book(t, db, 12)
	periods := periodend.NewService(db.DB, manual)
	for range 2 {
		last = closeNext(t, db, periods).First().String()
	}
	return last
}

// closeNext closes the next month of a pool of the sample book.
func closeNext(t *testing.T, db *testdb.Database, periods *periodend.Service) calendar.Month {
	t.Helper()
	month, err := ledger.NextToClose(t.Context(), db, "IC")
	if err != nil {
		t.Fatal(err)
	}
	_, err = periods.ClosePeriod(t.Context(), periodend.ClosePeriod{
		Command: idempotency.By(sample.Clerk), Pool: "IC", Month: month,
	})
	if err != nil {
		t.Fatal(err)
	}
	return month
}
