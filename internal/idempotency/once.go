package idempotency

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
	"gongbao/internal/text"
)

const keyMax = 200 // characters

// Scope is where a key counts: the same key of another person, or for another operation, is another key. Keys that an
// organisation used before people had their own go on counting for all of it.
type Scope struct {
	Pool, Person, Organisation, Operation string

	Key       string // "" when the caller sent none: the command then happens each time
	Clock     clock.Clock
	Rehearsal *Rehearsal // when there is one, the command is run in full and taken back
}

// args are where the scope's key is found.
func (s Scope) args() keyArgs { return keyArgs{s.Pool, s.Person, s.Organisation, s.Operation, s.Key} }

// Once runs work in one transaction. With a key, a command that was answered before gets the first answer and
// nothing happens again; the same key with another command is ErrKeyReused, a key that cannot be one is ErrKeyInvalid.
//
// The key is not looked up first: nearly every command is sent once, and should not pay for those that are not. A
// repetition does the work again, is refused or meets the key that is there, is undone, and gets the first answer. So
// does the slower of two that run at once with one key, also when it was refused only because the quicker had already
// done the work. The first answer is given again only when it lasts, standby included; pg.ErrInDoubt says that nobody
// knows yet.
//
// A command with a Rehearsal goes the same way and is taken back at the end, key and all.
//
// It runs in the database in which the scope's pool lives. What concerns no pool is copied to the others at once; a
// copy that fails does not undo what is done, and the next makes up for it.
func Once[A any](
	ctx context.Context, db *pg.DB, scope Scope, command any, work func(ctx context.Context, tx *pg.Tx) (A, error),
) (A, error) {
	answer, err := once(ctx, db.Of(scope.Pool), scope, command, work)
	switch {
	case err != nil:
	case scope.Rehearsal != nil:
		scope.Rehearsal.Answer = answer
	case scope.Pool == pg.Zone:
		_ = db.Spread(ctx) // pg.DB.Behind tells
	}
	return answer, err
}

func once[A any](
	ctx context.Context, db *pg.DB, scope Scope, command any, work func(ctx context.Context, tx *pg.Tx) (A, error),
) (A, error) {
	if scope.Key == "" {
		var answer A
		err := scope.run(ctx, db, func(ctx context.Context, tx *pg.Tx) (err error) {
			answer, err = work(ctx, tx)
			return err
		})
		return answer, err
	}
	if err := scope.check(); err != nil {
		var none A
		return none, err
	}
	said, err := written(command, scope.Key)
	if err != nil {
		var none A
		return none, fmt.Errorf("write the command down: %w", err)
	}
	var answer A
	err = scope.run(ctx, db, func(ctx context.Context, tx *pg.Tx) (err error) {
		if answer, err = work(ctx, tx); err != nil {
			return err
		}
		return scope.store(ctx, tx, said, answer)
	})
	if err == nil {
		return answer, nil
	}
	// The rollback is over, so the answer given before can be seen now if there is one.
	first, found, lookup := find[A](ctx, db, scope, said)
	switch {
	case errors.Is(lookup, ErrKeyReused), errors.Is(lookup, ErrKeyOfOldForm):
		return first, lookup
	case lookup == nil && found:
		return first, lasting(ctx, db)
	case lookup != nil && !unavailable(err):
		return first, pg.Refusal(lookup) // a refusal would say that the command was not done, which nobody knows
	default:
		return answer, err
	}
}

// Answered says that a command with this key was done: for what a command does before its own transaction, and a
// repetition must not do again.
func Answered(ctx context.Context, db *pg.DB, scope Scope) (bool, error) {
	if scope.Key == "" {
		return false, nil
	}
	if err := scope.check(); err != nil {
		return false, err
	}
	key, err := pg.Found[keyRow](ctx, db.Of(scope.Pool), findKey.With(scope.args()))
	return key != nil, err
}

// unavailable says that an error already tells to come back with the same key.
func unavailable(err error) bool {
	refusal, is := errors.AsType[*fault.Fault](err)
	return is && refusal.Kind == fault.Unavailable
}

