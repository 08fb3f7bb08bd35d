package pg

import (
	"context"
)

// Durable says that everything that could be seen when it was called will survive the loss of the server as surely as
// what a command writes. It refuses as InTx does, with ErrInDoubt when the standby did not answer in time.
func Durable(ctx context.Context, db *DB) error {
	return InTx(ctx, db, func(context.Context, *Tx) error { return nil })
}
