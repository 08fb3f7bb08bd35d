package sim

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"gongbao/internal/lab/sim/auditor"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
)

// TestSettlementsAreOfEveryKind: what a large run must reach, smaller ones reach together, in the notebook alone.
func TestSettlementsAreOfEveryKind(t *testing.T) {
	t.Parallel()
	const books, atLeast = 24, 3
	happened := map[string]int{}
	for seed := range uint64(books) {
		book := auditor.New()
		life := newSettling(seed+1, bookOf, book)
		for move, more := life.next(); more; move, more = life.next() {
			book.Advance(move.Day)
			book.Play(move)
		}
		addUp(happened, book.Tally)
	}
	for _, kind := range slices.Sorted(maps.Keys(happened)) {
		t.Logf("%6d %s", happened[kind], kind)
	}
	for _, kind := range kindsLarge {
		if happened[kind] < atLeast {
			t.Errorf("%s: happens only %d times", kind, happened[kind])
		}
	}
}

// errKeep takes a tampering back.
var errKeep = errors.New("nothing is kept")

// TestEachPropertyMayFail tampers with the books of a life that had all of them, and asks each property whether it
// sees that.
func TestEachPropertyMayFail(t *testing.T) {
	t.Parallel()
	tamperings := map[string]string{
		"nets":     `UPDATE statement_member SET opening = opening + 1, closing = closing + 1`,
		"orders":   `UPDATE payment_order SET amount = amount + 1 WHERE opposite_of = ''`,
		"unwound":  `UPDATE payment_order SET amount = amount + 1 WHERE opposite_of <> ''`,
		"disputed": `UPDATE event SET recorded = recorded WHERE type = 'coinsurance.query_resolved'`, // it is written later
		"standing": `UPDATE statement SET cut = cut - interval '40 days'`,
		"clearing": `UPDATE posting SET amount = amount + 1 WHERE stream = 'settlement'`,
	}
	live(t, Options{
		URL: testdb.Open(t).SuperuserAt, Seed: 5, Settlements: 60,
		Books: func(ctx context.Context, books Books) error {
			for _, property := range Properties {
				if !fails(ctx, t, books, property, tamperings[property.Name]) {
					t.Errorf("%s: nobody noticed %q", property.Name, tamperings[property.Name])
				}
			}
			return nil
		},
	})
}

// fails says whether a property does not hold of a pool once something was done to the books.
func fails(ctx context.Context, t *testing.T, books Books, property Property, tampering string) (seen bool) {
	t.Helper()
	err := pg.InTx(ctx, books.Handle, func(ctx context.Context, tx *pg.Tx) error {
		if _, err := pg.Exec(ctx, tx, tampering); err != nil {
			return err
		}
		for _, pool := range pools {
			var looked int64
			var wrong string
			if err := pg.Row(ctx, tx, property.query, []any{pool.code}, &looked, &wrong); err != nil {
				return err
			}
			seen = seen || wrong != ""
		}
		return errKeep
	})
	if !errors.Is(err, errKeep) {
		t.Fatal(property.Name, err)
	}
	return seen
}
