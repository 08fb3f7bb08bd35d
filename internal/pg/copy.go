package pg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Copy sends rows to a table by COPY. A source that makes each row when its turn comes works while the server writes
// the ones before; it runs in another goroutine, so it must not panic. What it fails with comes back as it is: the
// server would only repeat its text.
func Copy(ctx context.Context, conn *pgx.Conn, table string, columns []string, rows pgx.CopyFromSource) error {
	_, err := conn.CopyFrom(ctx, pgx.Identifier{table}, columns, rows)
	if failure := rows.Err(); failure != nil {
		return failure
	}
	if err != nil {
		return fmt.Errorf("copy into %s: %w", table, err)
	}
	return nil
}
