package idempotency_test

import (
	"context"
	"errors"
	"testing"

	"github.com/uptrace/bun"

	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

type effect struct {
	bun.BaseModel `bun:"table:effect"`

	Slot   string `bun:"slot,pk"`
	Number int64  `bun:"number,pk"`
}

// raise is a command as a use case has it.
type raise struct {
	idempotency.Command

	Slot string `json:"slot"`
}

// do is a use case that tells what it did, as a ledger does.
func (b *bundle) do(ctx context.Context, cmd raise) (*answer, error) {
	scope := cmd.Scope("IC", "test.run", b.scope.Clock)
	return idempotency.Once(ctx, b.db.DB, scope, cmd, func(ctx context.Context, tx *pg.Tx) (*answer, error) {
		var count int64
		if err := pg.Row(ctx, tx, `SELECT count(*) FROM effect`, nil, &count); err != nil {
			return nil, err
		}
		if cmd.Slot == "" {
			return nil, errRefused
		}
		pg.Insert(tx, &effect{Slot: cmd.Slot, Number: count + 1})
		pg.Tell(tx, answer{Number: count + 1})
		pg.Tell(tx, "another kind of thing")
		return &answer{Number: count + 1}, nil
	})
}

func TestARehearsalIsTheCommandTakenBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rehearse := func(cmd raise) (*idempotency.Rehearsal, error) {
		cmd.Rehearsal = new(idempotency.Rehearsal)
		_, err := b.do(t.Context(), cmd)
		return cmd.Rehearsal, err
	}
	cmd := raise{Command: idempotency.Command{IdempotencyKey: "key-1"}, Slot: "x"}
	for range 2 { // a rehearsal leaves nothing that a second one could meet, the key least of all
		would, err := rehearse(cmd)
		if err != nil || would.Answer.(*answer).Number != 1 {
			t.Fatalf("got %+v, %v", would.Answer, err)
		}
		if told := idempotency.Told[answer](would); len(told) != 1 || told[0].Number != 1 {
			t.Errorf("told %v", would.Told)
		}
		if len(would.Written) != 1 || would.Written[0].Table() != "effect" {
			t.Errorf("written %v", would.Written)
		}
	}
	if got := b.effects(t); got != 0 {
		t.Fatalf("%d effects of rehearsals", got)
	}
	if got, err := b.do(t.Context(), cmd); err != nil || got.Number != 1 {
		t.Fatalf("the real one: %v, %v", got, err)
	}
	// The same key again would get the first answer, and do nothing.
	would, err := rehearse(cmd)
	if err != nil || would.Answer.(*answer).Number != 1 || len(would.Written)+len(would.Told) != 0 {
		t.Errorf("a known key: %+v, %v", would, err)
	}
	for _, test := range []struct {
		name    string
		cmd     raise
		refusal error
	}{
		{"ErrRefused", raise{}, errRefused},
		{"ErrKeyReused", raise{Command: cmd.Command, Slot: "y"}, idempotency.ErrKeyReused},
		{"ErrKeyInvalid", raise{Command: idempotency.Command{IdempotencyKey: "\x00"}, Slot: "y"}, idempotency.ErrKeyInvalid},
	} {
		if would, err := rehearse(test.cmd); !errors.Is(err, test.refusal) || would.Answer != nil {
			t.Errorf("%s: %+v, %v", test.name, would, err)
		}
	}
	if got := b.effects(t); got != 1 {
		t.Errorf("%d effects, wanted that of the one real command", got)
	}
}

// A constraint that only the database can check refuses a rehearsal too: what is queued is sent.
func TestARehearsalMeetsConstraints(t *testing.T) {
	t.Parallel()
	b := setup(t)
	scope := b.scope
	scope.Rehearsal = new(idempotency.Rehearsal)
	_, err := idempotency.Once(t.Context(), b.db.DB, scope, raise{}, func(_ context.Context, tx *pg.Tx) (*answer, error) {
		for range 2 {
			pg.Insert(tx, &effect{Slot: "x", Number: 1})
		}
		return &answer{}, nil
	})
	if pg.ConstraintOf(err) != "effect_number_key" {
		t.Errorf("got %v", err)
	}
}
