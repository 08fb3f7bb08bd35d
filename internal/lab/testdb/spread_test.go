package testdb_test

import (
	"slices"
	"testing"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/migrations"
)

// standIn plays what Citus gives to who spreads tables, with its rule that no foreign key may lead from or to a table
// that is not spread yet. It moves nothing.
const standIn = `
	CREATE TABLE pg_dist_partition (n integer GENERATED ALWAYS AS IDENTITY, logicalrelid regclass, by text, beside text);
	GRANT ALL ON pg_dist_partition TO ` + testdb.Owner + `;
	CREATE FUNCTION create_distributed_table(which regclass, by text, colocate_with text) RETURNS void
	LANGUAGE plpgsql AS $$ BEGIN
		IF EXISTS (SELECT FROM pg_constraint AS k WHERE k.contype = 'f' AND which IN (k.conrelid, k.confrelid)
			AND k.conrelid <> k.confrelid) THEN
			RAISE EXCEPTION '% has a foreign key', which;
		END IF;
		INSERT INTO pg_dist_partition (logicalrelid, by, beside) VALUES (which, by, colocate_with);
	END $$;
	CREATE FUNCTION create_reference_table(which regclass) RETURNS void LANGUAGE sql
		AS $$ SELECT create_distributed_table(which, '', '') $$`

// TestDistribute spreads every table once, and leaves every foreign key as it was.
func TestDistribute(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	owner, err := pg.Open(t.Context(), pg.Options{URL: db.OwnerAt, MaxConnections: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(owner.Close)
	list := func(query string) (found []string) {
		t.Helper()
		if err := db.Superuser.NewRaw(query).Scan(t.Context(), &found); err != nil {
			t.Fatal(err)
		}
		return found
	}
	keys := func() []string {
		return list(`SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
			WHERE contype = 'f' ORDER BY 1`)
	}
	spread := pg.Spread{References: migrations.Everywhere, ByPool: migrations.ByPool()}
	distribute := func() {
		t.Helper()
		if err := pg.Distribute(t.Context(), owner, spread); err != nil {
			t.Fatal(err)
		}
	}
	before := keys()
	distribute() // on plain Postgres: nothing
	if _, err := db.Superuser.Pool.Exec(t.Context(), standIn); err != nil {
		t.Fatal(err)
	}
	distribute()
	distribute() // and no table twice
	if after := keys(); !slices.Equal(before, after) || len(after) < 10 {
		t.Errorf("of %d foreign keys %d are left", len(before), len(after))
	}
	done := list(`SELECT logicalrelid::text FROM pg_dist_partition ORDER BY n`)
	if wanted := slices.Concat(migrations.Everywhere, migrations.ByPool()); !slices.Equal(done, wanted) {
		t.Errorf("spread are %v, wanted %v", done, wanted)
	}
	if alone := list(`SELECT logicalrelid::text FROM pg_dist_partition WHERE by = 'pool' AND beside <> 'journal'`); len(
		alone) != 1 || alone[0] != "journal" {
		t.Errorf("not beside the others: %v", alone)
	}
	later := `CREATE TABLE later (pool text NOT NULL, policy text NOT NULL, PRIMARY KEY (pool, policy),
		CONSTRAINT later_pool_policy_fkey FOREIGN KEY (pool, policy) REFERENCES policy (pool, number))`
	if _, err := owner.Pool.Exec(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	spread.ByPool = append(spread.ByPool, "later")
	distribute() // a later migration's table alone
	if len(keys()) != len(before)+1 || len(list(`SELECT logicalrelid::text FROM pg_dist_partition`)) != len(done)+1 {
		t.Errorf("the later table is not spread alone")
	}
}
