// Package testdb gives each test a database of its own on a real Postgres, already migrated.
//
// A missing server fails the test; it never skips it.
package testdb

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"gongbao/internal/pg"
	"gongbao/migrations"
)

// Logins of the test databases: the owner migrates, the application works.
const (
	Owner       = "gongbao_owner"
	Application = "gongbao_app"
)

// Database is one test's own database with its three logins.
type Database struct {
	*pg.DB        // the application's login
	Superuser     *pg.DB
	Name          string
	ApplicationAt string // address for the application's login
	OwnerAt       string // address for the owner's login
	SuperuserAt   string // address for the superuser
}

var (
	once     sync.Once
	prepared string // name of the migrated template
	failure  error
	number   atomic.Int64
)

// Open gives a fresh migrated database that is dropped when the test ends.
func Open(t testing.TB) *Database {
	t.Helper()
	ctx := context.Background()
	once.Do(func() { prepared, failure = prepare(ctx) })
	if failure != nil {
		t.Fatalf("a real Postgres is needed: %v", failure)
	}
	return open(ctx, t, prepared)
}

// Empty gives a fresh database in which nothing is but an empty schema of the owner's.
func Empty(t testing.TB) *Database {
	t.Helper()
	ctx := context.Background()
	once.Do(func() { prepared, failure = prepare(ctx) })
	if failure != nil {
		t.Fatalf("a real Postgres is needed: %v", failure)
	}
	database := open(ctx, t, "template0")
	if _, err := database.Superuser.Pool.Exec(ctx, "CREATE SCHEMA gongbao AUTHORIZATION "+Owner); err != nil {
		t.Fatalf("make the schema: %v", err)
	}
	return database
}

// open makes a database after a template, and drops it when the test ends.
func open(ctx context.Context, t testing.TB, template string) *Database {
	t.Helper()
	name := fmt.Sprintf("t%d_%d", os.Getpid(), number.Add(1))
	admin := mustOpen(t, ctx, address("postgres", ""))
	defer admin.Close()
	if _, err := admin.Pool.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+" OWNER "+Owner); err != nil {
		t.Fatalf("make the test's database: %v", err)
	}
	database := reach(t, server(), name)
	t.Cleanup(func() {
		database.DB.Close()
		database.Superuser.Close()
		dropper, err := pg.Open(ctx, pg.Options{URL: address("postgres", ""), MaxConnections: 1})
		if err != nil {
			t.Errorf("drop the test's database: %v", err)
			return
		}
		defer dropper.Close()
		if _, err := dropper.Pool.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return database
}

// reach opens a database of a server with the application's and the superuser's login.
func reach(t testing.TB, server, name string) *Database {
	t.Helper()
	ctx := context.Background()
	d := &Database{
		Name: name, ApplicationAt: addressIn(server, name, Application), OwnerAt: addressIn(server, name, Owner),
		SuperuserAt: addressIn(server, name, ""),
	}
	d.DB, d.Superuser = mustOpen(t, ctx, d.ApplicationAt), mustOpen(t, ctx, d.SuperuserAt)
	return d
}

func mustOpen(
	t testing.TB, ctx context.Context, at string,
) *pg.DB { //nolint:revive // t first, as in the standard library
	t.Helper()
	db, err := pg.Open(ctx, pg.Options{URL: at, MaxConnections: 8})
	if err != nil {
		t.Fatalf("open the test's database: %v", err)
	}
	return db
}

// prepare makes the logins and one migrated template per test process.
func prepare(ctx context.Context) (string, error) {
	if err := startServer(ctx); err != nil {
		return "", err
	}
	name := fmt.Sprintf("t%d_template", os.Getpid())
	return name, furnish(ctx, server(), name)
}

// furnish makes the logins and a migrated database in a server.
func furnish(ctx context.Context, server, name string) error {
	admin, err := pg.Open(ctx, pg.Options{URL: addressIn(server, "postgres", ""), MaxConnections: 1})
	if err != nil {
		return err
	}
	defer admin.Close()
	for _, login := range []string{Owner, Application} {
		create := `DO $$ BEGIN CREATE ROLE ` + login + ` LOGIN;
			EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`
		if _, err := admin.Pool.Exec(ctx, create); err != nil {
			return fmt.Errorf("make the login %s: %w", login, err)
		}
	}
	for _, step := range []string{"DROP DATABASE IF EXISTS " + name, "CREATE DATABASE " + name + " OWNER " + Owner} {
		if _, err := admin.Pool.Exec(ctx, step); err != nil {
			return fmt.Errorf("make the template: %w", err)
		}
	}
	owner, err := pg.Open(ctx, pg.Options{URL: addressIn(server, name, Owner), MaxConnections: 4})
	if err != nil {
		return err
	}
	defer owner.Close()
	if _, err := owner.Pool.Exec(ctx, "CREATE SCHEMA gongbao AUTHORIZATION "+Owner); err != nil {
		return fmt.Errorf("make the schema: %w", err)
	}
	if _, err := owner.Pool.Exec(ctx, "ALTER DATABASE "+name+" SET search_path = gongbao"); err != nil {
		return fmt.Errorf("set the search path: %w", err)
	}
	return migrate(ctx, addressIn(server, name, Owner))
}

func migrate(ctx context.Context, at string) error {
	owner, err := pg.Open(ctx, pg.Options{URL: at, Schema: "gongbao", MaxConnections: 4})
	if err != nil {
		return err
	}
	defer owner.Close()
	if _, err := pg.Migrate(ctx, owner, migrations.Files); err != nil {
		return err
	}
	return pg.Grant(ctx, owner, Application, pg.Grants{
		AppendOnly: migrations.AppendOnly, Mutable: migrations.Mutable, Queues: migrations.Queues,
		Views: migrations.Views,
	})
}

// address is the server's address for a database of this test process and a login; "" is the superuser.
func address(database, login string) string { return addressIn(server(), database, login) }

func addressIn(server, database, login string) string {
	at, err := url.Parse(server)
	if err != nil {
		return server
	}
	at.Path = "/" + database
	if login != "" {
		at.User = url.User(login)
	}
	if strings.HasPrefix(database, "t") && database != "template1" {
		query := at.Query()
		query.Set("search_path", "gongbao")
		at.RawQuery = query.Encode()
	}
	return at.String()
}
