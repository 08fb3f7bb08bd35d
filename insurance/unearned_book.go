package insurance

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// unearnedBatch bounds how many policies are booked in one go at a month's end.
const unearnedBatch = 2000

// BookUnearned books the unearned premium 未到期责任准备金 of a pool at a month's end: each member's portion of what
// the days after the month bear of what was posted by then. The caller holds the
// period; it is part of the month's close. It gives the number of policies whose reserve moved.
func BookUnearned(
	ctx context.Context,
	tx *pg.Tx,
	period ledger.Period,
	pool string,
	month calendar.Month,
	by access.Principal,
	now time.Time,
) (int, error) {
	booker := &unearnedBooker{
		pool: pool, month: month, by: by, now: now, period: period, agreements: map[int]*coinsurance.Agreement{},
	}
	done, after := 0, ""
	for {
		policies, err := booker.page(ctx, tx, after)
		if err != nil || len(policies) == 0 {
			return done, err
		}
		steps, err := booker.steps(ctx, tx, policies)
		if err != nil {
			return done, err
		}
		if err := bookAll(ctx, tx, period, steps); err != nil {
			return done, err
		}
		if err := bumpVersions(ctx, tx, steps, now); err != nil {
			return done, err
		}
		done += len(steps)
		after = policies[len(policies)-1].Number
	}
}

type unearnedBooker struct {
	pool       string
	month      calendar.Month
	by         access.Principal
	now        time.Time
	period     ledger.Period
	agreements map[int]*coinsurance.Agreement
}

// page reads the next policies that are on risk, in the order of their numbers.
func (b *unearnedBooker) page(ctx context.Context, tx *pg.Tx, after string) ([]*Policy, error) {
	var policies []*Policy
	err := tx.NewSelect().Model(&policies).
		Where("pool = ? AND number > ? AND on_risk IS NOT NULL", b.pool, after).
		Order("number").Limit(unearnedBatch).For("NO KEY UPDATE").Scan(ctx)
	return policies, err
}

func (b *unearnedBooker) steps(ctx context.Context, tx *pg.Tx, policies []*Policy) ([]*policyEvent, error) {
	items, booked, err := b.load(ctx, tx, policies)
	if err != nil {
		return nil, err
	}
	var steps []*policyEvent
	for _, policy := range policies {
		total := unearned(postedWith(policy, items[policy.Number]), policy.Ends, b.month)
		before := booked[policy.Number]
		if total == before {
			continue
		}
		agreement, err := b.agreement(ctx, tx, policy)
		if err != nil {
			return nil, err
		}
		steps = append(steps, b.event(policy, agreement, total, before))
	}
	return steps, nil
}

func (b *unearnedBooker) event(
	policy *Policy, agreement *coinsurance.Agreement, total, before money.Amount,
) *policyEvent {
	unearned := agreement.Split(ledger.UnearnedPremium, total)
	booked := agreement.Divide(ledger.UnearnedPremium, before)
	after := next(policy, b.now)
	return &policyEvent{
		kind: EventUnearnedBooked, id: fact.NewID(
			b.now,
		), by: b.by, before: *policy, after: after, agreement: agreement,
		effective: b.month.Last(), period: b.period,
		rule:  func(c *movement) { postUnearned(c, unearned.Split.Portions, booked) },
		data:  unearnedDetail{Month: b.month, Unearned: total},
		extra: []coinsurance.StreamSplit{unearned},
	}
}

func (b *unearnedBooker) agreement(ctx context.Context, tx *pg.Tx, policy *Policy) (*coinsurance.Agreement, error) {
	if agreement, known := b.agreements[policy.AgreementVersion]; known {
		return agreement, nil
	}
	agreement, err := coinsurance.AgreementVersion(ctx, tx, policy.Pool, policy.AgreementVersion)
	b.agreements[policy.AgreementVersion] = agreement
	return agreement, err
}

// load reads the items of the policies, and what was booked for each so far.
func (b *unearnedBooker) load(
	ctx context.Context, tx *pg.Tx, policies []*Policy,
) (map[string][]PremiumItem, map[string]money.Amount, error) {
	numbers := make([]string, len(policies))
	for i, policy := range policies {
		numbers[i] = policy.Number
	}
	var rows []PremiumItem
	err := tx.NewSelect().Model(&rows).Where("pool = ? AND policy IN (?)", b.pool, bun.List(numbers)).
		Order("policy", "recorded").Scan(ctx)
	if err != nil {
		return nil, nil, err
	}
	items := make(map[string][]PremiumItem, len(policies))
	for _, row := range rows {
		items[row.Policy] = append(items[row.Policy], row)
	}
	var totals []struct {
		Subject string       `bun:"subject"`
		Total   money.Amount `bun:"total"`
	}
	err = tx.NewRaw(`SELECT DISTINCT ON (subject) subject, total FROM split
		WHERE pool = ? AND stream = ? AND subject IN (?) ORDER BY subject, place DESC`,
		b.pool, string(ledger.UnearnedPremium), bun.List(numbers)).Scan(ctx, &totals)
	booked := make(map[string]money.Amount, len(totals))
	for _, row := range totals {
		booked[row.Subject] = row.Total
	}
	return items, booked, err
}

// bumpVersions notes on each policy that an event was made.
func bumpVersions(ctx context.Context, tx *pg.Tx, steps []*policyEvent, now time.Time) error {
	if len(steps) == 0 {
		return nil
	}
	numbers := make([]string, len(steps))
	for i, s := range steps {
		numbers[i] = s.after.Number
	}
	_, err := pg.Exec(ctx, tx, `UPDATE policy SET version = version + 1, recorded = greatest(recorded, $3)
		WHERE pool = $1 AND number = ANY ($2)`, steps[0].after.Pool, numbers, now)
	return err
}
