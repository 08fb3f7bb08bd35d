package pg

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"gongbao/internal/fault"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun/migrate"
)

// migrationLock is the advisory lock held while migrating: bun's own lock row would stay behind after a crash.
const migrationLock int32 = 0x676f6e67 // "gong"

// Migrate brings the schema up to the newest embedded migration, under a lock; it gives the names newly applied.
// db must be the owner's login. Nothing is done twice. It refuses a schema that is newer than this program
// (pg.schema_moved_on), and to begin a book beside another (pg.schema_elsewhere).
func Migrate(ctx context.Context, db *DB, files fs.FS) ([]string, error) {
	known, err := Migrations(files)
	if err != nil {
		return nil, err
	}
	wanted, there, err := contractOf(ctx, db, "writable_by")
	if err == nil && there && wanted > Contract {
		err = ErrSchemaMovedOn.Case(fault.Args{"wanted": wanted, "known": Contract})
	}
	if err == nil && !there {
		err = Elsewhere(ctx, db)
	}
	if err != nil {
		return nil, err
	}
	return MigrateTo(ctx, db, files, known)
}

// Migrations are the numbers of all migrations in the files, oldest first.
func Migrations(files fs.FS) ([]string, error) {
	steps := migrate.NewMigrations()
	if err := steps.Discover(files); err != nil {
		return nil, fmt.Errorf("read the embedded migrations: %w", err)
	}
	var numbers []string
	for _, step := range steps.Sorted() {
		numbers = append(numbers, step.Name)
	}
	return numbers, nil
}

// MigrateTo is Migrate for these migrations and no others.
func MigrateTo(ctx context.Context, db *DB, files fs.FS, numbers []string) ([]string, error) {
	discovered, steps := migrate.NewMigrations(), migrate.NewMigrations()
	if err := discovered.Discover(files); err != nil {
		return nil, fmt.Errorf("read the embedded migrations: %w", err)
	}
	for _, step := range discovered.Sorted() {
		if slices.Contains(numbers, step.Name) {
			steps.Add(step)
		}
	}
	lock, err := db.Pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("take the migration lock: %w", err)
	}
	defer lock.Release()
	if db.Schema != "" {
		if _, err := lock.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+db.Schema); err != nil {
			return nil, fmt.Errorf("make the schema %s: %w", db.Schema, err)
		}
	}
	if _, err := lock.Exec(
		ctx, "SELECT pg_advisory_lock($1::int, hashtext(current_schema()))", migrationLock,
	); err != nil {
		return nil, fmt.Errorf("take the migration lock: %w", err)
	}
	defer func() {
		unlock := context.WithoutCancel(ctx)
		_, _ = lock.Exec(unlock, "SELECT pg_advisory_unlock($1::int, hashtext(current_schema()))", migrationLock)
	}()
	migrator := migrate.NewMigrator(db.DB, steps, migrate.WithMarkAppliedOnSuccess(true))
	if err := migrator.Init(ctx); err != nil {
		return nil, fmt.Errorf("prepare the table of migrations: %w", err)
	}
	group, err := migrator.Migrate(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	var names []string
	for _, step := range group.Migrations {
		names = append(names, step.Name+"_"+step.Comment)
	}
	if len(names) > 0 {
		db.Reset()
	}
	return names, nil
}

// Grants are the rights of the application's login, table by table.
type Grants struct {
	AppendOnly []string // SELECT and INSERT: what was written stays
	Mutable    []string // also UPDATE
	Queues     []string // also DELETE
	Views      []string // SELECT
}

// Grant gives the application's login its rights and no others, under the lock of migrations: Postgres refuses two
// services that start at once and change the rights of one table. db must be the owner's login.
func Grant(ctx context.Context, db *DB, login string, grants Grants) error {
	role := pgx.Identifier{login}.Sanitize()
	var own []string // the tables by which a program sees whether the schema fits it
	for _, table := range []string{"bun_migrations", "schema_contract"} {
		var there bool
		if err := Row(ctx, db, `SELECT to_regclass($1) IS NOT NULL`, []any{table}, &there); err != nil {
			return fmt.Errorf("look for %s: %w", table, err)
		}
		if there {
			own = append(own, table)
		}
	}
	var script strings.Builder // one message, so one transaction, and the lock is held to its end
	fmt.Fprintf(&script, "SELECT pg_advisory_xact_lock(%d, hashtext(current_schema()));\n", migrationLock)
	allow := func(rights string, tables []string) {
		for _, table := range tables {
			name := pgx.Identifier{table}.Sanitize()
			fmt.Fprintf(&script, "REVOKE ALL ON %s FROM %s; GRANT %s ON %s TO %s;\n", name, role, rights, name, role)
		}
	}
	allow("SELECT", slices.Concat(own, grants.Views))
	allow("SELECT, INSERT", grants.AppendOnly)
	allow("SELECT, INSERT, UPDATE", grants.Mutable)
	allow("SELECT, INSERT, UPDATE, DELETE", grants.Queues)
	var schema string
	if err := db.Pool.QueryRow(ctx, "SELECT current_schema()").Scan(&schema); err != nil {
		return fmt.Errorf("ask for the schema: %w", err)
	}
	fmt.Fprintf(&script, "GRANT USAGE ON SCHEMA %s TO %s", pgx.Identifier{schema}.Sanitize(), role)
	if _, err := db.Pool.Exec(ctx, script.String()); err != nil {
		return fmt.Errorf("grant %s its rights: %w", login, err)
	}
	return nil
}
