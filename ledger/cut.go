package ledger

import (
	"context"
	"slices"
	"time"

	"gongbao/internal/clock"
	"gongbao/internal/pg"
)

type cutArgs struct {
	Pool string
	Now  time.Time
}

var (
	cutPool     = pg.SQL[cutArgs](files, "CutPool")
	openPosters = pg.SQL[pg.None](files, "OpenPosters")
)

// Cut cuts the book of a pool 截账: once the transaction is committed, whoever posts in the pool records later than the
// instant that Cut gives. Those who read the pool's head before may still record up to that instant; Barrier waits for
// them. sql.ErrNoRows when there is no such pool.
func Cut(ctx context.Context, tx *pg.Tx, pool string, now time.Time) (time.Time, error) {
	var cut time.Time
	err := cutPool.With(cutArgs{pool, now}).Row(ctx, tx, &cut)
	return cut.UTC(), err
}

// prepared is how every prepared transaction is called: it may be one that was open under another name.
const prepared = "prepared"

const (
	pollMin = time.Millisecond
	pollMax = 32 * time.Millisecond
)

// Barrier waits until every transaction has ended that may post in a pool by what its head said before: a cut, or the
// beginning of a close, that was committed before the call. Behind it, what is recorded by the cut, or stands in the
// month, is in the book, and stays as it is. Told, which may be nil, hears after every look how many are still open and
// how long it has waited.
//
// It holds no lock, so nobody waits for it, and it cannot starve: it waits for those only that were there at its first
// look. They are found by the lock that each has on the table of the heads since before it read one. Their numbers
// (xid) would not do: a transaction gets its number when it locks the row, after the snapshot in which it reads the
// row, so one that read the cut of before may have a number of after.
func Barrier(ctx context.Context, db *pg.DB, pool string, told func(open int, waited time.Duration)) error {
	db, began := db.Of(pool), clock.Stopwatch()
	open, err := pg.Values[string](ctx, db, openPosters.With(pg.None{}))
	for poll := pollMin; err == nil; poll = min(2*poll, pollMax) {
		if told != nil {
			told(len(open), clock.Since(began))
		}
		if len(open) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(poll):
		}
		var now []string
		if now, err = pg.Values[string](ctx, db, openPosters.With(pg.None{})); err == nil {
			open = slices.DeleteFunc(now, func(one string) bool { return one != prepared && !slices.Contains(open, one) })
		}
	}
	return err
}
