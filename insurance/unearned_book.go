package insurance

import (
	"context"
	"database/sql"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/zone/authority"
)

// unearnedBatch bounds how many policies are booked in one go at a month's end.
const unearnedBatch = 2000

// Arguments of the statements below, each named for what it picks.
type (
	pageKey struct {
		Pool, After string
		Most        int
	}
	bumped struct {
		Pool    string
		Numbers []string
		Now     time.Time
	}
	unearnedKeys struct {
		Pool    string
		Stream  ledger.Stream
		Numbers []string
	}
)

var (
	lockPoliciesOnRisk = pg.Select[Policy, pageKey](files, "LockPoliciesOnRisk")
	bumpVersions       = pg.SQL[bumped](files, "BumpVersions")
	unearnedBookedOf   = pg.SQL[unearnedKeys](files, "UnearnedBookedOf")
)

// BookUnearned books the unearned premium 未到期责任准备金 of a pool at a month's end: each member's portion of what the
// days after the month bear of what was posted by then. The caller holds the period; it is part of the month's close.
// It gives the number of policies whose reserve moved.
func BookUnearned(
	ctx context.Context, tx *pg.Tx, period ledger.Period, month calendar.Month, by access.Principal, now time.Time,
) (int, error) {
	booker := &unearnedBooker{month: month, by: by, now: now, period: period}
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
		if err := bump(ctx, tx, steps, now); err != nil {
			return done, err
		}
		done += len(steps)
		after = policies[len(policies)-1].Number
	}
}

type unearnedBooker struct {
	month  calendar.Month
	by     access.Principal
	now    time.Time
	period ledger.Period
}

// page reads the next policies that are on risk, in the order of their numbers.
func (b *unearnedBooker) page(ctx context.Context, tx *pg.Tx, after string) ([]Policy, error) {
	return pg.Listed[Policy](ctx, tx, lockPoliciesOnRisk.With(pageKey{b.period.Pool, after, unearnedBatch}))
}

func (b *unearnedBooker) steps(ctx context.Context, tx *pg.Tx, policies []Policy) ([]*policyEvent, error) {
	items, booked, err := b.load(ctx, tx, policies)
	if err != nil {
		return nil, err
	}
	var steps []*policyEvent
	for i := range policies {
		policy := &policies[i]
		total := unearned(postedWith(policy, items[policy.Number]), policy.Ends, b.month)
		before := booked[policy.Number]
		if total == before {
			continue
		}
		agreement, err := agreementOf(ctx, tx, policy)
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
	return &policyEvent{
		Decision: Decision{
			Event: EventUnearnedBooked, After: next(policy, b.now), Effective: b.month.Last(),
			Pass:   authority.BookUnearned.Pass(),
			Rule:   func(c *movement) { postUnearned(c, unearned.Split.Portions, booked) },
			Detail: unearnedDetail{Month: b.month, Unearned: total},
			Splits: []coinsurance.StreamSplit{unearned},
		},
		id: fact.NewID(b.now), by: b.by, before: *policy, agreement: agreement, period: b.period,
	}
}

// load reads the items of the policies, and what was booked for each so far.
func (b *unearnedBooker) load(
	ctx context.Context, tx *pg.Tx, policies []Policy,
) (map[string][]PremiumItem, map[string]money.Amount, error) {
	numbers := make([]string, len(policies))
	for i, policy := range policies {
		numbers[i] = policy.Number
	}
	rows, err := pg.Listed[PremiumItem](ctx, tx, itemsOfPolicies.With(policiesKey{b.period.Pool, numbers}))
	if err != nil {
		return nil, nil, err
	}
	items := make(map[string][]PremiumItem, len(policies))
	for _, row := range rows {
		items[row.Policy] = append(items[row.Policy], row)
	}
	booked := make(map[string]money.Amount, len(policies))
	err = unearnedBookedOf.With(unearnedKeys{b.period.Pool, ledger.UnearnedPremium, numbers}).Rows(ctx, tx,
		func(rows *sql.Rows) error {
			var number string
			var total money.Amount
			err := rows.Scan(&number, &total)
			booked[number] = total
			return err
		})
	return items, booked, err
}

// bump notes on each policy that an event was made.
func bump(ctx context.Context, tx *pg.Tx, events []*policyEvent, now time.Time) error {
	if len(events) == 0 {
		return nil
	}
	numbers := make([]string, len(events))
	for i, event := range events {
		numbers[i] = event.After.Number
	}
	_, err := bumpVersions.With(bumped{events[0].After.Pool, numbers, now}).Exec(ctx, tx)
	return err
}
