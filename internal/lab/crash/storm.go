package crash

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"gongbao/internal/pg"
)

const (
	stormMax = 8 * time.Second // a storm is over when a command was given up, and after this time
	rivals   = 3
)

// storm lets every transaction of the services be refused that sees a row others have changed, and changes the rows of
// their policies all the while: most transactions fail, some are given up.
func (r *run) storm(ctx context.Context) error {
	return r.under(ctx, "a storm of serialisation failures", func(ctx context.Context) error {
		return r.rage(ctx, "repeatable read", `UPDATE policy SET deductible = deductible
			WHERE pool = $1 AND state <> 'cancelled' AND recorded > now() - interval '10 seconds'`)
	})
}

// entangle locks a policy and then its pool's period, where services lock the period first: circles, which Postgres
// opens by undoing one of those in it.
func (r *run) entangle(ctx context.Context) error {
	return r.under(ctx, "a storm of deadlocks", func(ctx context.Context) error {
		return r.rage(ctx, "read committed", `SELECT FROM policy WHERE pool = $1 AND state <> 'cancelled'
			AND recorded > now() - interval '10 seconds' ORDER BY number FOR UPDATE`,
			`SELECT FROM period_head WHERE pool = $1 FOR UPDATE`)
	})
}

// rage lets rivals run statements, pool by pool, until a command of a service was given up or the time is over.
func (r *run) rage(ctx context.Context, isolation string, statements ...string) error {
	if err := r.isolate(ctx, isolation); err != nil {
		return err
	}
	storm, cancel := context.WithTimeout(ctx, stormMax)
	defer cancel()
	var group sync.WaitGroup
	for i := range rivals {
		group.Go(func() {
			for storm.Err() == nil {
				_ = pgx.BeginFunc(storm, r.held.DB.Pool, func(tx pgx.Tx) error { // a rival may lose, and tries again
					for _, statement := range statements {
						if _, err := tx.Exec(storm, statement, pools[i%len(pools)].code); err != nil {
							return err
						}
					}
					return nil
				})
			}
		})
	}
	before := r.acknowledged.refused(pg.ErrContended.Code)
	for storm.Err() == nil && r.acknowledged.refused(pg.ErrContended.Code) == before {
		_ = rest(storm, 10*time.Millisecond)
	}
	cancel()
	group.Wait()
	return errors.Join(ctx.Err(), r.isolate(ctx, "read committed"))
}

// isolate sets the isolation of the services' transactions, in the way that is left to drills alone; sessions that are
// open keep theirs, so they are ended.
func (r *run) isolate(ctx context.Context, level string) error {
	conn, err := r.administer(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	login := pgx.Identifier{r.held.DB.Pool.Config().ConnConfig.User}.Sanitize()
	_, err = conn.Exec(ctx, "ALTER ROLE "+login+" SET gongbao.drill_isolation = '"+level+"'")
	r.wire.Cut()
	return err
}
