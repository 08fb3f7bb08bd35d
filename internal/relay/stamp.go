package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gongbao/internal/clock"
)

const (
	stampBatchMax = 2_000                // per pass
	gatherPause   = 5 * time.Millisecond // after a pass that found something: let a few more come together
	idlePauseMin  = 20 * time.Millisecond
	idlePauseMax  = 200 * time.Millisecond
)

// stampAll makes passes until the lease is lost. A database that fails is tried again: it does no harm, because the
// fence is in every statement.
func (w *worker) stampAll(ctx context.Context) error {
	idle, retry := idlePauseMin, retryPauseMin
	for taken, first := false, true; ; {
		var count int64
		err := w.taking(ctx, &taken)
		if err == nil {
			count, err = w.stamp(ctx, &first)
		}
		pause := gatherPause
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errLeaseLost):
			return err
		case err != nil:
			w.options.Log.Error().Err(err).Str("pool", w.pool).Msg("stamping failed and is tried again")
			w.note(func(s *PoolStatus) { s.LastError, s.away = err.Error(), true })
			pause, retry = retry, min(2*retry, retryPauseMax)
		case count == stampBatchMax:
			continue
		case count > 0:
			idle, retry = idlePauseMin, retryPauseMin
		default:
			if !restOr(ctx, idle, w.wake) {
				return ctx.Err()
			}
			idle, retry = min(2*idle, idlePauseMax), retryPauseMin
			continue
		}
		if !rest(ctx, pause) {
			return ctx.Err()
		}
	}
}

// taking takes the pool before the first pass over it.
func (w *worker) taking(ctx context.Context, taken *bool) error {
	if *taken {
		return nil
	}
	if err := w.take(ctx, w.pool, w.fence); err != nil {
		return err
	}
	*taken = true
	close(w.taken)
	return nil
}

// stamp makes one pass and gives the number of events that got a position.
//
// What may be published is what a pass of this very leadership has seen committed, standby included: every pass writes
// the pool's row of the lease, so its commit waits for the standby, and behind it lie all positions given before. What
// is merely there to be read may come of a commit whose wait was called off; a change of servers would take it back,
// and fork the feed.
func (w *worker) stamp(ctx context.Context, first *bool) (count int64, err error) {
	w.options.Fault(StepStampBegin)
	var position int64
	var watermark *time.Time
	err = w.write(ctx, stampPool.With(stampArgs{
		Pool: w.pool, Holder: w.options.Holder, Fence: w.fence, Lease: w.options.Lease.Microseconds(), Most: stampBatchMax,
		Reading: w.options.Clock.Now().Add(-clock.Precision),
	}), &position, &watermark, &count)
	if err != nil {
		return 0, fmt.Errorf("stamp positions of %s: %w", w.pool, err)
	}
	if watermark == nil {
		return 0, errLeaseLost
	}
	w.options.Fault(StepStampDone)
	w.settled.Store(position)
	w.Relay.note(func(s *Status) {
		s.Positions[w.pool], s.Watermarks[w.pool] = position, *watermark
		if its := s.Pools[w.pool]; its.away {
			its.away = false
			s.Pools[w.pool] = its
		}
	})
	if count > 0 || *first { // what an earlier leader left may be published now
		signal(w.stamped)
	}
	*first = false
	return count, nil
}
