package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"gongbao/internal/pg"
)

// errLeaseLost says that another relay has the lease now; whatever this one still tries to write is not written.
var errLeaseLost = errors.New("the relay's lease is lost")

const (
	leaseAsks   = 4 // a waiting relay looks so often in the time of a lease
	leaseAskMax = 500 * time.Millisecond
	releaseMax  = 2 * time.Second
)

// acquire waits for the lease and gives its fence: a number that rises with every new holder. Time is the database's
// own, so that holders on machines with different clocks agree.
func (r *Relay) acquire(ctx context.Context) (fence int64, err error) {
	for {
		err := r.write(ctx, acquireLease.With(leaseArgs{
			Pool: r.options.DB.Name, Holder: r.options.Holder, Lease: r.options.Lease.Microseconds(), Contract: pg.Contract,
		}), &fence)
		// A lease that the standby lacks promises nothing: what is published waits for the passes that stamp.
		if err != nil && !errors.Is(err, pg.ErrInDoubt) {
			return 0, fmt.Errorf("ask for the relay's lease: %w", err)
		}
		if fence > 0 {
			return fence, nil
		}
		r.note(func(s *Status) { s.State = StateStandby })
		if !rest(ctx, min(r.options.Lease/leaseAsks, leaseAskMax)) {
			return 0, ctx.Err()
		}
	}
}

// take writes the lease's fence into a pool's row and gives the pool its head; errLeaseLost when a later holder was
// there first.
func (r *Relay) take(ctx context.Context, pool string, fence int64) error {
	var taken int64
	err := r.write(ctx, takePool.With(takeArgs{
		Pool: pool, Holder: r.options.Holder, Fence: fence, Contract: pg.Contract,
	}), &taken)
	if err != nil && !errors.Is(err, pg.ErrInDoubt) {
		return fmt.Errorf("take the pool %s: %w", pool, err)
	}
	if taken == 0 {
		return errLeaseLost
	}
	err = r.write(ctx, giveHead.With(heldArgs{pool, r.options.Holder, fence}))
	if err != nil && !errors.Is(err, pg.ErrInDoubt) {
		return fmt.Errorf("give the pool %s its head: %w", pool, err)
	}
	return nil
}

// holds says whether the pool is still this relay's; errLeaseLost when not.
func (r *Relay) holds(ctx context.Context, pool string, fence int64) error {
	ctx, cancel := context.WithTimeout(ctx, askMax)
	defer cancel()
	var held bool
	if err := holdsPool.With(heldArgs{pool, r.options.Holder, fence}).Row(ctx, r.options.DB, &held); err != nil {
		return fmt.Errorf("look at the relay's lease: %w", err)
	}
	if !held {
		return errLeaseLost
	}
	return nil
}

// write runs a statement as a transaction of its own, under the database's contract, and reads the row that it gives,
// if any.
func (r *Relay) write(ctx context.Context, statement pg.Bound, into ...any) error {
	ctx, cancel := context.WithTimeout(ctx, askMax)
	defer cancel()
	return statement.Write(ctx, r.options.DB, func(rows pgx.Rows) error { return rows.Scan(into...) })
}

// release lets the next relay begin at once. When it fails the lease runs out by itself.
func (r *Relay) release(ctx context.Context, fence int64) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseMax)
	defer cancel()
	err := r.write(ctx, releaseLease.With(heldArgs{r.options.DB.Name, r.options.Holder, fence}))
	if err != nil {
		r.options.Log.Warn().Err(err).Msg("the relay's lease was not given back; it runs out by itself")
	}
}
