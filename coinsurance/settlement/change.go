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

// decision is what a command comes to: its answer, how its rows are written, and what is announced.
type decision[A any] struct {
	answer A
	write  func(tx *pg.Tx) // queues rows; nil for none
	facts  []fact.Fact
}

// work is what a command does beside its decision: it reads, posts and announces what follows from many rows.
type work[C, L, A any] func(ctx context.Context, tx *pg.Tx, known L, cmd C, answer A) error

// loaded is what every load gives beside its own: the accounting months of the pool, under lock.
type loaded interface{ book() ledger.Period }

// change is the recipe of every change to statements and settlements, in one transaction: once, lock and load, decide,
// write, announce, and the command's own work where it has any. The clock is read once, after the lock; what is
// recorded comes after the pool's cut.
func change[C command, L loaded, A any](
	ctx context.Context, s *Service, cmd C,
	load func(ctx context.Context, tx *pg.Tx, cmd C) (L, error),
	decide func(known L, cmd C, now time.Time) (decision[A], error), also work[C, L, A],
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
		if err := decided.book(ctx, tx); err != nil || also == nil {
			return decided.answer, err
		}
		return decided.answer, also(ctx, tx, known, cmd, decided.answer)
	})
}

// book writes the rows and announces what was decided.
func (d *decision[A]) book(ctx context.Context, tx *pg.Tx) error {
	if d.write != nil {
		d.write(tx)
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

// facts is the list of what one decision announces.
func facts(all ...fact.Fact) []fact.Fact { return all }
