package pg

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"gongbao/internal/fault"

	"github.com/uptrace/bun/migrate"
)

// Migrate brings the schema up to the newest embedded migration, under a lock; it gives the names newly applied.
// db must be the owner's login. Nothing is done twice. It refuses a schema that is newer than this program
// (pg.schema_moved_on), and to begin a book beside another (pg.schema_elsewhere).
func Migrate(ctx context.Context, db *DB, files fs.FS) ([]string, error) {
	known, err := Migrations(files)
	if err != nil {
		return nil, err
	}
	wanted, there, err := contractOf(ctx, db, writableBy)
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
	if err := makeSchema(ctx, db); err != nil {
		return nil, err
	}
	unlock, err := Lock(ctx, db, migrationLock)
	if err != nil {
		return nil, fmt.Errorf("take the migration lock: %w", err)
	}
	defer unlock()
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
