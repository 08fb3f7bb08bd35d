package pg

import (
	"context"
	"fmt"
)

// lockPatience ends a wait that goes in a circle through two databases, which neither of them can see. Home waits as it
// always does: a circle passes through another one.
const lockPatience = "20s"

// Txs are transactions in all databases of a zone.
type Txs []*Tx

// Of is the transaction in the database in which a pool lives.
func (t Txs) Of(pool string) *Tx {
	for _, tx := range t {
		if tx.Holds(pool) {
			return tx
		}
	}
	panic("pg: no transaction in the database of " + pool) // Of gives one of the zone's, and each has one
}

// InTxs runs work in a transaction in every database of a zone. All of it is written before the first commits, so what
// is refused is written nowhere. The commits follow one another and are no single one: when a database fails between
// them, ErrHalfWritten says so, and the work must be such that doing it again completes it.
func InTxs(ctx context.Context, db *DB, work func(ctx context.Context, txs Txs) error) error {
	return retried(ctx, db.All(), func(ctx context.Context, txs []*Tx) error {
		for _, tx := range txs[1:] {
			if _, err := boundLockWaits.With(waits{lockPatience}).Exec(ctx, tx); err != nil {
				return fmt.Errorf("bound the wait for locks: %w", err)
			}
		}
		return work(ctx, txs)
	})
}
