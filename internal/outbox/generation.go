package outbox

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

// Generation is the feed's present one, from 1, and the name of its topic, "" for the configured one.
func Generation(ctx context.Context, handle bun.IDB) (generation int64, topic string, err error) {
	err = pg.Row(ctx, handle, `SELECT generation, topic FROM feed_recovery
		WHERE pool = 'ZONE' ORDER BY number DESC LIMIT 1`, nil, &generation, &topic)
	if pg.NoRows(err) {
		return 1, "", nil
	}
	return generation, topic, err
}
