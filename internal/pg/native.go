package pg

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"
)

// Rows runs a query at once with native $1 arguments and calls each for every row.
func Rows(ctx context.Context, handle bun.IDB, query string, args []any, each func(*sql.Rows) error) error {
	rows, err := native(handle).QueryContext(ctx, query, prepared(args)...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Row runs a query at once with native $1 arguments and reads its one row; sql.ErrNoRows when there is none.
func Row(ctx context.Context, handle bun.IDB, query string, args []any, into ...any) error {
	return native(handle).QueryRowContext(ctx, query, prepared(args)...).Scan(into...)
}

// Exec runs a statement at once with native $1 arguments and says how many rows it touched.
func Exec(ctx context.Context, handle bun.IDB, query string, args ...any) (int64, error) {
	result, err := native(handle).ExecContext(ctx, query, prepared(args)...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// prepared has a statement parsed and planned once on each connection; its text is always the same.
func prepared(args []any) []any { return append([]any{pgx.QueryExecModeCacheStatement}, args...) }

type nativeHandle interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// native is the database/sql handle below bun's: bun would look for its own ? marks in the text.
func native(handle bun.IDB) nativeHandle {
	switch h := handle.(type) {
	case *Tx:
		return h.Tx.Tx
	case bun.Conn:
		return h.Conn
	case *bun.DB:
		return h.DB
	case interface{ base() *sql.DB }: // *DB, and whatever embeds it
		return h.base()
	default:
		panic(fmt.Sprintf("pg: no native handle in %T", handle))
	}
}
