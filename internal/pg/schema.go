package pg

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongbao/internal/fault"

	"github.com/uptrace/bun"
)

// Readable refuses a database whose schema lacks one of the migrations that the program knows (pg.schema_older), or
// that must not be read by it (pg.schema_moved_on). It changes nothing and needs no more than the right to read.
func Readable(ctx context.Context, db *DB, known []string) error {
	return fits(ctx, db, known, readableBy)
}

// Writable is Readable for a program that writes.
func Writable(ctx context.Context, db *DB, known []string) error {
	return fits(ctx, db, known, writableBy)
}

func fits(ctx context.Context, db *DB, known []string, by Statement[None]) error {
	wanted, there, err := contractOf(ctx, db, by)
	if err == nil && !there {
		if err = Elsewhere(ctx, db); err == nil {
			err = ErrSchemaOlder.Case(fault.Args{"database": db.Name})
		}
	}
	if err != nil {
		return err
	}
	if wanted > Contract {
		return ErrSchemaMovedOn.Case(fault.Args{"database": db.Name, "wanted": wanted, "known": Contract})
	}
	applied, err := Applied(ctx, db)
	if CodeOf(err) == "42501" {
		return ErrSchemaOlder.Case(fault.Args{"database": db.Name}).From(err)
	}
	if err != nil {
		return err
	}
	for _, number := range known {
		if !slices.Contains(applied, number) {
			return ErrSchemaOlder.Case(fault.Args{"database": db.Name, "migration": number})
		}
	}
	return nil
}

// contractOf reads a number of the contract; a database from before there was one has none.
func contractOf(ctx context.Context, handle bun.IDB, by Statement[None]) (wanted int, there bool, err error) {
	there, err = HasTable(ctx, handle, "schema_contract")
	if err != nil || !there {
		return 0, false, err
	}
	err = by.With(None{}).Row(ctx, handle, &wanted)
	if CodeOf(err) == "42501" {
		err = ErrSchemaOlder.From(err)
	}
	return wanted, true, err
}

// Elsewhere refuses, with pg.schema_elsewhere, a database that has no book where this program looks, and one where the
// login would look by itself: a second one must not be begun beside it.
func Elsewhere(ctx context.Context, db *DB) error {
	if db.Schema != "" {
		return nil
	}
	var path, login string
	err := ownSearchPath.With(None{}).Row(ctx, db, &path, &login)
	if NoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("ask for the login's search path: %w", err)
	}
	for entry := range strings.SplitSeq(path, ",") {
		schema := strings.Trim(strings.TrimSpace(entry), `"`)
		if schema == "$user" {
			schema = login
		}
		var there bool
		err := bookIn.With(inSchema{schema}).Row(ctx, db, &there)
		if err != nil {
			return fmt.Errorf("look for a book in %s: %w", schema, err)
		}
		if there {
			return ErrSchemaElsewhere.Case(fault.Args{"schema": schema})
		}
	}
	return nil
}

// Applied are the numbers of the migrations that a database has had, oldest first.
func Applied(ctx context.Context, handle bun.IDB) ([]string, error) {
	there, err := HasTable(ctx, handle, "bun_migrations")
	if err != nil || !there {
		return nil, err
	}
	return Values[string](ctx, handle, applied.With(None{}))
}

// HasTable says whether the schema in use has a table or view of this name.
func HasTable(ctx context.Context, handle bun.IDB, name string) (there bool, err error) {
	if err = hasTable.With(named{name}).Row(ctx, handle, &there); err != nil {
		return false, fmt.Errorf("look for %s: %w", name, err)
	}
	return there, nil
}
