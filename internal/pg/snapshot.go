package pg

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"
)

// InSnapshot runs reads in one transaction that sees the database as it is at its first query, however long it takes
// and whatever is committed meanwhile. It cannot write.
func InSnapshot(ctx context.Context, db *DB, read func(ctx context.Context, tx bun.Tx) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("take a connection: %w", err)
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin a snapshot: %w", err)
	}
	open.Store(tx.Tx, &transaction{db: db, conn: conn})
	defer open.Delete(tx.Tx)
	defer func() { _ = tx.Rollback() }()
	return read(ctx, tx)
}
