package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// attemptsMax bounds how often a transaction is run again after a serialisation failure or a deadlock.
const attemptsMax = 8

// InTx runs work in one transaction and commits what it wrote, or nothing. The closure may run again after a
// serialisation failure, a deadlock or the loss of a connection before the commit, so it must not touch the outside
// world. When that goes on, or the database is not to be had, it refuses: ErrContended, ErrUnavailable, ErrFull, and
// ErrInDoubt for a commit that was not answered, by the server or by the standby it waits for. Nil says as well that
// what work found will last: a transaction that wrote nothing waits for the standby too.
func InTx(ctx context.Context, db *DB, work func(ctx context.Context, tx *Tx) error) error {
	return retried(ctx, []*DB{db}, func(ctx context.Context, txs []*Tx) error { return work(ctx, txs[0]) })
}

// retried runs work in a transaction per database, and again while another one is in the way.
func retried(ctx context.Context, dbs []*DB, work func(ctx context.Context, txs []*Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := once(ctx, dbs, nil, work)
		if err == nil || attempt == attemptsMax || !again(err) {
			err = Refusal(err)
			for _, db := range dbs {
				db.hear(err)
			}
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(attempt) * time.Millisecond * time.Duration(1+rand.IntN(4))): //nolint:gosec // jitter
		}
	}
}

// once begins a transaction in each database, runs work, and commits one after the other, last begun first.
func once(
	ctx context.Context, dbs []*DB, begun []*Tx, work func(ctx context.Context, txs []*Tx) error,
) (err error) {
	if len(begun) == len(dbs) {
		if err := work(ctx, begun); err != nil {
			return err
		}
		return flushAll(ctx, begun)
	}
	db := dbs[len(begun)]
	tx, end, err := begin(ctx, db, nil)
	if err != nil {
		return err
	}
	defer end()
	defer func() {
		if reason := recover(); reason != nil {
			if err = money.Recovered(reason); err == nil {
				panic(reason)
			}
		}
	}()
	if err = once(ctx, dbs, append(begun, tx), work); err != nil {
		return err
	}
	if err = ctx.Err(); err != nil {
		return err
	}
	err = commit(tx)
	if err != nil && len(dbs) > 1 {
		return ErrHalfWritten.Case(fault.Args{"database": db.Name}).From(err)
	}
	if err != nil && uncertain(err) {
		return ErrInDoubt.From(err)
	}
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// begin opens a transaction on a connection of its own. Whoever is done with it calls end, which undoes what was not
// committed.
func begin(ctx context.Context, db *DB, options *sql.TxOptions) (_ *Tx, end func(), _ error) {
	leave := func() {}
	if options == nil || !options.ReadOnly {
		var err error
		if leave, err = db.writing.take(ctx); err != nil {
			return nil, nil, err
		}
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		leave()
		return nil, nil, fmt.Errorf("take a connection: %w", err)
	}
	if options == nil {
		err = bind(conn)
	}
	var tx bun.Tx
	if err == nil {
		tx, err = conn.BeginTx(ctx, options)
	}
	if err != nil {
		_ = conn.Close()
		leave()
		return nil, nil, fmt.Errorf("begin a transaction: %w", err)
	}
	return &Tx{Tx: tx, db: db, conn: conn}, func() {
		_ = tx.Rollback()
		_ = conn.Close()
		leave()
	}, nil
}

// flushAll sends all that is queued before anything is committed, and sees to it that each has something to commit.
func flushAll(ctx context.Context, txs []*Tx) error {
	for _, tx := range txs {
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if err := witness(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// again says that a transaction is undone for a reason that may be over by now. A full disk is not, nor the will of an
// administrator.
func again(err error) bool {
	if errors.Is(err, ErrHalfWritten) {
		return false
	}
	rule := outage(err)
	return rule == ErrContended || rule == ErrUnavailable && CodeOf(err) != "57014"
}

// With a synchronous standby a commit is answered when the standby has it. While it waits nobody sees what it wrote;
// when the wait is called off (by our deadline, by an administrator, by a time limit of the server) the transaction
// stays committed and is seen by all, although no standby has it: if the server is lost now, it never was. So nothing
// may be promised because rows are there: who promises commits behind them, and waits in turn.

// witness gives a transaction that queued no row something to commit: what it answers rests on rows that it found.
func witness(ctx context.Context, tx *Tx) error {
	if tx.wrote {
		return nil
	}
	if _, err := witnessed.Exec(ctx, tx); err != nil {
		return fmt.Errorf("commit behind what was read: %w", err)
	}
	return nil
}
