package testdb_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/migrations"
)

// undistributable reads the catalogue and names everything in a schema that does not spread by pool. References (?1)
// are the same on every machine: whatever they are keyed by, others may point to them, and they to each other alone.
// The tables of the migrations themselves belong to each database.
const undistributable = `
	WITH ours AS (
		SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.relname = ANY (?1) AS reference FROM pg_class AS c
		WHERE c.relnamespace = ?0::regnamespace AND c.relname NOT LIKE 'bun_%'),
	tables AS (SELECT * FROM ours WHERE relkind IN ('r', 'p', 'f', 'm'))
	SELECT t.relname || ': a table without a primary key' FROM tables AS t
		WHERE NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = t.oid AND i.indisprimary)
	UNION ALL
	SELECT t.relname || ': a table without a pool that must not be null' FROM tables AS t
		WHERE NOT reference AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = t.oid AND a.attname = 'pool'
			AND a.attnotnull AND a.atttypid = 'text'::regtype)
	UNION ALL
	SELECT t.relname || ': a table that is partitioned, inherited, foreign, kept ready or not kept' FROM tables AS t
		WHERE t.relkind <> 'r' OR t.relpersistence <> 'p' OR EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhrelid = t.oid)
	UNION ALL
	SELECT i.indexrelid::regclass::text || ': a unique key that does not begin with the pool' FROM pg_index AS i
		JOIN tables AS t ON t.oid = i.indrelid
		LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
		WHERE i.indisunique AND NOT t.reference AND a.attname IS DISTINCT FROM 'pool'
	UNION ALL
	SELECT k.conname || ': a foreign key that neither begins with the pool nor points to a reference'
		FROM pg_constraint AS k JOIN tables AS t ON t.oid = k.conrelid JOIN pg_class AS f ON f.oid = k.confrelid
		JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.conkey[1]
		JOIN pg_attribute AS b ON b.attrelid = f.oid AND b.attnum = k.confkey[1]
		WHERE k.contype = 'f' AND f.relname <> ALL (?1) AND (t.reference OR a.attname <> 'pool' OR b.attname <> 'pool')
	UNION ALL
	SELECT k.conname || ': a foreign key that changes rows by itself' FROM pg_constraint AS k
		JOIN tables AS t ON t.oid = k.conrelid
		WHERE k.contype = 'f' AND (k.confupdtype <> 'a' OR k.confdeltype <> 'a')
	UNION ALL
	SELECT k.conname || ': a deferrable constraint' FROM pg_constraint AS k JOIN tables AS t ON t.oid = k.conrelid
		WHERE k.condeferrable
	UNION ALL
	SELECT k.conname || ': an exclusion constraint' FROM pg_constraint AS k JOIN tables AS t ON t.oid = k.conrelid
		WHERE k.contype = 'x'
	UNION ALL
	SELECT relname || ': a sequence' FROM ours WHERE relkind = 'S'
	UNION ALL
	SELECT t.relname || '.' || a.attname || ': a column that counts' FROM pg_attribute AS a
		JOIN tables AS t ON t.oid = a.attrelid LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
		WHERE a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval(%'
	UNION ALL
	SELECT g.tgname || ': a trigger' FROM pg_trigger AS g JOIN tables AS t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal
	UNION ALL
	SELECT r.rulename || ': a rule' FROM pg_rewrite AS r JOIN tables AS t ON t.oid = r.ev_class WHERE t.relkind = 'r'
	UNION ALL
	SELECT p.proname || ': a function' FROM pg_proc AS p WHERE p.pronamespace = ?0::regnamespace`

func faultsOf(t *testing.T, db *pg.DB, schema string) []string {
	t.Helper()
	var faults []string
	references := "{" + strings.Join(migrations.References, ",") + "}"
	query := strings.ReplaceAll(undistributable, "?1", "?1::text[]")
	if err := db.NewRaw(query, schema, references).Scan(t.Context(), &faults); err != nil {
		t.Fatal(err)
	}
	return faults
}

// TestTheSchemaDistributesByPool: design.md, "When one machine is not enough".
func TestTheSchemaDistributesByPool(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	for _, fault := range faultsOf(t, db.Superuser, "gongbao") {
		t.Error(fault)
	}
	var tables int
	err := pg.Row(t.Context(), db, `SELECT count(*) FROM pg_class WHERE relnamespace = 'gongbao'::regnamespace
		AND relkind = 'r' AND relname NOT LIKE 'bun_%'`, nil, &tables)
	if err != nil || tables < 30 {
		t.Errorf("only %d tables were looked at: %v", tables, err)
	}
	wanted := []string{"member", "pool", "catalogue_item", "import_run", "workday"}
	if !slices.Equal(migrations.References, wanted) {
		t.Errorf("the list of references is closed: %v", migrations.References)
	}
	for _, table := range slices.Concat(migrations.References, migrations.Copied) {
		if !slices.Contains(slices.Concat(migrations.AppendOnly, migrations.Mutable), table) {
			t.Errorf("%s is no table of which nothing is taken away", table)
		}
	}
}

