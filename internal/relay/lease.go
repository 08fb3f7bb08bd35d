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
		err := r.write(ctx, `INSERT INTO relay_lease AS l (pool, holder, fence, expires, contract)
			VALUES ($3, $1, 1, clock_timestamp() + $2::bigint * interval '1 microsecond', $4)
			ON CONFLICT (pool) DO UPDATE SET holder = excluded.holder, fence = l.fence + 1, expires = excluded.expires,
				contract = excluded.contract
			WHERE l.expires < clock_timestamp() OR l.holder = excluded.holder
			RETURNING fence`, func(rows pgx.Rows) error { return rows.Scan(&fence) },
			r.options.Holder, r.options.Lease.Microseconds(), r.options.DB.Name, pg.Contract)
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

// holds says whether the lease is still this relay's; errLeaseLost when not.
func (r *Relay) holds(ctx context.Context, fence int64) error {
	var held bool
	err := r.ask(ctx, `SELECT EXISTS (SELECT FROM relay_lease
		WHERE pool = $3 AND holder = $1 AND fence = $2)`, &held, r.options.Holder, fence, r.options.DB.Name)
	if err != nil {
		return fmt.Errorf("look at the relay's lease: %w", err)
	}
	if !held {
		return errLeaseLost
	}
	return nil
}

// ask reads one value.
func (r *Relay) ask(ctx context.Context, query string, into any, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, askMax)
	defer cancel()
	return r.options.DB.Pool.QueryRow(ctx, query, args...).Scan(into)
}

// write runs a statement as a transaction of its own, under the database's contract.
func (r *Relay) write(ctx context.Context, statement string, each func(pgx.Rows) error, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, askMax)
	defer cancel()
	return pg.Write(ctx, r.options.DB, statement, args, each)
}

// release lets the next relay begin at once. When it fails the lease runs out by itself.
func (r *Relay) release(ctx context.Context, fence int64) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseMax)
	defer cancel()
	err := r.write(ctx, `UPDATE relay_lease SET expires = 'epoch'
		WHERE pool = $3 AND holder = $1 AND fence = $2`, nil, r.options.Holder, fence, r.options.DB.Name)
	if err != nil {
		r.options.Log.Warn().Err(err).Msg("the relay's lease was not given back; it runs out by itself")
	}
}
