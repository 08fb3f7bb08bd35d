package pg

import (
	"context"
	"database/sql"
	"reflect"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"
)

// Row runs it at once and reads its one row; sql.ErrNoRows when there is none.
func (b Bound) Row(ctx context.Context, handle bun.IDB, into ...any) error {
	return b.failed(Row(ctx, handle, b.text, b.args, into...))
}

// RowOn is Row on a connection that is nobody's handle.
func (b Bound) RowOn(ctx context.Context, conn *pgx.Conn, into ...any) error {
	return b.failed(conn.QueryRow(ctx, b.text, b.args...).Scan(into...))
}

// Rows runs it at once and calls each for every row.
func (b Bound) Rows(ctx context.Context, handle bun.IDB, each func(*sql.Rows) error) error {
	return b.failed(Rows(ctx, handle, b.text, b.args, each))
}

// Each runs a Select at once and calls do for every row; it holds one row at a time, which do may not keep.
func Each[M any](ctx context.Context, handle bun.IDB, b Bound, do func(row *M) error) error {
	row := new(M)
	into := columnsOf(reflect.TypeFor[M]()).of(reflect.ValueOf(row).Elem())
	return b.Rows(ctx, handle, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		return do(row)
	})
}

// Values runs it at once and gives the one column of its rows.
func Values[V any](ctx context.Context, handle bun.IDB, b Bound) ([]V, error) {
	var values []V
	err := b.Rows(ctx, handle, func(rows *sql.Rows) error {
		var value V
		err := rows.Scan(&value)
		values = append(values, value)
		return err
	})
	return values, err
}

// Exec runs it at once and says how many rows it touched.
func (b Bound) Exec(ctx context.Context, handle bun.IDB) (int64, error) {
	count, err := Exec(ctx, handle, b.text, b.args...)
	return count, b.failed(err)
}

// Write runs it as a transaction of its own, under the database's contract; see Write.
func (b Bound) Write(ctx context.Context, db *DB, each func(pgx.Rows) error) error {
	return b.failed(Write(ctx, db, b.text, b.args, each))
}

// Described runs it at once and calls each for every row, whose bytes are the driver's. The statement is described once
// and planned each time: a plan made for a small table would be a bad one for a large table.
func (b Bound) Described(ctx context.Context, db *DB, each func(pgx.Rows) error) error {
	rows, err := db.Pool.Query(ctx, b.text, append([]any{pgx.QueryExecModeCacheDescribe}, b.args...)...)
	if err != nil {
		return b.failed(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return b.failed(err)
		}
	}
	return b.failed(rows.Err())
}

// Queue adds it to the transaction's batch.
func (b Bound) Queue(tx *Tx) {
	queued := tx.batch.Queue(b.text, b.args...)
	queued.Exec(tx.note)
	b.named(queued)
}

// In asks for one row of values among other reads; all stay as they are when there is none.
func (b Bound) In(reads *Reads, into ...any) {
	reads.Row(b.text, b.args, into...)
	b.last(reads)
}

// FindIn asks for one row of a Select among other reads, and lets into be nil when there is none.
func FindIn[M any](reads *Reads, b Bound, into **M) {
	*into = nil
	model := columnsOf(reflect.TypeFor[M]())
	reads.batch.Queue(b.text, b.args...).Query(func(rows pgx.Rows) error {
		if !rows.Next() {
			return rows.Err()
		}
		*into = new(M)
		return rows.Scan(model.of(reflect.ValueOf(*into).Elem())...)
	})
	b.last(reads)
}

// ListIn asks for all rows of a Select among other reads.
func ListIn[M any](reads *Reads, b Bound, into *[]M) {
	*into = []M{}
	model := columnsOf(reflect.TypeFor[M]())
	reads.batch.Queue(b.text, b.args...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var row M
			if err := rows.Scan(model.of(reflect.ValueOf(&row).Elem())...); err != nil {
				return err
			}
			*into = append(*into, row)
		}
		return rows.Err()
	})
	b.last(reads)
}

// Found runs a Select at once and gives its one row, or nil.
func Found[M any](ctx context.Context, handle bun.IDB, b Bound) (*M, error) {
	var reads Reads
	var row *M
	FindIn(&reads, b, &row)
	return row, reads.Run(ctx, handle)
}

// Listed runs a Select at once and gives its rows.
func Listed[M any](ctx context.Context, handle bun.IDB, b Bound) ([]M, error) {
	var reads Reads
	var rows []M
	ListIn(&reads, b, &rows)
	return rows, reads.Run(ctx, handle)
}

func (b Bound) last(reads *Reads) {
	b.named(reads.batch.QueuedQueries[len(reads.batch.QueuedQueries)-1])
}

// named lets a failure say which of the statements that travelled together it was.
func (b Bound) named(queued *pgx.QueuedQuery) {
	hear := queued.Fn
	queued.Fn = func(results pgx.BatchResults) error { return b.failed(hear(results)) }
}
