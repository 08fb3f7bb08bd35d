package idempotency_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
)

type command struct {
	Amount string `json:"amount"`
}

type answer struct {
	Number int64 `json:"number"`
}

var errRefused = fault.New(fault.Conflict, "test.refused", "not in this state")

// bundle is a database with a table that counts effects.
type bundle struct {
	db    *testdb.Database
	scope idempotency.Scope
}

func setup(t *testing.T) *bundle {
	t.Helper()
	db := testdb.Open(t)
	for _, statement := range []string{
		`CREATE TABLE effect (slot text, number bigint, CONSTRAINT effect_number_key PRIMARY KEY (slot, number))`,
		`GRANT ALL ON effect TO ` + testdb.Application,
	} {
		if _, err := db.Superuser.Pool.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return &bundle{db: db, scope: idempotency.Scope{
		Pool: "IC", Person: "li@A", Organisation: "A", Operation: "test.run", Key: "key-1",
		Clock: clock.NewManual(time.Date(2026, 1, 5, 12, 0, 0, 0, clock.Zone)),
	}}
}

func (b *bundle) effects(t *testing.T) (count int64) {
	t.Helper()
	if err := pg.Row(t.Context(), b.db.DB, `SELECT count(*) FROM effect`, nil, &count); err != nil {
		t.Fatal(err)
	}
	return count
}

// run counts what is there and adds one; two at once see the same count, so the primary key refuses one of them.
func (b *bundle) run(ctx context.Context, scope idempotency.Scope, body command) (*answer, error) {
	return idempotency.Once(ctx, b.db.DB, scope, body, func(ctx context.Context, tx *pg.Tx) (*answer, error) {
		var count int64
		if err := pg.Row(ctx, tx, `SELECT count(*) FROM effect`, nil, &count); err != nil {
			return nil, err
		}
		tx.Queue(`INSERT INTO effect (slot, number) VALUES ('x', $1)`, count+1)
		return &answer{Number: count + 1}, nil
	})
}

func TestOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first, err := b.run(t.Context(), b.scope, command{Amount: "1.00"})
	if err != nil || first.Number != 1 {
		t.Fatalf("the first time: %v, %v", first, err)
	}
	steps := []struct {
		name    string
		change  func(*idempotency.Scope)
		amount  string
		number  int64
		refusal error
	}{
		{"OK the same again is the first answer", func(*idempotency.Scope) {}, "1.00", 1, nil},
		{"ErrKeyReused with another command", func(*idempotency.Scope) {}, "2.00", 0, idempotency.ErrKeyReused},
		{"OK without a key it happens again", func(s *idempotency.Scope) { s.Key = "" }, "1.00", 2, nil},
		{"OK another person", func(s *idempotency.Scope) { s.Person = "wu@A" }, "1.00", 3, nil},
		{"OK another operation", func(s *idempotency.Scope) { s.Operation = "test.walk" }, "1.00", 4, nil},
		{"OK another pool", func(s *idempotency.Scope) { s.Pool = "LH" }, "1.00", 5, nil},
		{"OK a key of 200 characters", func(s *idempotency.Scope) { s.Key = strings.Repeat("保", 200) }, "1.00", 6, nil},
		{
			"ErrKeyInvalid too long", func(s *idempotency.Scope) { s.Key = strings.Repeat("k", 201) }, "1.00", 0,
			idempotency.ErrKeyInvalid,
		},
		{
			"ErrKeyInvalid not printable", func(s *idempotency.Scope) { s.Key = "a\x00b" }, "1.00", 0,
			idempotency.ErrKeyInvalid,
		},
		{
			"ErrKeyInvalid not text", func(s *idempotency.Scope) { s.Key = "a\xffb" }, "1.00", 0,
			idempotency.ErrKeyInvalid,
		},
		{"OK the first answer still stands", func(*idempotency.Scope) {}, "1.00", 1, nil},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			scope := b.scope
			step.change(&scope)
			got, err := b.run(t.Context(), scope, command{Amount: step.amount})
			if !errors.Is(err, step.refusal) {
				t.Fatalf("got %v, wanted %v", err, step.refusal)
			}
			if err == nil && got.Number != step.number {
				t.Errorf("got answer %d, wanted %d", got.Number, step.number)
			}
		})
	}
	if got := b.effects(t); got != 6 {
		t.Errorf("%d effects, wanted 6", got)
	}
}

func TestOnceKeepsNoRefusal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := idempotency.Once(t.Context(), b.db.DB, b.scope, command{}, func(context.Context, *pg.Tx) (*answer, error) {
		return nil, errRefused
	})
	if !errors.Is(err, errRefused) {
		t.Fatalf("got %v, wanted the refusal", err)
	}
	got, err := b.run(t.Context(), b.scope, command{})
	if err != nil || got.Number != 1 {
		t.Errorf("after a refusal the command may be sent again: %v, %v", got, err)
	}
}

// What was done once would often be refused a second time; the answer is the first one all the same.
func TestOnceAnswersBeforeItRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.run(t.Context(), b.scope, command{Amount: "1.00"}); err != nil {
		t.Fatal(err)
	}
	refuse := func(context.Context, *pg.Tx) (*answer, error) { return nil, errRefused }
	got, err := idempotency.Once(t.Context(), b.db.DB, b.scope, command{Amount: "1.00"}, refuse)
	if err != nil || got.Number != 1 {
		t.Errorf("the same again: %v, %v", got, err)
	}
	_, err = idempotency.Once(t.Context(), b.db.DB, b.scope, command{Amount: "2.00"}, refuse)
	if !errors.Is(err, idempotency.ErrKeyReused) {
		t.Errorf("another command with the key: %v", err)
	}
	other := b.scope
	other.Key = "key-2"
	if _, err := idempotency.Once(t.Context(), b.db.DB, other, command{}, refuse); !errors.Is(err, errRefused) {
		t.Errorf("another key: %v", err)
	}
}

