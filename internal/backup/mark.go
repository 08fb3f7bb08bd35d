package backup

import (
	"context"
	"fmt"

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
	unfinished, err := pg.HasTable(ctx, handle, markTable)
	if err == nil && unfinished {
		err = ErrRestoreUnfinished
	}
	return err
}

// claim takes the database for one restore, until it is given free.
func claim(ctx context.Context, db *pg.DB) (free func(), err error) {
	free, taken, err := pg.TryLock(ctx, db, restoreLock)
	if err == nil && !taken {
		err = ErrRestoreRunning
	}
	return free, err
}

// mark takes an empty database, or what an unfinished restore has left when it may be cleared. It refuses
// backup.restore_unfinished and backup.database_not_empty.
func mark(ctx context.Context, db *pg.DB, clear bool) error {
	unfinished, err := pg.HasTable(ctx, db, markTable)
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
	var count int64
	err = relations.With(pg.None{}).Row(ctx, db, &schema, &count)
	if err != nil {
		return err
	}
	if schema == "" {
		return fmt.Errorf("the database has no schema of the login's search path; make one first")
	}
	if count > 0 {
		return ErrDatabaseNotEmpty.Case(fault.Args{"schema": schema, "relations": count})
	}
	_, err = makeMark.With(pg.None{}).Exec(ctx, db)
	return err
}

// empty drops everything in the schema but the mark.
func empty(ctx context.Context, db *pg.DB) error {
	_, err := clearAll.With(pg.None{}).Exec(ctx, db)
	if err != nil {
		return fmt.Errorf("clear what the unfinished restore left: %w", err)
	}
	db.Reset()
	return nil
}
