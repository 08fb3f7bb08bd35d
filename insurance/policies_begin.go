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

var lockPoliciesToBegin = pg.Select[Policy, beginKey](files, "LockPoliciesToBegin")

// beginBatch bounds how many policies go on risk in one go at a month's end.
const beginBatch = 500

// BeginPolicies puts all policies of a pool on risk that were to begin by the end of a month and that the day's work
// has not reached. The caller holds the period; it is part of the month's close.
func BeginPolicies(
	ctx context.Context, tx *pg.Tx, period ledger.Period, month calendar.Month, by access.Principal, now time.Time,
) error {
	for {
		policies, err := pg.Listed[Policy](
			ctx, tx, lockPoliciesToBegin.With(beginKey{period.Pool, month.Last(), beginBatch}),
		)
		if err != nil || len(policies) == 0 {
			return err
		}
		numbers := make([]string, len(policies))
		for i := range policies {
			numbers[i] = policies[i].Number
		}
		instalments, err := instalmentsByPolicy(ctx, tx, period.Pool, numbers)
		if err != nil {
			return err
		}
		for i := range policies {
			policy := &policies[i]
			policy.with(instalments[policy.Number])
			p := lockedPolicy{Locked: Locked{Policy: policy, Period: period}, now: now, today: month.Last()}
			if p.Agreement, err = agreementOf(ctx, tx, policy); err != nil {
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
