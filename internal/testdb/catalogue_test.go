package testdb_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"gongbao/internal/pg"
	"gongbao/internal/testdb"
	"gongbao/ledger"
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

// TestCatalogue reads what the migrations made: the schema must distribute by pool without a rewrite.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	t.Run("OK every table is on a list of rights", func(t *testing.T) {
		t.Parallel()
		known := slices.Concat(migrations.AppendOnly, migrations.Mutable, migrations.Queues)
		for _, table := range list(t, db, `SELECT relname FROM pg_class AS c WHERE relkind = 'r' AND `+ours) {
			if !slices.Contains(known, table) {
				t.Errorf("the application has no rights on %s", table)
			}
		}
	})
	t.Run("OK every key begins with the pool", func(t *testing.T) {
		t.Parallel()
		keys := list(t, db, `SELECT c.relname || ' ' || i.indexrelid::regclass || ' ' || a.attname FROM pg_index AS i
			JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
			WHERE i.indisunique AND `+ours)
		if len(keys) == 0 {
			t.Fatal("no keys were found")
		}
		for _, key := range keys {
			words := strings.Fields(key)
			if !slices.Contains(migrations.References, words[0]) && words[2] != "pool" {
				t.Errorf("key %s of %s begins with %s", words[1], words[0], words[2])
			}
		}
	})
	t.Run("OK every foreign key begins with the pool or points to a reference", func(t *testing.T) {
		t.Parallel()
		for _, key := range list(t, db, `
			SELECT k.conname || ' ' || k.confrelid::regclass || ' ' || a.attname FROM pg_constraint AS k
			JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
			WHERE k.contype = 'f' AND `+ours) {
			words := strings.Fields(key)
			if !slices.Contains(migrations.References, strings.TrimPrefix(words[1], "gongbao.")) && words[2] != "pool" {
				t.Errorf("foreign key %s points to %s and begins with %s", words[0], words[1], words[2])
			}
		}
	})
}

// TestCatalogueLists: nothing that would not distribute, names that tell their table, and lists that agree with ours.
func TestCatalogueLists(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	t.Run("OK no sequence, trigger, deferrable or exclusion constraint", func(t *testing.T) {
		t.Parallel()
		strange := list(t, db, `
			SELECT 'sequence ' || relname FROM pg_class AS c WHERE relkind = 'S' AND `+ours+`
			UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger AS g JOIN pg_class AS c ON c.oid = g.tgrelid
				WHERE NOT tgisinternal AND `+ours+`
			UNION ALL SELECT 'constraint ' || conname FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
				WHERE (condeferrable OR contype = 'x') AND `+ours)
		for _, thing := range strange {
			t.Error(thing)
		}
	})
	t.Run("OK constraints are named for their table", func(t *testing.T) {
		t.Parallel()
		for _, name := range list(t, db, `SELECT c.relname || ' ' || conname FROM pg_constraint AS k
			JOIN pg_class AS c ON c.oid = k.conrelid WHERE contype <> 'n' AND `+ours) {
			table, constraint, _ := strings.Cut(name, " ")
			if !strings.HasPrefix(constraint, table+"_") {
				t.Errorf("constraint %s of %s", constraint, table)
			}
		}
	})
	t.Run("OK the chart and the streams are the database's", func(t *testing.T) {
		t.Parallel()
		var accounts, streams []string
		for _, entry := range ledger.Chart() {
			accounts = append(accounts, string(entry.Account))
		}
		for _, stream := range ledger.Streams() {
			streams = append(streams, string(stream))
		}
		if got := list(t, db, `SELECT unnest(enum_range(NULL::account))::text`); !slices.Equal(got, accounts) {
			t.Errorf("accounts: the database has %v", got)
		}
		if got := list(t, db, `SELECT unnest(enum_range(NULL::stream))::text`); !slices.Equal(got, streams) {
			t.Errorf("streams: the database has %v", got)
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
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}
