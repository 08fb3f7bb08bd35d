package testdb_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/migrations"
)

// ours are the relations that the migrations made.
const ours = `c.relnamespace = 'gongbao'::regnamespace AND c.relname NOT LIKE 'bun_%'`

func list(t *testing.T, db *testdb.Database, query string) []string {
	t.Helper()
	var rows []string
	if err := db.Superuser.NewRaw(query).Scan(t.Context(), &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestCatalogue: the application has its rights on whatever the migrations made.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	t.Run("OK every table is on a list of rights", func(t *testing.T) {
		t.Parallel()
		known := slices.Concat(migrations.AppendOnly, migrations.Mutable, migrations.Queues, migrations.Kept)
		for _, table := range list(t, db, `SELECT relname FROM pg_class AS c WHERE relkind = 'r' AND `+ours) {
			if !slices.Contains(known, table) {
				t.Errorf("the application has no rights on %s", table)
			}
		}
	})
}

// former are the names that tables had when they were made. Their constraints keep them, because errors are told by the
// names of constraints.
var former = map[string]string{
	"claim_cash_call": "claim_call", "claim_deadline": "claim_clock", "premium_item": "policy_slice",
}

// TestCatalogueLists: names that tell their table, and lists that agree with ours.
func TestCatalogueLists(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	t.Run("OK constraints are named for their table", func(t *testing.T) {
		t.Parallel()
		for _, name := range list(t, db, `SELECT c.relname || ' ' || conname FROM pg_constraint AS k
			JOIN pg_class AS c ON c.oid = k.conrelid WHERE contype <> 'n' AND `+ours) {
			table, constraint, _ := strings.Cut(name, " ")
			if !strings.HasPrefix(constraint, table+"_") && !strings.HasPrefix(constraint, former[table]+"_") {
				t.Errorf("constraint %s of %s", constraint, table)
			}
		}
	})
	t.Run("OK every view is on its list, and no other", func(t *testing.T) {
		t.Parallel()
		views := slices.Sorted(slices.Values(migrations.Views))
		got := list(t, db, `SELECT relname FROM pg_class AS c WHERE relkind = 'v' AND `+ours+` ORDER BY 1`)
		if !slices.Equal(got, views) {
			t.Errorf("the database has %v", got)
		}
	})
}

// TestMigrate runs the migrations again: nothing is done twice.
func TestMigrate(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	owner, err := pg.Open(t.Context(), pg.Options{URL: db.OwnerAt})
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	applied, err := pg.Migrate(t.Context(), owner, migrations.Files)
	if err != nil || len(applied) > 0 {
		t.Errorf("applied %v: %v", applied, err)
	}
}

// TestStartTogether migrates and grants as several services do that start at once on one database.
func TestStartTogether(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			owner, err := pg.Open(t.Context(), pg.Options{URL: db.OwnerAt, MaxConnections: 2})
			if err != nil {
				t.Error(err)
				return
			}
			defer owner.Close()
			for range 5 {
				if _, err := pg.Migrate(t.Context(), owner, migrations.Files); err != nil {
					t.Error(err)
				}
				if err := pg.Grant(t.Context(), owner, testdb.Application, pg.Grants{
					AppendOnly: migrations.AppendOnly, Mutable: migrations.Mutable, Queues: migrations.Queues,
					Views: migrations.Views,
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}
