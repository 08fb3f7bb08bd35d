package pg

import (
	"context"
	"errors"
)

// Rehearsed is what a transaction that was taken back would have done.
type Rehearsed struct {
	Written []Written // rows, in the order of writing
	Told    []any     // what packages said of their own work, by Tell, in the order of telling
}

// errUndo takes a transaction back that was only a rehearsal.
var errUndo = errors.New("undo the rehearsal")

// Rehearse runs work as InTx does, sends what work queued, so that every constraint has its say, and takes everything
// back. It refuses what InTx refuses, but for what only a commit can find out.
func Rehearse(ctx context.Context, db *DB, work func(ctx context.Context, tx *Tx) error) (Rehearsed, error) {
	var done Rehearsed
	err := InTx(ctx, db, func(ctx context.Context, tx *Tx) error {
		tx.listens = true
		if err := work(ctx, tx); err != nil {
			return err
		}
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		done = Rehearsed{Written: tx.written, Told: tx.told}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		return done, nil
	}
	return Rehearsed{}, err
}

// Tell lets a package say what it did in its own terms: a journal, an announced fact, a split. Only a rehearsal
// listens; otherwise telling costs nothing.
func Tell[T any](tx *Tx, what T) {
	if tx.listens {
		tx.told = append(tx.told, what)
	}
}
