package insurance

import (
	"context"
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// beginKey asks for the policies of a pool that begin by a day.
type beginKey struct {
	Pool string
	Last calendar.Date
	Most int
}

var lockPoliciesToBegin = pg.SQL[beginKey](files, "LockPoliciesToBegin")

// beginBatch bounds how many policies go on risk in one go at a month's end.
const beginBatch = 500

// BeginPolicies puts all policies of a pool on risk that were to begin by the end of a month and that the day's work
// has not reached. The caller holds the period; it is part of the month's close.
func BeginPolicies(
	ctx context.Context, tx *pg.Tx, period ledger.Period, month calendar.Month, by access.Principal, now time.Time,
) error {
	for {
		numbers, err := pg.Values[string](ctx, tx, lockPoliciesToBegin.With(beginKey{period.Pool, month.Last(), beginBatch}))
		if err != nil || len(numbers) == 0 {
			return err
		}
		for _, number := range numbers {
			policy, err := FindPolicy(ctx, tx, number)
			if err != nil {
				return err
			}
			p := lockedPolicy{policy: policy, period: period, now: now, today: month.Last()}
			if p.agreement, err = agreementOf(ctx, tx, policy); err != nil {
				return err
			}
			if err := p.begin(ctx, tx, by); err != nil {
				return err
			}
		}
		if err := tx.Flush(ctx); err != nil { // the next look is to see them on risk
			return err
		}
	}
}
