package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
)

// attemptsMax bounds how often a transaction is run again after a serialisation failure or a deadlock.
const attemptsMax = 8

// overflow is what arithmetic on amounts panics with; inside a transaction it becomes an error and a rollback.
type overflow interface {
	error
	Overflow() bool
}

// transaction is what InTx knows of an open transaction besides the bun.Tx itself.
type transaction struct {
	db    *DB
	conn  bun.Conn
	batch pgx.Batch
}

// open maps *sql.Tx to *transaction while the transaction lives. It spares every function between InTx and a write a
// second handle; nothing outside this package can see it.
var open sync.Map

// InTx runs work in one transaction and commits what it wrote, or nothing. The closure may run again after a
// serialisation failure, a deadlock or the loss of a connection before the commit, so it must not touch the outside
// world. When that goes on, or the database is not to be had, it refuses: ErrContended, ErrUnavailable, ErrFull, and
// ErrInDoubt for a commit that was not answered.
func InTx(ctx context.Context, db *DB, work func(ctx context.Context, tx bun.Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := once(ctx, db, work)
		if err == nil || attempt == attemptsMax || !again(err) {
			err = Refusal(err)
			db.hear(err)
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(attempt) * time.Millisecond * time.Duration(1+rand.IntN(4))): //nolint:gosec // jitter
		}
	}
}

func once(ctx context.Context, db *DB, work func(ctx context.Context, tx bun.Tx) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("take a connection: %w", err)
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	open.Store(tx.Tx, &transaction{db: db, conn: conn})
	defer open.Delete(tx.Tx)
	defer func() {
		if reason := recover(); reason != nil {
			_ = tx.Rollback()
			tooLarge, ok := reason.(overflow)
			if !ok {
				panic(reason)
			}
			err = tooLarge
		}
	}()
	if err = work(ctx, tx); err == nil {
		err = Flush(ctx, tx)
	}
	if err != nil {
		_ = tx.Rollback()
		return err
	}
	if err = ctx.Err(); err != nil {
		_ = tx.Rollback()
		return err
	}
	if err = tx.Commit(); err != nil && uncertain(err) {
		return ErrInDoubt.From(err)
	}
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Queue adds a write with native $1 arguments to the transaction's batch. It is sent with all others in one round trip,
// by Flush or before the commit; reads in between do not see it.
func Queue(tx bun.Tx, query string, args ...any) {
	state(tx).batch.Queue(query, args...)
}

// Flush sends what was queued and gives the first error.
func Flush(ctx context.Context, tx bun.Tx) error {
	current := state(tx)
	if current.batch.Len() == 0 {
		return nil
	}
	batch := current.batch
	current.batch = pgx.Batch{}
	return send(ctx, tx, &batch)
}

// Native lends the transaction's own pgx connection, for COPY and batches of reads inside the transaction.
func Native(_ context.Context, tx bun.Tx, use func(*pgx.Conn) error) error {
	return state(tx).conn.Raw(func(driver any) error {
		return use(driver.(*stdlib.Conn).Conn()) //nolint:forcetypeassert // OpenDBFromPool gives no other driver
	})
}

func state(tx bun.Tx) *transaction {
	current, ok := open.Load(tx.Tx)
	if !ok {
		panic("pg: a transaction that was not opened by InTx")
	}
	return current.(*transaction) //nolint:forcetypeassert // the map holds nothing else
}

// again says that a transaction is undone for a reason that may be over by now. A full disk is not, nor the will of an
// administrator.
func again(err error) bool {
	rule := outage(err)
	return rule == ErrContended || rule == ErrUnavailable && CodeOf(err) != "57014"
}

// ErrAgain asks InTx to run the transaction again, when another one has just done the same work.
var ErrAgain = errors.New("run the transaction again")

// CodeOf is the SQLSTATE in err's chain, or "".
func CodeOf(err error) string {
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok {
		return failure.Code
	}
	return ""
}

// ConstraintOf is the name of the constraint that err says was broken, or "".
func ConstraintOf(err error) string {
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok {
		return failure.ConstraintName
	}
	return ""
}

// NoRows says that a query for one row found none.
func NoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) || errors.Is(err, pgx.ErrNoRows) }
