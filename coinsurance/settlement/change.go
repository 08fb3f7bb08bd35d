package settlement

import (
	"context"
	"time"

	"github.com/google/uuid"

	"gongbao/coinsurance"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// command is what every use case of the package is asked with: it embeds idempotency.Command.
type command interface {
	// admit refuses what needs no look at the book: who may not ask, and what is malformed.
	admit() error
	// home is the pool it is about.
	home() string
	Said() idempotency.Command
	Scope(pool, operation string, clock clock.Clock) idempotency.Scope
}

// decision is what a command comes to: its answer, how it is written, and what is announced.
type decision[A any] struct {
	answer A
	// write queues the rows; it may post and announce more than facts say. nil for nothing.
	write func(ctx context.Context, tx *pg.Tx) error
	facts []fact.Fact
}

// loaded is what every load gives beside its own: the accounting months of the pool, under lock.
type loaded interface{ book() ledger.Period }

// change is the recipe of every change to statements and settlements, in one transaction: once, lock and load, decide,
// write, announce. The clock is read once, after the lock; what is recorded comes after the pool's cut.
func change[C command, L loaded, A any](
	ctx context.Context, s *Service, cmd C,
	load func(ctx context.Context, tx *pg.Tx, cmd C) (L, error),
	decide func(known L, cmd C, now time.Time) (decision[A], error),
) (answer A, err error) {
	if err := cmd.admit(); err != nil {
		return answer, err
	}
	if _, err := coinsurance.FindPool(ctx, s.db.Of(cmd.home()), cmd.home()); err != nil {
		return answer, err
	}
	scope := cmd.Scope(cmd.home(), idempotency.OperationOf("coinsurance", cmd), s.clock)
	return idempotency.Once(ctx, s.db, scope, cmd, func(ctx context.Context, tx *pg.Tx) (answer A, err error) {
		known, err := load(ctx, tx, cmd)
		if err != nil {
			return answer, err
		}
		decided, err := decide(known, cmd, known.book().After(s.clock.Now()))
		if err != nil {
			return answer, err
		}
		return decided.answer, decided.book(ctx, tx)
	})
}

// book writes the rows and announces what was decided.
func (d *decision[A]) book(ctx context.Context, tx *pg.Tx) error {
	if d.write != nil {
		if err := d.write(ctx, tx); err != nil {
			return err
		}
	}
	return announce(ctx, tx, d.facts...)
}

// announce announces facts in their order; a fact that made a journal has its id already.
func announce(ctx context.Context, tx *pg.Tx, facts ...fact.Fact) error {
	for _, announced := range facts {
		if announced.ID == uuid.Nil {
			announced.ID = fact.NewID(announced.Recorded)
		}
		if err := outbox.Append(ctx, tx, announced); err != nil {
			return err
		}
	}
	return nil
}

// laterOf keeps a second step from being recorded before the first, whatever clocks of two machines say.
func laterOf(now, first time.Time) time.Time {
	if now.Before(first) {
		return first
	}
	return now
}
