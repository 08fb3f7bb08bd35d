package outbox

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

var present = pg.SQL[pg.None](statements, "Generation")

// Generation is the feed's present one, from 1, and the name of its topic, "" for the configured one.
func Generation(ctx context.Context, handle bun.IDB) (generation int64, topic string, err error) {
	err = present.With(pg.None{}).Row(ctx, handle, &generation, &topic)
	if pg.NoRows(err) {
		return 1, "", nil
	}
	return generation, topic, err
}
