package pg

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"
)

// Tx is an open transaction with the writes that are queued in it. Only InTx, InTxs and InSnapshot make one, so a
// function that takes a *Tx cannot be called outside a transaction. It is used by one goroutine at a time.
type Tx struct {
	bun.Tx
	db    *DB
	conn  bun.Conn
	batch pgx.Batch
	wrote bool // a queued write has touched a row

	written []Written // row by row, by Insert and its like
	listens bool      // the transaction is a rehearsal, so Tell is heard
	told    []any     // by Tell
}

// Queue adds a write with native $1 arguments to the transaction's batch. It is sent with all others in one round trip,
// by Flush or before the commit; reads in between do not see it.
func (tx *Tx) Queue(query string, args ...any) {
	tx.batch.Queue(query, args...).Exec(tx.note)
}

// note hears what a queued write came to.
func (tx *Tx) note(came pgconn.CommandTag) error {
	tx.wrote = tx.wrote || came.RowsAffected() > 0 && !came.Select()
	return nil
}

// Flush sends what was queued and gives the first error.
func (tx *Tx) Flush(ctx context.Context) error {
	if tx.batch.Len() == 0 {
		return nil
	}
	batch := tx.batch
	tx.batch = pgx.Batch{}
	return tx.Native(func(conn *pgx.Conn) error { return send(ctx, conn, &batch) })
}

// Native lends the transaction's own pgx connection, for COPY and batches of reads inside the transaction.
func (tx *Tx) Native(use func(*pgx.Conn) error) error {
	return tx.conn.Raw(func(driver any) error {
		return use(driver.(*session).Conn.Conn()) //nolint:forcetypeassert // our connector gives no other
	})
}

// send runs a batch; the server is asked to prepare a text only once on each connection.
func send(ctx context.Context, conn *pgx.Conn, batch *pgx.Batch) error {
	for _, queued := range batch.QueuedQueries {
		if _, err := conn.Prepare(ctx, queued.SQL, queued.SQL); err != nil {
			return failed(queued.SQL, err)
		}
	}
	return conn.SendBatch(ctx, batch).Close()
}

// Written is what the transaction wrote row by row, in the order of writing: by Insert, Put, Update and CopyRows. What
// a statement of its own wrote is not among it, and it is kept only where somebody listens, which Rehearse does: a
// large import would hold every row to its end.
func (tx *Tx) Written() []Written { return tx.written }

func (tx *Tx) wroteRow(model *columns, values []any) {
	if tx.listens {
		tx.written = append(tx.written, Written{model: model, values: values})
	}
}

func (tx *Tx) wroteRows(model *columns, rows reflect.Value) {
	if tx.listens {
		tx.written = append(tx.written, Written{model: model, rows: rows})
	}
}