// lasting lets an answer be given again only when it will survive the loss of the server as surely as when it was first
// given: that it can be read does not say so, because the first time may have been broken off while it waited for a
// standby. Whatever keeps us from knowing is the same doubt again.
func lasting(ctx context.Context, db *pg.DB) error {
	err := pg.Durable(ctx, db)
	if err == nil || errors.Is(err, pg.ErrInDoubt) {
		return err
	}
	return pg.ErrInDoubt.From(err)
}

func (s Scope) check() error {
	if utf8.RuneCountInString(s.Key) > keyMax || text.LineFault(s.Key).Any() {
		return ErrKeyInvalid
	}
	return nil
}

// keyRow is a key with what its command was and was answered.
type keyRow struct {
	bun.BaseModel `bun:"table:idempotency"`

	Pool      string    `bun:"pool,pk"`
	Person    string    `bun:"person,pk"` // an organisation's code in rows of before
	Operation string    `bun:"operation,pk"`
	Key       string    `bun:"key,pk"`
	Form      int16     `bun:"form"` // see form
	Hash      []byte    `bun:"hash"`
	Answer    []byte    `bun:"answer"`
	Recorded  time.Time `bun:"recorded"`
	Parts     string    `bun:"parts"` // see command.parts; "" in rows of before
}

//go:embed sql/*.sql
var folder embed.FS

var (
	files   = pg.Load(folder)
	findKey = pg.Select[keyRow, keyArgs](files, "FindKey")
	keepKey = pg.SQL[keptArgs](files, "KeepKey")
)

type keyArgs struct{ Pool, Person, Organisation, Operation, Key string }

type keptArgs struct {
	Pool, Person, Organisation, Operation, Key string

	Form         int16
	Hash, Answer []byte
	Parts        string
	Recorded     time.Time
}

// find looks for the answer given before.
func find[A any](ctx context.Context, handle bun.IDB, scope Scope, said form) (first A, found bool, err error) {
	key, err := pg.Found[keyRow](ctx, handle, findKey.With(scope.args()))
	switch {
	case err != nil:
		return first, false, err
	case key == nil:
		return first, false, nil
	case key.Form != formNumber:
		return first, false, ErrKeyOfOldForm.Case(fault.Args{
			"operation": scope.Operation, "recorded": key.Recorded.Format(time.RFC3339),
		})
	case !bytes.Equal(key.Hash, said.hash):
		return first, false, reused(scope, key.Parts, said.parts)
	}
	if err := json.Unmarshal(key.Answer, &first); err != nil {
		return first, false, fmt.Errorf("read the first answer: %w", err)
	}
	return first, true, nil
}

// reused says which fields of the two commands differ, where both are known.
func reused(scope Scope, first, now string) error {
	if first == "" {
		return ErrKeyReused.Case(fault.Args{"operation": scope.Operation})
	}
	return ErrKeyReused.Case(fault.Args{
		"operation": scope.Operation, "fields": strings.Join(differing(first, now), ", "),
	})
}

// store sends the answer with everything else the transaction wrote; a key that is there undoes it all.
func (s Scope) store(ctx context.Context, tx *pg.Tx, said form, answer any) error {
	body, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("write the answer down: %w", err)
	}
	keepKey.With(keptArgs{
		Pool: s.Pool, Person: s.Person, Organisation: s.Organisation, Operation: s.Operation, Key: s.Key,
		Form: formNumber, Hash: said.hash, Parts: said.parts, Answer: body, Recorded: s.Clock.Now(),
	}).Queue(tx)
	return tx.Flush(ctx)
}

// run runs work in one transaction, and takes it back when it is a rehearsal.
func (s Scope) run(ctx context.Context, db *pg.DB, work func(ctx context.Context, tx *pg.Tx) error) error {
	if s.Rehearsal == nil {
		return pg.InTx(ctx, db, work)
	}
	*s.Rehearsal = Rehearsal{}
	done, err := pg.Rehearse(ctx, db, work)
	s.Rehearsal.Told, s.Rehearsal.Written = done.Told, done.Written
	return err
}
