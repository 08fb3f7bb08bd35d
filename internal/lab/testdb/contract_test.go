package testdb_test

import (
	"errors"
	"strings"
	"testing"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/migrations"
)

// raise is what a migration does that breaks older programs.
const raise = `LOCK TABLE schema_contract IN ACCESS EXCLUSIVE MODE;
	UPDATE schema_contract SET readable_by = writable_by + 1, writable_by = writable_by + 1`

// TestFits: which databases a program opens.
func TestFits(t *testing.T) {
	t.Parallel()
	known, err := pg.Migrations(migrations.Files)
	if err != nil {
		t.Fatal(err)
	}
	check := func(t *testing.T, db *pg.DB, read, write error) {
		t.Helper()
		if err := pg.Readable(t.Context(), db, known); !errors.Is(err, read) {
			t.Errorf("to read: %v, wanted %v", err, read)
		}
		if err := pg.Writable(t.Context(), db, known); !errors.Is(err, write) {
			t.Errorf("to write: %v, wanted %v", err, write)
		}
	}
	t.Run("Err nothing is there", func(t *testing.T) {
		t.Parallel()
		check(t, testdb.Empty(t).DB, pg.ErrSchemaOlder, pg.ErrSchemaOlder)
	})
	older := pg.ErrSchemaOlder
	for name, test := range map[string]struct {
		change      string
		read, write error
	}{
		"OK as it should be": {``, nil, nil},
		"OK newer and compatible": {
			`INSERT INTO bun_migrations (name, group_id) VALUES ('20991231000100', 99)`, nil, nil,
		},
		"Err a migration is missing": {
			`DELETE FROM bun_migrations WHERE name = (SELECT max(name) FROM bun_migrations)`, older, older,
		},
		"Err only readable still": {
			`UPDATE schema_contract SET writable_by = writable_by + 1`, nil, pg.ErrSchemaMovedOn,
		},
		"Err neither readable any more":      {raise, pg.ErrSchemaMovedOn, pg.ErrSchemaMovedOn},
		"Err the contract is not to be read": {`REVOKE ALL ON schema_contract FROM gongbao_app`, older, older},
		"Err nor the migrations":             {`REVOKE ALL ON bun_migrations FROM gongbao_app`, older, older},
		"Err from before there was one":      {`DROP TABLE schema_contract`, older, older},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := testdb.Open(t)
			if _, err := db.Superuser.Pool.Exec(t.Context(), test.change); err != nil {
				t.Fatal(err)
			}
			check(t, db.DB, test.read, test.write)
			if test.change == raise {
				_, err := pg.Migrate(t.Context(), db.Superuser, migrations.Files)
				if !errors.Is(err, pg.ErrSchemaMovedOn) {
					t.Errorf("it is migrated by an older program: %v", err)
				}
			}
		})
	}
}

// TestElsewhere: a login whose own search path finds a book does not get a second one beside it.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t) // its book is in the schema gongbao
	if _, err := db.Superuser.Pool.Exec(t.Context(), `ALTER DATABASE `+db.Name+` SET search_path = gongbao`); err != nil {
		t.Fatal(err)
	}
	public, err := pg.Open(t.Context(), pg.Options{
		URL: strings.Replace(db.OwnerAt, "search_path=gongbao", "", 1), MaxConnections: 4,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer public.Close()
	_, err = pg.Migrate(t.Context(), public, migrations.Files)
	for name, err := range map[string]error{"migrate": err, "read": pg.Readable(t.Context(), public, nil)} {
		if !errors.Is(err, pg.ErrSchemaElsewhere) || !strings.Contains(err.Error(), "search_path=gongbao") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMigrationsRaiseUnderLock: who raises the contract keeps writers out first.
func TestMigrationsRaiseUnderLock(t *testing.T) {
	t.Parallel()
	entries, err := migrations.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := migrations.Files.ReadFile(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		before, _, raises := strings.Cut(string(text), "UPDATE schema_contract")
		if raises && !strings.Contains(before, "LOCK TABLE schema_contract IN ACCESS EXCLUSIVE MODE") {
			t.Errorf("%s raises the contract beside programs that write", entry.Name())
		}
	}
	db := testdb.Open(t)
	var writable int
	err = pg.Row(t.Context(), db.DB, `SELECT writable_by FROM schema_contract`, nil, &writable)
	if err != nil || writable != pg.Contract {
		t.Errorf("the schema asks for contract %d, the program knows %d: %v", writable, pg.Contract, err)
	}
}
