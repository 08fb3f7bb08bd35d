// Package idempotency makes a command that is sent twice happen once, with the first answer given both times.
//
// The key, a hash of the command and the answer are written in the command's own transaction. Refusals are not stored: a
// refused command may be sent again when its reason is gone.
package idempotency

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"unicode"

	"github.com/uptrace/bun"

	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// Refusals, in the order of checking.
var (
	ErrKeyInvalid = fault.New(fault.Invalid, "idempotency.key_invalid",
		"an idempotency key has 1 to 200 printable characters")
	ErrKeyReused = fault.New(fault.Conflict, "idempotency.key_reused",
		"this idempotency key was used for another command")
)

const (
	keyMax     = 200
	constraint = "idempotency_pool_organisation_operation_key_key"
)

// Scope is where a key counts: the same key of another organisation, or for another operation, is another key.
type Scope struct {
	Pool, Organisation, Operation, Key string
	Clock                              clock.Clock
}

// Once runs work in one transaction. With a key, a command that was answered before gets the first answer and work is not
// run; the same key with another command is refused. Without a key it is just the transaction.
func Once[A any](
	ctx context.Context, db *pg.DB, scope Scope, command any, work func(ctx context.Context, tx bun.Tx) (A, error),
) (A, error) {
	var answer A
	if scope.Key == "" {
		err := pg.InTx(ctx, db, func(ctx context.Context, tx bun.Tx) (err error) {
			answer, err = work(ctx, tx)
			return err
		})
		return answer, err
	}
	if err := scope.check(); err != nil {
		return answer, err
	}
	body, err := json.Marshal(command)
	if err != nil {
		return answer, fmt.Errorf("write the command down: %w", err)
	}
	hash := sha256.Sum256(body)
	err = pg.InTx(ctx, db, func(ctx context.Context, tx bun.Tx) error {
		stored, found, err := scope.find(ctx, tx, hash[:])
		if err != nil {
			return err
		}
		if found {
			var first A // whatever an attempt before this one left in answer is not the first answer
			err := json.Unmarshal(stored, &first)
			answer = first
			return err
		}
		if answer, err = work(ctx, tx); err != nil {
			return err
		}
		return scope.store(ctx, tx, hash[:], answer)
	})
	return answer, err
}

func (s Scope) check() error {
	runes := 0
	for _, r := range s.Key {
		runes++
		if !unicode.IsPrint(r) {
			return ErrKeyInvalid
		}
	}
	if runes > keyMax {
		return ErrKeyInvalid
	}
	return nil
}

// find looks for the answer given before.
func (s Scope) find(ctx context.Context, tx bun.Tx, hash []byte) ([]byte, bool, error) {
	var known, answer []byte
	err := pg.Row(ctx, tx, `SELECT hash, answer FROM idempotency
		WHERE pool = $1 AND organisation = $2 AND operation = $3 AND key = $4`,
		[]any{s.Pool, s.Organisation, s.Operation, s.Key}, &known, &answer)
	if pg.NoRows(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if !bytes.Equal(known, hash) {
		return nil, false, ErrKeyReused.With("%s", s.Operation)
	}
	return answer, true, nil
}

// store sends the answer with everything else the transaction wrote. When another transaction with the same key was
// quicker, this one is undone and run again, and finds the other's answer.
func (s Scope) store(ctx context.Context, tx bun.Tx, hash []byte, answer any) error {
	body, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("write the answer down: %w", err)
	}
	pg.Queue(tx, `INSERT INTO idempotency (pool, organisation, operation, key, hash, answer, recorded)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		s.Pool, s.Organisation, s.Operation, s.Key, hash, body, s.Clock.Now())
	if err := pg.Flush(ctx, tx); err != nil {
		if pg.ConstraintOf(err) == constraint {
			return fmt.Errorf("%w: %w", pg.ErrAgain, err)
		}
		return err
	}
	return nil
}
