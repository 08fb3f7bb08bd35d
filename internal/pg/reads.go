package pg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"
)

// Reads are statements that go to the server together, in one round trip, and are run there one after the other: locks
// are taken in the order in which they were asked for. Each text is always the same and prepared once per connection.
type Reads struct{ batch pgx.Batch }

// Row asks for one row of values; all stay as they are when there is none.
func (r *Reads) Row(query string, args []any, into ...any) {
	r.batch.Queue(query, args...).Query(func(rows pgx.Rows) error {
		if !rows.Next() {
			return rows.Err()
		}
		return rows.Scan(into...)
	})
}

// Run sends them and gives the first error. In a transaction they see what it has flushed, not what is only queued; on
// a database they are a transaction of their own.
func (r *Reads) Run(ctx context.Context, handle bun.IDB) error {
	if r.batch.Len() == 0 {
		return nil
	}
	switch h := handle.(type) {
	case *Tx:
		return h.Native(func(conn *pgx.Conn) error { return send(ctx, conn, &r.batch) })
	case interface{ connections() *pgxpool.Pool }: // *DB, and whatever embeds it
		conn, err := h.connections().Acquire(ctx)
		if err != nil {
			return fmt.Errorf("take a connection: %w", err)
		}
		defer conn.Release()
		return send(ctx, conn.Conn(), &r.batch)
	default:
		panic(fmt.Sprintf("pg: no connections in %T", handle))
	}
}
