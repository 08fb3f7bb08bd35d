package zone

import (
	"context"
	"time"

	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// command is what every use case of the wing is asked with: it embeds idempotency.Command.
type command interface {
	// admit refuses what needs no look at the book: who may not ask, and what is malformed.
	admit() error
	// Scope is where the command's key counts.
	Scope(pool, operation string, clock clock.Clock) idempotency.Scope
}

// decision is what a command comes to: a row as it is to stand, and what is announced of it.
type decision[Row any] struct {
	after *Row
	fact  fact.Fact // its id is given when it is announced

	taken   error           // a new row: the refusal when its key is taken
	columns pg.Columns[Row] // a row that is there: what changes of it
}

// change is the recipe of every change in the zone, in one transaction: once, lock and load, decide, write, announce.
// The clock is read once, after the lock.
func change[C command, L, Row any](
	ctx context.Context, s *Service, cmd C,
	load func(ctx context.Context, tx *pg.Tx, cmd C) (L, error),
	decide func(loaded L, cmd C, now time.Time) (decision[Row], error),
) (*Row, error) {
	if err := cmd.admit(); err != nil {
		return nil, err
	}
	scope := cmd.Scope(pg.Zone, idempotency.OperationOf("coinsurance", cmd), s.clock) // as keys of old have it
	return idempotency.Once(ctx, s.db, scope, cmd, func(ctx context.Context, tx *pg.Tx) (*Row, error) {
		loaded, err := load(ctx, tx, cmd)
		if err != nil {
			return nil, err
		}
		decided, err := decide(loaded, cmd, s.clock.Now())
		if err != nil {
			return nil, err
		}
		return decided.after, decided.book(ctx, tx)
	})
}

// book writes the row and announces what was decided.
func (d *decision[Row]) book(ctx context.Context, tx *pg.Tx) error {
	if d.taken == nil {
		pg.Update(tx, d.after, d.columns)
	} else if made, err := pg.InsertNew(ctx, tx, d.after); err != nil || !made {
		return orTaken(err, d.taken)
	}
	d.fact.ID = fact.NewID(d.fact.Recorded)
	return outbox.Append(ctx, tx, d.fact)
}

// orTaken is what keeps a row from being written: the error, or that its key is taken.
func orTaken(err, taken error) error {
	if err != nil {
		return err
	}
	return taken
}
