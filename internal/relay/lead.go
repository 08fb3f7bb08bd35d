package relay

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"golang.org/x/sync/errgroup"

	"gongbao/internal/fact"
)

const (
	poolsPause      = 200 * time.Millisecond // between looks for new pools, when nothing is committed
	generationPause = time.Second            // between looks for another generation, while a pool's feed has forked
)

// Run works until the context ends and then gives nil. Everything that fails is tried again; a pool whose feed has
// forked stands still until a person has begun another generation of the feed.
func (r *Relay) Run(ctx context.Context) error {
	defer r.note(func(s *Status) { s.State, s.Leading = StateStopped, false })
	pause := retryPauseMin
	for {
		err := r.lead(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errLeaseLost):
			r.options.Log.Warn().Msg("another relay has taken over")
			pause = retryPauseMin
		case errors.Is(err, errPoolsMoved), errors.Is(err, errAnotherBegins):
			r.options.Log.Info().Msg(err.Error())
			pause = retryPauseMin
		default:
			r.note(func(s *Status) { s.State, s.LastError = StateDatabaseDown, err.Error() })
			r.options.Log.Error().Err(err).Msg("the relay starts again")
			if !rest(ctx, pause) {
				return nil
			}
			pause = min(2*pause, retryPauseMax)
		}
	}
}

// lead waits for the lease and then works until it is lost.
func (r *Relay) lead(ctx context.Context) error {
	fence, err := r.acquire(ctx)
	if err != nil {
		return err
	}
	defer r.release(ctx, fence)
	defer r.note(func(s *Status) { s.Leading, s.Pools = false, map[string]PoolStatus{} })
	r.options.Fault(StepLeaseTaken)
	if err := r.loadPartitions(ctx); err != nil {
		return err
	}
	begun, err := r.present(ctx)
	if err != nil {
		return err
	}
	r.note(func(s *Status) {
		s.State, s.Leading, s.Fence, s.Generation, s.Topic = StateStarting, true, fence, begun.number, begun.topic
	})
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return r.guide(ctx, work, fence, begun) })
	work.Go(func() error { return r.awaitGeneration(ctx, begun) })
	return work.Wait()
}

// guide gives every pool a worker, and wakes the workers when something was committed. Pools are asked for again and
// again, so that a new one is noticed; when they cannot be asked for, those that are known go on.
func (r *Relay) guide(ctx context.Context, work *errgroup.Group, fence int64, begun generation) error {
	workers := map[string]*worker{}
	for {
		for pool, partition := range r.held() {
			its := workers[pool]
			switch {
			case its == nil:
				its = r.newWorker(pool, partition, fence, begun)
				workers[pool] = its
				r.start(ctx, work, its)
			case its.partition != partition:
				return errPoolsMoved
			}
			signal(its.wake)
		}
		if len(workers) > len(r.held()) {
			return errPoolsMoved
		}
		if !restOr(ctx, poolsPause, r.wake) {
			return ctx.Err()
		}
		if err := r.loadPartitions(ctx); err != nil && ctx.Err() == nil {
			r.options.Log.Warn().Err(err).Msg("the pools are asked for later")
		}
	}
}

// start lets a worker stamp and publish.
func (r *Relay) start(ctx context.Context, work *errgroup.Group, its *worker) {
	state := StateStarting
	if !its.publishes() {
		state = StateStamping
	}
	its.note(func(s *PoolStatus) { s.State = state })
	work.Go(func() error { return its.stampAll(ctx) })
	if its.publishes() {
		work.Go(func() error { return its.publishAll(ctx) })
	}
}

// awaitGeneration looks for another generation while a pool's feed has forked, and ends the leadership when there is
// one: all pools go on in its topic.
func (r *Relay) awaitGeneration(ctx context.Context, begun generation) error {
	for {
		if !rest(ctx, generationPause) {
			return ctx.Err()
		}
		if err := r.goesOn(ctx, begun); errors.Is(err, errAnotherBegins) {
			return err
		}
	}
}

// held are the pools that live in this database.
func (r *Relay) held() map[string]int32 {
	held := map[string]int32{}
	for pool, ordinal := range *r.partitions.Load() {
		if r.options.DB.Holds(pool) {
			held[pool] = ordinal
		}
	}
	return held
}

// loadPartitions asks for the pools of the zone.
func (r *Relay) loadPartitions(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askMax)
	defer cancel()
	loaded, err := r.options.Partitions(ctx)
	if err != nil {
		return fmt.Errorf("ask for the pools: %w", err)
	}
	asked := map[string]int32{fact.Zone: 0}
	maps.Copy(asked, loaded)
	taken := map[int32]string{}
	for pool, ordinal := range asked {
		if other, twice := taken[ordinal]; twice || ordinal < 0 {
			return fmt.Errorf("the pools %s and %s have the same ordinal %d, or one below zero", pool, other, ordinal)
		}
		taken[ordinal] = pool
	}
	r.partitions.Store(&asked)
	return nil
}
