package backup

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"

	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// markTable is there from before a restore's first step to after its last one. It is no part of the schema, which at
// that time may be an older one; whoever opens a database looks for it.
const markTable = "restore_unfinished"

// restoreLock is the advisory lock that a restore holds, so that a second one does not take it for dead.
const restoreLock int32 = 0x676f6e68 // "gonh"

// Finished refuses with backup.restore_unfinished a database in which a restore was begun and did not end well. What is
// in it may be half a book and must not be served.
func Finished(ctx context.Context, handle bun.IDB) error {
	unfinished, err := marked(ctx, handle)
	if err == nil && unfinished {
		err = ErrRestoreUnfinished
	}
	return err
}

func marked(ctx context.Context, handle bun.IDB) (there bool, err error) {
	err = pg.Row(ctx, handle, `SELECT to_regclass('`+markTable+`') IS NOT NULL`, nil, &there)
	if err != nil {
		return false, fmt.Errorf("look for an unfinished restore: %w", err)
	}
	return there, nil
}

// claim takes the database for one restore, until the connection is released.
func claim(ctx context.Context, db *pg.DB) (*pgxpool.Conn, error) {
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	var free bool
	err = conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1::int, hashtext(current_schema()))", restoreLock).Scan(&free)
	if err == nil && !free {
		err = ErrRestoreRunning
	}
	if err != nil {
		conn.Release()
		return nil, err
	}
	return conn, nil
}

// unclaim gives the database free.
func unclaim(ctx context.Context, conn *pgxpool.Conn) {
	ctx = context.WithoutCancel(ctx)
	_, _ = conn.Exec(ctx, "SELECT pg_advisory_unlock($1::int, hashtext(current_schema()))", restoreLock)
	conn.Release()
}

// mark takes an empty database, or what an unfinished restore has left when it may be cleared. It refuses
// backup.restore_unfinished and backup.database_not_empty.
func mark(ctx context.Context, db *pg.DB, clear bool) error {
	unfinished, err := marked(ctx, db)
	if err != nil {
		return err
	}
	if unfinished {
		if !clear {
			return ErrRestoreUnfinished
		}
		return empty(ctx, db)
	}
	var schema string
	var relations int64
	err = pg.Row(ctx, db, `SELECT coalesce(current_schema(), ''), (SELECT count(*) FROM pg_class
		WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S'))`, nil,
		&schema, &relations)
	if err != nil {
		return err
	}
	if schema == "" {
		return fmt.Errorf("the database has no schema of the login's search path; make one first")
	}
	if relations > 0 {
		return ErrDatabaseNotEmpty.Case(fault.Args{"schema": schema, "relations": relations})
	}
	_, err = db.Pool.Exec(ctx, "CREATE TABLE "+markTable+" (begun timestamptz NOT NULL DEFAULT clock_timestamp())")
	return err
}

// empty drops everything in the schema but the mark.
func empty(ctx context.Context, db *pg.DB) error {
	_, err := db.Pool.Exec(ctx, `DO $$ DECLARE it record; BEGIN
		FOR it IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace
			AND relkind = 'r' AND relname <> '`+markTable+`'
		LOOP EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', it.name); END LOOP;
		FOR it IN SELECT oid::regtype AS name FROM pg_type WHERE typnamespace = current_schema()::regnamespace
			AND typtype = 'e'
		LOOP EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', it.name); END LOOP; END $$`)
	if err != nil {
		return fmt.Errorf("clear what the unfinished restore left: %w", err)
	}
	db.Reset()
	return nil
}
