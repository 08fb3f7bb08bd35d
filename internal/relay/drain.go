package relay

import (
	"context"
	"database/sql"
	"fmt"

	"gongbao/internal/pg"
)

// Drain waits until every event committed before the call is published, or only stamped when there is no Kafka. The
// relay must be running and get the lease. It gives ErrFeedForked when that will never happen, and the context's
// error when it ends first.
func (r *Relay) Drain(ctx context.Context) error {
	r.Wake()
	for {
		drained, err := r.drained(ctx)
		if err == nil && drained {
			return nil
		}
		status := r.Status()
		if status.State == StateForked {
			return ErrFeedForked.With("%s", status.LastError)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("drain the feed (%s, backlog %d, last error %q): %w",
				status.State, status.Backlog(), status.LastError, ctx.Err())
		}
		if err != nil {
			return err
		}
		rest(ctx, idlePauseMin) // a look at every change would keep the relay from its work
	}
}

// drained says whether nothing waits. The rows are looked at before the status, which may only be ahead of them.
func (r *Relay) drained(ctx context.Context) (bool, error) {
	publishes := len(r.options.Kafka.Brokers) > 0
	if status := r.Status(); publishes && status.Backlog() > 0 {
		return false, nil // as far as the relay knows; the rows are asked only when it knows no more
	}
	var waiting string
	err := waitingPools.With(pg.None{}).Row(ctx, r.options.DB, &waiting)
	if err == nil {
		return false, nil
	}
	if !pg.NoRows(err) {
		return false, fmt.Errorf("look for what waits: %w", err)
	}
	heads := map[string]int64{}
	if err := headsOf.With(pg.None{}).Rows(ctx, r.options.DB, func(rows *sql.Rows) error {
		var pool string
		var position int64
		err := rows.Scan(&pool, &position)
		heads[pool] = position
		return err
	}); err != nil {
		return false, fmt.Errorf("look for what waits: %w", err)
	}
	status := r.Status()
	if !status.Leading {
		return false, nil
	}
	for pool, position := range heads {
		if publishes && status.Published[pool] < position {
			return false, nil
		}
	}
	return true, nil
}