func TestOnceAtTheSameTime(t *testing.T) {
	t.Parallel()
	const callers = 50
	works := map[string]func(b *bundle, ctx context.Context, tx *pg.Tx) (*answer, error){
		"OK the key stops the slower": func(_ *bundle, _ context.Context, tx *pg.Tx) (*answer, error) {
			tx.Queue(`INSERT INTO effect (slot, number) SELECT gen_random_uuid()::text, 7`)
			return &answer{Number: 7}, nil
		},
		"OK another constraint stops the slower": func(_ *bundle, _ context.Context, tx *pg.Tx) (*answer, error) {
			tx.Queue(`INSERT INTO effect (slot, number) VALUES ('x', 7)`)
			return &answer{Number: 7}, nil
		},
		"OK a refusal stops the slower": func(_ *bundle, ctx context.Context, tx *pg.Tx) (*answer, error) {
			if _, err := pg.Exec(ctx, tx, `SELECT pg_advisory_xact_lock(1)`); err != nil {
				return nil, err
			}
			var count int64
			if err := pg.Row(ctx, tx, `SELECT count(*) FROM effect`, nil, &count); err != nil {
				return nil, err
			}
			if count > 0 {
				return nil, errRefused
			}
			tx.Queue(`INSERT INTO effect (slot, number) VALUES ('x', 7)`)
			return &answer{Number: 7}, nil
		},
	}
	for name, work := range works {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			var group sync.WaitGroup
			for range callers {
				group.Go(func() {
					got, err := idempotency.Once(t.Context(), b.db.DB, b.scope, command{Amount: "1.00"},
						func(ctx context.Context, tx *pg.Tx) (*answer, error) { return work(b, ctx, tx) })
					if err != nil || got.Number != 7 {
						t.Errorf("got %v, %v", got, err)
					}
				})
			}
			group.Wait()
			if got := b.effects(t); got != 1 {
				t.Errorf("%d effects, wanted 1", got)
			}
		})
	}
}

// quoted is a command of several fields.
type quoted struct {
	Premium string            `json:"premium"`
	Start   string            `json:"start"`
	Parts   []string          `json:"parts"`
	Facts   map[string]string `json:"facts"`
}

// Who sends another command under a key is told which of its fields say something else, and of none what.
func TestAKeyReusedNamesWhatDiffers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	run := func(cmd any) error {
		_, err := idempotency.Once(t.Context(), b.db.DB, b.scope, cmd, func(context.Context, *pg.Tx) (*answer, error) {
			return &answer{}, nil
		})
		return err
	}
	first := quoted{Premium: "1.00", Parts: []string{"a"}, Facts: map[string]string{"x": "1"}}
	if err := run(first); err != nil {
		t.Fatal(err)
	}
	for fields, change := range map[string]func(*quoted){
		"premium":        func(q *quoted) { q.Premium = "2.00" },
		"start":          func(q *quoted) { q.Start = "2026-01-01" },
		"facts, parts":   func(q *quoted) { q.Parts, q.Facts = []string{"a", "b"}, map[string]string{"x": "2"} },
		"parts, premium": func(q *quoted) { q.Parts, q.Premium = nil, "" },
	} {
		other := first
		change(&other)
		err := run(other)
		if !errors.Is(err, idempotency.ErrKeyReused) || !strings.HasSuffix(err.Error(), "something else of "+fields+")") {
			t.Errorf("%s: %v", fields, err)
		}
	}
	if err := run(&first); err != nil {
		t.Errorf("the same again: %v", err)
	}
}

// A key that a program of before kept for the organisation goes on counting for all of its people: whoever repeats a
// command over an upgrade gets the first answer, and nothing happens again.
func TestAKeyOfTheOrganisationGoesOnCounting(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.run(t.Context(), b.scope, command{Amount: "1.00"}); err != nil {
		t.Fatal(err)
	}
	old := `UPDATE idempotency SET person = 'A', parts = ''`
	if _, err := b.db.Superuser.Pool.Exec(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	for _, person := range []string{"li@A", "wu@A"} {
		scope := b.scope
		scope.Person = person
		if got, err := b.run(t.Context(), scope, command{Amount: "1.00"}); err != nil || got.Number != 1 {
			t.Errorf("%s repeats it: %v, %v", person, got, err)
		}
		_, err := b.run(t.Context(), scope, command{Amount: "2.00"})
		if !errors.Is(err, idempotency.ErrKeyReused) || !strings.HasSuffix(err.Error(), "(test.run)") {
			t.Errorf("%s sends another: %v", person, err)
		}
		if there, err := idempotency.Answered(t.Context(), b.db.DB, scope); err != nil || !there {
			t.Errorf("%s: %v, %v", person, there, err)
		}
	}
	other := b.scope
	other.Person, other.Organisation = "wu@B", "B"
	if got, err := b.run(t.Context(), other, command{Amount: "1.00"}); err != nil || got.Number != 2 {
		t.Errorf("another organisation: %v, %v", got, err)
	}
	if got := b.effects(t); got != 2 {
		t.Errorf("%d effects, wanted 2", got)
	}
}
