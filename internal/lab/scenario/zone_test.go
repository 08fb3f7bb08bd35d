package scenario_test

import (
	"context"
	"slices"
	"testing"

	"gongbao/internal/lab/scenario"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/migrations"
)

// TestCasesOnThreeClusters plays every case on three Postgres clusters, one pool in each, and on one database: every
// line holds on both, and both leave the same book.
func TestCasesOnThreeClusters(t *testing.T) {
	t.Parallel()
	home := testdb.Open(t).SuperuserAt
	pools := map[string]string{"LH": testdb.Cluster(t), "OE": testdb.Cluster(t)}
	t.Run("cases", func(t *testing.T) { // ends before the clusters do
		for _, name := range scenario.CaseNames() {
			t.Run("OK "+name, func(t *testing.T) {
				t.Parallel()
				file, err := scenario.Case(name)
				if err != nil {
					t.Fatal(err)
				}
				one, err := scenario.PlayFile(t.Context(), scenario.Options{URL: home}, file)
				if err != nil {
					t.Fatal(err)
				}
				if apart := playApart(t, home, pools, file); apart != one.Hash {
					t.Error("three databases hold another book than one")
				}
			})
		}
	})
}

// playApart plays a file with pools apart, looks that each database holds its own pools alone, and hashes the book.
func playApart(t *testing.T, home string, pools map[string]string, file scenario.File) (hash string) {
	t.Helper()
	db, err := scenario.OpenZone(t.Context(), home, pools, 4)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		for _, one := range db.All() {
			scenario.CloseScratch(context.Background(), one)
		}
	}()
	err = scenario.NewPlayer(db).Play(t.Context(), file, func(result scenario.Result) {
		if !result.OK {
			t.Errorf("%s\n\t%s", result, result.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range db.All() {
		holdsItsOwn(t, one)
	}
	if hash, err = scenario.BookHash(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return hash
}

// holdsItsOwn looks into every table that has a pool, except those that are copied: no row is of a pool that lives
// elsewhere.
func holdsItsOwn(t *testing.T, db *pg.DB) {
	t.Helper()
	var tables []string
	err := db.NewRaw(`SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
		WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attname = 'pool'`).
		Scan(t.Context(), &tables)
	if err != nil || len(tables) < 20 {
		t.Fatalf("only %d tables have a pool: %v", len(tables), err)
	}
	for _, table := range tables {
		if slices.Contains(migrations.Copied, table) || slices.Contains(migrations.Kept, table) {
			continue
		}
		var found []string
		if err := db.NewRaw("SELECT DISTINCT pool FROM "+table).Scan(t.Context(), &found); err != nil {
			t.Fatal(err)
		}
		for _, pool := range found {
			if !db.Holds(pool) {
				t.Errorf("the database of %s has rows of %s in %s", db.Name, pool, table)
			}
		}
	}
}
