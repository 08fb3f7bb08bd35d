package sample_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"gongbao/internal/calendar"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
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
	_, err = periods.ClosePeriod(t.Context(), periodend.ClosePeriod{By: sample.Clerk, Pool: "IC", Month: month})
	if err != nil {
		t.Fatal(err)
	}
	return month
}

// TestKeptTampering changes what a close kept, behind the service's back. Verify names the month and what is wrong.
func TestKeptTampering(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	last := closeTwo(t, db)
	const one = ` WHERE pool = 'IC' AND period = $1::text::date AND book = 'SHAHU' AND account = 'premium_written'`
	const (
		turnover = "the turnover of premium_written in the book of SHAHU"
		balance  = "the kept balance of premium_written in the book of SHAHU"
		seal     = "was sealed with"
	)
	for _, tt := range []struct{ name, statement, wanted string }{
		{"a day moved more", `UPDATE turnover SET credit = credit + 1` + one, turnover},
		{"a day moved earlier", `UPDATE turnover SET effective = effective - 1000` + one, turnover},
		{"a day moved nothing", `DELETE FROM turnover` + one, turnover},
		{"an open month moved", `INSERT INTO turnover SELECT pool, period + interval '1 month', effective, book, account,
			counterparty, debit, credit, currency FROM turnover` + one, turnover},
		{"a balance is larger", `UPDATE balance_snapshot SET debit = debit + 1` + one, balance},
		{"a balance is gone", `DELETE FROM balance_snapshot` + one, balance},
		{"a seal counts more", `UPDATE period_seal SET postings = postings + 1
			WHERE pool = 'IC' AND period = $1::text::date`, seal},
		{"a seal is gone", `DELETE FROM period_seal WHERE pool = 'IC' AND period = $1::text::date`, "has no seal"},
		{"a month is closed and not sealed", `UPDATE period_head SET closed = closed + interval '1 month'
			WHERE pool = 'IC' AND $1::text <> ''`, "not the last sealed one"},
	} {
		err := pg.InTx(t.Context(), db.Superuser, func(ctx context.Context, tx *pg.Tx) error {
			if _, err := pg.Exec(ctx, tx, tt.statement, last); err != nil {
				return err
			}
			report, err := ledger.Verify(ctx, tx, ledger.VerifyOptions{})
			if err != nil {
				return err
			}
			for _, finding := range report.Findings {
				if finding.Pool == "IC" && strings.Contains(finding.Text, tt.wanted) {
					return errUndo
				}
			}
			t.Errorf("%s: not named: %v", tt.name, report.Findings)
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Fatalf("%s: %v", tt.name, err)
		}
	}
}
