package crash

import (
	"context"
	"fmt"
	"syscall"

	"gongbao/internal/clock"
	"gongbao/internal/pg"
)

// strikesMax bounds how many strikes of a round may miss: what was in flight may be answered just before.
const strikesMax = 20

// strike is something that happens while a command is in flight.
type strike struct {
	name string
	deed func(ctx context.Context, s *service) error
}

// strikes are what may happen to a step of settlement; the service is killed most often.
func (r *run) strikes() []strike {
	kill := strike{"a service", func(_ context.Context, s *service) error {
		s.kill()
		return nil
	}}
	return []strike{
		kill, kill, kill, kill,
		{"Postgres, killed", func(context.Context, *service) error { return r.signalPostgres(syscall.SIGKILL) }},
		{"Postgres, killed, and a service", func(ctx context.Context, s *service) error {
			if err := r.signalPostgres(syscall.SIGKILL); err != nil {
				return err
			}
			s.kill()
			return r.awaitPostgres(ctx) // a service does not start without it
		}},
		{"Postgres, frozen", func(ctx context.Context, _ *service) error { return r.stopPostgres(ctx) }},
		{"all connections, cut", func(context.Context, *service) error {
			r.wire.Cut()
			return nil
		}},
		{"sessions, ended by the server", func(ctx context.Context, _ *service) error { return r.endSessions(ctx) }},
	}
}

// strikeSettlement strikes the step that was struck least often, while a command of it is in flight, and goes on until
// it has.
func (r *run) strikeSettlement(ctx context.Context) error {
	done := r.report.Settlement
	step := aims[0]
	for _, other := range aims {
		if done.Struck[other] < done.Struck[step] {
			step = other
		}
	}
	for range strikesMax {
		hit, err := r.strikeStep(ctx, step)
		if err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
		if hit {
			done.Rounds++
			done.Struck[step]++
			return nil
		}
		done.Missed++
	}
	return fmt.Errorf("%s was struck %d times, and never while it was in flight", step, strikesMax)
}

func (r *run) strikeStep(ctx context.Context, step string) (hit bool, err error) {
	if err := r.hire(ctx); err != nil {
		return false, err
	}
	s := r.someService()
	sent, err := s.catch(ctx, step, &r.acknowledged.answers, r.moment)
	if err != nil {
		return false, err
	}
	all := r.strikes()
	chosen := all[r.dice.IntN(len(all))]
	r.report.Kills[chosen.name+", in the midst of settling"]++
	at := clock.Stopwatch()
	if err := chosen.deed(ctx, s); err != nil {
		return false, err
	}
	if s.killed {
		if hit = s.wasInFlight(sent, at); hit && chosen.name == "a service" && len(r.services) == 1 {
			return hit, r.lookWhatIsThere(ctx, sent)
		}
		return hit, nil
	}
	if err := s.awaitLanding(ctx, sent); err != nil {
		return false, err
	}
	if err := r.recover(ctx); err != nil {
		return false, fmt.Errorf("after: %s: %w", chosen.name, err)
	}
	return s.wasInFlight(sent, at), nil
}

// lookWhatIsThere looks, once the sessions of a service that was killed are gone, whether the command that it had in
// flight was done; a drawing may have been cut, and its items not drawn.
func (r *run) lookWhatIsThere(ctx context.Context, sent flight) error {
	for {
		var left int64
		err := pg.Row(ctx, r.held.DB, `SELECT count(*) FROM pg_stat_activity WHERE application_name = $1`,
			[]any{applicationName}, &left)
		if err != nil {
			return err
		}
		if left == 0 {
			break
		}
		if err := rest(ctx, breath); err != nil {
			return err
		}
	}
	var done, cut bool
	err := pg.Row(ctx, r.held.DB, `SELECT EXISTS (SELECT FROM idempotency WHERE key = $1),
		EXISTS (SELECT FROM statement WHERE state = 'cut')`, []any{sent.key}, &done, &cut)
	if err != nil {
		return err
	}
	found := r.report.Settlement
	switch {
	case sent.step == stepRead: // many transactions, and no key
	case done:
		found.FoundDone++
	case sent.step == stepDraw && cut:
		found.FoundCut++
	default:
		found.FoundUndone++
	}
	return nil
}
