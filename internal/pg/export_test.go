package pg

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// OpenTraced is Open with a tracer of the test's.
func OpenTraced(ctx context.Context, options Options, tracer pgx.QueryTracer) (*DB, error) {
	return openWith(ctx, options, tracer)
}
