package ledger

import (
	"context"

	"gongbao/internal/calendar"
	"gongbao/internal/pg"
)

// Period says which accounting months of a pool are open, for as long as the transaction that locked it lives.
type Period struct {
	Pool   string
	Closed calendar.Month // the last sealed month; zero before the first close
}

// For is the accounting month of a posting: its effective month if that is open, else the first open one.
func (p Period) For(effective calendar.Date) calendar.Month {
	month := effective.Month()
	if !p.Closed.IsZero() && !month.After(p.Closed) {
		return p.Closed.Next()
	}
	return month
}

// OpenPool opens the books of a new pool.
func OpenPool(_ context.Context, tx *pg.Tx, pool string) error {
	tx.Queue(`INSERT INTO period_head (pool) VALUES ($1)`, pool)
	return nil
}

// LockPeriod reads which months are open and keeps a close away until the transaction ends; postings do not hinder each
// other. It comes before the lock of any subject, so that a close, which holds the period and then touches subjects,
// never waits in a circle. sql.ErrNoRows when there is no such pool.
func LockPeriod(ctx context.Context, tx *pg.Tx, pool string) (Period, error) {
	var period Period
	err := pg.Row(ctx, tx, lockPeriod, []any{pool}, &period.Pool, &period.Closed)
	return period, err
}

const lockPeriod = `SELECT pool, closed FROM period_head WHERE pool = $1 FOR KEY SHARE`

// LockPeriodIn is LockPeriod among other reads; the period stays empty when there is no such pool.
func LockPeriodIn(reads *pg.Reads, pool string, period *Period) {
	reads.Row(lockPeriod, []any{pool}, &period.Pool, &period.Closed)
}