// TestWhatDoesNotDistributeIsNamed breaks every rule once, in a schema of its own beside a table that is right.
func TestWhatDoesNotDistributeIsNamed(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t).Superuser
	ctx := context.Background()
	for name, test := range map[string]struct{ script, wanted string }{
		"no primary key": {`CREATE TABLE note (pool text NOT NULL, text text)`, "note: a table without a primary key"},
		"no pool": {
			`CREATE TABLE receipt (id text PRIMARY KEY)`, "receipt: a table without a pool that must not be null",
		},
		"a pool that may be null": {
			`CREATE TABLE receipt (id text PRIMARY KEY, pool text)`, "receipt: a table without a pool that must not be null",
		},
		"a primary key of something else": {
			`CREATE TABLE receipt (pool text NOT NULL, id text, PRIMARY KEY (id, pool))`,
			"receipt_pkey: a unique key that does not begin with the pool",
		},
		"a unique index of something else": {
			`CREATE UNIQUE INDEX good_name ON good (name)`, "good_name: a unique key that does not begin with the pool",
		},
		"a unique index of an expression": {
			`CREATE UNIQUE INDEX good_name ON good (lower(pool), number)`,
			"good_name: a unique key that does not begin with the pool",
		},
		"a foreign key of something else": {
			`ALTER TABLE good ADD UNIQUE (number, pool), ADD CONSTRAINT good_other FOREIGN KEY (name, pool)
				REFERENCES good (number, pool)`,
			"good_other: a foreign key that neither begins with the pool nor points to a reference",
		},
		"a reference that points to a pool's table": {
			`CREATE TABLE workday (day date PRIMARY KEY, pool text, number text,
				CONSTRAINT workday_good FOREIGN KEY (pool, number) REFERENCES good (pool, number))`,
			"workday_good: a foreign key that neither begins with the pool nor points to a reference",
		},
		"a foreign key that deletes": {
			`ALTER TABLE good ADD CONSTRAINT good_self FOREIGN KEY (pool, name) REFERENCES good (pool, number)
				ON DELETE CASCADE`,
			"good_self: a foreign key that changes rows by itself",
		},
		"a deferrable constraint": {
			`ALTER TABLE good ADD CONSTRAINT good_later UNIQUE (pool, name) DEFERRABLE`, "good_later: a deferrable constraint",
		},
		"an exclusion constraint": {
			`ALTER TABLE good ADD CONSTRAINT good_apart EXCLUDE USING btree (pool WITH =, name WITH =)`,
			"good_apart: an exclusion constraint",
		},
		"a sequence": {`CREATE SEQUENCE number`, "number: a sequence"},
		"a serial column": {
			`ALTER TABLE good ADD COLUMN place serial`, "good.place: a column that counts",
		},
		"an identity column": {
			`ALTER TABLE good ADD COLUMN place integer GENERATED ALWAYS AS IDENTITY`, "good.place: a column that counts",
		},
		"a trigger": {
			`CREATE TRIGGER good_told BEFORE UPDATE ON good FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
			"good_told: a trigger",
		},
		"a rule":     {`CREATE RULE good_kept AS ON DELETE TO good DO INSTEAD NOTHING`, "good_kept: a rule"},
		"a function": {`CREATE FUNCTION next_number() RETURNS integer LANGUAGE sql AS 'SELECT 1'`, "next_number: a function"},
		"a partitioned table": {
			`CREATE TABLE part (pool text NOT NULL, id text, PRIMARY KEY (pool, id)) PARTITION BY LIST (pool)`,
			"part: a table that is partitioned, inherited, foreign, kept ready or not kept",
		},
		"a table that a crash empties": {
			`CREATE UNLOGGED TABLE cache (pool text NOT NULL, id text, PRIMARY KEY (pool, id))`,
			"cache: a table that is partitioned, inherited, foreign, kept ready or not kept",
		},
	} {
		t.Run(name, func(t *testing.T) {
			script := `DROP SCHEMA IF EXISTS scratch CASCADE; CREATE SCHEMA scratch; SET search_path = scratch;
				CREATE TABLE member (code text PRIMARY KEY);
				CREATE TABLE good (pool text NOT NULL, number text, name text REFERENCES member, PRIMARY KEY (pool, number));`
			conn, err := db.Pool.Acquire(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Release()
			if _, err := conn.Exec(ctx, script+"RESET search_path"); err != nil {
				t.Fatal(err)
			}
			if faults := faultsOf(t, db, "scratch"); len(faults) > 0 {
				t.Fatalf("what is right is named: %v", faults)
			}
			if _, err := conn.Exec(ctx, "SET search_path = scratch; "+test.script+"; RESET search_path"); err != nil {
				t.Fatal(err)
			}
			faults := faultsOf(t, db, "scratch")
			if !slices.ContainsFunc(faults, func(f string) bool { return strings.TrimPrefix(f, "scratch.") == test.wanted }) {
				t.Errorf("got %q, wanted %q", faults, test.wanted)
			}
		})
	}
}
