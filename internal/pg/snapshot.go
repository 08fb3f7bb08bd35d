package pg

import (
	"context"
	"database/sql"
)

// InSnapshot runs reads in one transaction that sees the database as it is at its first query, however long it takes
// and whatever is committed meanwhile. It cannot write.
func InSnapshot(ctx context.Context, db *DB, read func(ctx context.Context, tx *Tx) error) error {
	tx, end, err := begin(ctx, db, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer end()
	if _, err := oneSnapshot.With(None{}).Exec(ctx, tx); err != nil {
		return err
	}
	return read(ctx, tx)
}
