package sample_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/sample"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/ledger"
	"gongbao/zone"
)

// apart gives a zone in three databases: LH at home, IC and OE each in its own.
func apart(t *testing.T, spread func(ctx context.Context, home, other *pg.DB) error) (home *testdb.Database) {
	t.Helper()
	home = testdb.Open(t)
	ic, oe := testdb.Open(t).DB, testdb.Open(t).DB
	home.Join([]*pg.DB{ic, oe}, map[*pg.DB][]string{ic: {"IC"}, oe: {"OE"}}, spread)
	return home
}

var today = calendar.MustDate("2026-07-01")

// allPolicies reads the list page by page.
func allPolicies(t *testing.T, db *testdb.Database, by access.Principal) (numbers []string) {
	t.Helper()
	after := ""
	for {
		page, err := insurance.ListPolicies(t.Context(), db, by, today, insurance.PolicyFilter{After: after, Limit: 7})
		if err != nil {
			t.Fatal(err)
		}
		for _, policy := range page {
			numbers = append(numbers, policy.Number)
		}
		if len(page) < 7 {
			return numbers
		}
		after = numbers[len(numbers)-1]
	}
}

// TestAZoneInThreeDatabasesReadsAsOne brings one book into one database and into three, and asks both the same.
func TestAZoneInThreeDatabasesReadsAsOne(t *testing.T) {
	t.Parallel()
	one, three := testdb.Open(t), apart(t, coinsurance.Spread)
	book(t, one, 60)
	manual := book(t, three, 60)
	nanhu := access.Person("wu", access.Member, "NANHU", access.Underwriter, access.Reader) // of every pool
	ask := map[string]func(db *testdb.Database) (any, error){
		"policies":        func(db *testdb.Database) (any, error) { return allPolicies(t, db, sample.Clerk), nil },
		"policies it has": func(db *testdb.Database) (any, error) { return allPolicies(t, db, nanhu), nil },
		"premium income": func(db *testdb.Database) (any, error) {
			return insurance.PremiumIncomeBy(t.Context(), db, sample.Clerk)
		},
		"positions": func(db *testdb.Database) (any, error) { return ledger.Debts(t.Context(), db) },
		"postings": func(db *testdb.Database) (any, error) {
			postings, err := ledger.BookPostings(t.Context(), db, nanhu, ledger.PostingFilter{Limit: 1000})
			sums := map[string]int64{}
			for _, p := range postings {
				sums[fmt.Sprint(p.Pool, p.Debit, p.Credit, p.Effective)] += p.Amount.Fen()
			}
			return sums, err
		},
		"balance": func(db *testdb.Database) (any, error) {
			answer, err := ledger.BalanceOf(t.Context(), db, ledger.BalanceQuery{Book: "NANHU", Account: ledger.PremiumWritten})
			answer.Databases = 0
			return answer, err
		},
		"verified": func(db *testdb.Database) (any, error) {
			report, err := ledger.Verify(t.Context(), db, ledger.VerifyOptions{Checks: insurance.Checks()})
			report.Databases = 0
			return report, err
		},
	}
	for what, question := range ask {
		wanted, err := question(one)
		if err != nil {
			t.Fatal(err)
		}
		got, err := question(three)
		if err != nil || !reflect.DeepEqual(got, wanted) {
			t.Errorf("%s: three databases say %v (%v), one says %v", what, got, err, wanted)
		}
	}
	answer, err := ledger.BalanceOf(t.Context(), three, ledger.BalanceQuery{Book: "NANHU", Account: ledger.Cash})
	if err != nil || answer.Databases != 3 {
		t.Errorf("an answer of several snapshots says nothing of it: %+v %v", answer, err)
	}
	query := ledger.BalanceQuery{Book: "NANHU", Account: ledger.Cash, Pool: "OE"}
	answer, err = ledger.BalanceOf(t.Context(), three, query)
	if err != nil || answer.Databases != 0 {
		t.Errorf("an answer of one snapshot says that it is not: %+v %v", answer, err)
	}
	again := importBook(t, three, manual)
	if again.Known != 60 || again.Imported != 0 {
		t.Errorf("imported again: %+v", again)
	}
}

