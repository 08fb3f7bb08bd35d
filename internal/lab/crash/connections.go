package crash

import (
	"context"
	"time"

	"gongbao/internal/lab/tools/wire"
)

const (
	cutsMax     = 10
	commitTries = 3 // commits that are cut in one round
	refuseMax   = 500 * time.Millisecond
)

// moments are those around a commit, with their names in the report.
var moments = []struct {
	at   wire.Moment
	name string
}{
	{wire.BeforeCommit, "a connection, cut before the commit arrived"},
	{wire.DuringCommit, "a connection, cut with the commit under way"},
	{wire.AfterCommit, "a connection, cut before the commit's answer"},
}

// cutCommit cuts connections around commits, and may let nobody in for a while afterwards: then no service can look
// what came of it.
func (r *run) cutCommit(ctx context.Context) error {
	moment := moments[r.dice.IntN(len(moments))]
	return r.under(ctx, moment.name, func(ctx context.Context) error {
		for range commitTries {
			_, struck := r.wire.Struck()
			alone := r.dice.IntN(2) == 0
			if alone {
				r.wire.RefuseAfter(moment.at)
			} else {
				r.wire.CutAt(moment.at)
			}
			select {
			case <-struck:
			case <-ctx.Done():
				return ctx.Err()
			}
			if alone {
				err := rest(ctx, r.moment(refuseMax))
				r.wire.Refuse(false)
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// cutConnections cuts all connections, several times.
func (r *run) cutConnections(ctx context.Context) error {
	return r.under(ctx, "all connections, cut", func(ctx context.Context) error {
		for range 1 + r.dice.IntN(cutsMax) {
			r.wire.Cut()
			if err := rest(ctx, r.moment(50*time.Millisecond)); err != nil {
				return err
			}
		}
		return nil
	})
}

// silence lets nothing pass for a while, from any moment on or from the answer of a commit on; then it goes on, or all
// connections are cut.
func (r *run) silence(ctx context.Context) error {
	return r.under(ctx, "connections, silent for a while", func(ctx context.Context) error {
		if r.dice.IntN(2) == 0 {
			_, struck := r.wire.Struck()
			r.wire.HoldAt(wire.AfterCommit)
			select {
			case <-struck:
			case <-ctx.Done():
				return ctx.Err()
			}
		} else {
			r.wire.Hold()
		}
		err := rest(ctx, r.moment(2*answerTime))
		if r.dice.IntN(2) == 0 {
			r.wire.Cut()
		}
		r.wire.Release()
		return err
	})
}

// terminate lets the server end the services' sessions, again and again.
func (r *run) terminate(ctx context.Context) error {
	return r.under(ctx, "sessions, ended by the server", func(ctx context.Context) error {
		for range 1 + r.dice.IntN(cutsMax) {
			if err := r.endSessions(ctx); err != nil {
				return err
			}
			if err := rest(ctx, r.moment(50*time.Millisecond)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *run) endSessions(ctx context.Context) error {
	_, err := r.held.DB.Pool.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = $1`, applicationName)
	return err
}
