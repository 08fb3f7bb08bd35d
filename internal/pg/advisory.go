package pg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Lock waits for an advisory lock of the schema in use and holds it until it is unlocked, by a connection of its own.
func Lock(ctx context.Context, db *DB, key int32) (unlock func(), err error) {
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("take a connection: %w", err)
	}
	wait := lockForOne.With(advisory{key})
	if _, err := conn.Exec(ctx, wait.text, wait.args...); err != nil {
		conn.Release()
		return nil, wait.failed(err)
	}
	return unlocking(ctx, conn, key), nil
}

// TryLock is Lock for who does not wait; free says that nobody had it.
func TryLock(ctx context.Context, db *DB, key int32) (unlock func(), free bool, err error) {
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("take a connection: %w", err)
	}
	err = tryLockForOne.With(advisory{key}).RowOn(ctx, conn.Conn(), &free)
	if err != nil || !free {
		conn.Release()
		return nil, false, err
	}
	return unlocking(ctx, conn, key), true, nil
}

func unlocking(ctx context.Context, conn *pgxpool.Conn, key int32) func() {
	return func() {
		done := unlock.With(advisory{key})
		_, _ = conn.Exec(context.WithoutCancel(ctx), done.text, done.args...) // the end of the connection unlocks as well
		conn.Release()
	}
}

// migrationLock is the advisory lock held while migrating.
const migrationLock int32 = 0x676f6e67 // "gong"
