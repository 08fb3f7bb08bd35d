package insurance

import (
	"context"
	"database/sql"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// begin puts a policy issued ahead on risk 起保 when its first day has come: it books what an issue on that day would
// have booked, dated that day. Everything else that happens to the policy comes after.
func (p *lockedPolicy) begin(ctx context.Context, tx *pg.Tx, by access.Principal) error {
	if !p.policy.Begins(p.today) {
		return nil
	}
	decided := p.incept()
	err := p.book(ctx, tx, by, decided)
	p.policy = &decided.After
	return err
}

// incept is a policy issued ahead on its first day.
func (p *lockedPolicy) incept() Decision {
	after := p.next()
	after.goOnRisk(p.agreement, after.Starts, p.period, after.Starts.AddDays(-1))
	return Decision{
		Event: EventPolicyIncepted, After: after, Effective: after.OnRiskFrom, Rule: postOnRisk,
		Detail: inceptedDetail{OnRisk: after.OnRiskFrom, Issued: after.IssuedOn, PremiumReceived: after.Received},
	}
}

// goOnRisk is what going on risk on a day does to a policy. Of its instalments, those that fall due up to the other day
// are due. The issuer collects from now on.
func (p *Policy) goOnRisk(
	agreement *coinsurance.Agreement, day calendar.Date, period ledger.Period, due calendar.Date,
) {
	if p.Status == Issued {
		p.Status = InForce
	}
	p.Collector, p.OnRiskFrom, p.OnRiskPeriod = agreement.Issuer, day, period.For(day)
	fallDue(p, due)
}

// beginBatch bounds how many policies go on risk in one go at a month's end.
const beginBatch = 500

// BeginPolicies puts all policies of a pool on risk that were to begin by the end of a month and that the day's work
// has not reached. The caller holds the period; it is part of the month's close.
func BeginPolicies(
	ctx context.Context, tx *pg.Tx, period ledger.Period, month calendar.Month, by access.Principal, now time.Time,
) error {
	for {
		numbers, err := numbersOf(ctx, tx, lockPoliciesToBegin.With(beginKey{period.Pool, month.Last(), beginBatch}))
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

// numbersOf reads the numbers of policies.
func numbersOf(ctx context.Context, handle bun.IDB, asked pg.Bound) ([]string, error) {
	var numbers []string
	err := asked.Rows(ctx, handle, func(rows *sql.Rows) error {
		var number string
		err := rows.Scan(&number)
		numbers = append(numbers, number)
		return err
	})
	return numbers, err
}