func importBook(t *testing.T, db *testdb.Database, manual *clock.Manual) sheet.Report {
	t.Helper()
	var file strings.Builder
	if err := sample.WriteBook(&file, 60, 1, calendar.MustMonth("2026-06")); err != nil {
		t.Fatal(err)
	}
	report, err := insurance.NewService(db.DB, manual).ImportPolicies(t.Context(), insurance.ImportPolicies{
		By: sample.Clerk, Source: strings.NewReader(file.String()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestReferencesCatchUp: a command is done although a copy failed, and the next copy brings everything.
func TestReferencesCatchUp(t *testing.T) {
	t.Parallel()
	broken := errors.New("away")
	db := apart(t, func(ctx context.Context, home, other *pg.DB) error {
		if broken != nil && other.Name == "OE" {
			return broken
		}
		return coinsurance.Spread(ctx, home, other)
	})
	insurers := zone.NewService(db.DB, clock.NewManual(today.Noon()))
	_, err := insurers.RegisterMember(t.Context(), zone.RegisterMember{
		Command: idempotency.By(sample.Clerk), Code: "A", Name: "甲",
	})
	if err != nil || len(db.Behind()) != 1 || db.Behind()[0] != "OE" {
		t.Fatalf("registered with %v, behind are %v", err, db.Behind())
	}
	known := func(pool string) bool {
		members, err := zone.Members(t.Context(), db.Of(pool))
		return err == nil && len(members) == 1 && members[0].Name == "甲"
	}
	if !known("IC") || known("OE") {
		t.Error("the copy that worked is not there, or the one that failed is")
	}
	broken = nil
	if err := db.Spread(t.Context()); err != nil || len(db.Behind()) > 0 || !known("OE") {
		t.Errorf("caught up with %v, behind are %v", err, db.Behind())
	}
	if _, err := pg.Exec(t.Context(), db.Superuser, `UPDATE member SET name = '乙'`); err != nil {
		t.Fatal(err)
	}
	if err := db.Spread(t.Context()); err != nil || known("OE") {
		t.Errorf("a change did not arrive: %v", err)
	}
}

// TestAWorkInSeveralDatabasesSaysWhenItIsHalfWritten: what is refused is written nowhere; a database that fails between
// two commits is told of, and nothing is tried again by itself.
func TestAWorkInSeveralDatabasesSaysWhenItIsHalfWritten(t *testing.T) {
	t.Parallel()
	db := apart(t, coinsurance.Spread)
	write := func(txs pg.Txs) {
		for _, pool := range []string{"LH", "IC", "OE"} {
			txs.Of(pool).Queue(`INSERT INTO occurrence (pool, code, name, day, version, recorded)
				VALUES ($1, 'x', 'x', '2026-07-01', 1, now())`, pool)
		}
	}
	count := func() (written int) {
		for _, one := range db.All() {
			var here int
			if err := pg.Row(t.Context(), one, `SELECT count(*) FROM occurrence`, nil, &here); err != nil {
				t.Fatal(err)
			}
			written += here
		}
		return written
	}
	refused := errors.New("refused")
	err := pg.InTxs(t.Context(), db.DB, func(ctx context.Context, txs pg.Txs) error {
		write(txs)
		return errors.Join(txs.Of("IC").Flush(ctx), refused)
	})
	if !errors.Is(err, refused) || count() != 0 {
		t.Errorf("refused with %v, %d rows are written", err, count())
	}
	times := 0
	err = pg.InTxs(t.Context(), db.DB, func(ctx context.Context, txs pg.Txs) error {
		times++
		write(txs)
		for _, pool := range []string{"LH", "IC", "OE"} {
			if err := txs.Of(pool).Flush(ctx); err != nil {
				return err
			}
		}
		return cut(ctx, db, txs.Of("LH")) // home commits last
	})
	if !errors.Is(err, pg.ErrHalfWritten) || times != 1 || count() != 2 {
		t.Errorf("cut with %v after %d times, %d rows are written", err, times, count())
	}
}

// cut ends the connection of a transaction.
func cut(ctx context.Context, db *testdb.Database, tx *pg.Tx) error {
	var backend int
	if err := pg.Row(ctx, tx, `SELECT pg_backend_pid()`, nil, &backend); err != nil {
		return err
	}
	var ended bool
	return pg.Row(ctx, db.Superuser, `SELECT pg_terminate_backend($1, 10000)`, []any{backend}, &ended)
}
