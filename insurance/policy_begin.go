package insurance

import (
	"context"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// begin puts a policy issued ahead on risk 起保 when its first day has come: it books what an issue on that day would
// have booked, dated that day. Everything else that happens to the policy comes after.
func (h *held) begin(ctx context.Context, tx *pg.Tx, by access.Principal) error {
	if !h.policy.Begins(h.today) {
		return nil
	}
	after := next(h.policy, h.now)
	after.goOnRisk(h.agreement, after.Starts, h.period, after.Starts.AddDays(-1))
	err := book(ctx, tx, &policyEvent{
		kind: EventPolicyIncepted, id: fact.NewID(h.now), by: by, before: *h.policy, after: after,
		agreement: h.agreement, effective: after.OnRiskFrom, period: h.period, rule: postOnRisk,
		data: inceptedDetail{OnRisk: after.OnRiskFrom, Issued: after.IssuedOn, PremiumReceived: after.Received},
	})
	h.policy = &after
	return err
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
		var numbers []string
		err := tx.NewRaw(`SELECT number FROM policy
			WHERE pool = ? AND on_risk IS NULL AND agreement_version > 0 AND starts <= ?
			ORDER BY quoted, number LIMIT ? FOR NO KEY UPDATE`, period.Pool, month.Last(), beginBatch).Scan(ctx, &numbers)
		if err != nil || len(numbers) == 0 {
			return err
		}
		for _, number := range numbers {
			policy, err := lockPolicy(ctx, tx, number)
			if err != nil {
				return err
			}
			h := held{policy: policy, period: period, now: now, today: month.Last()}
			if h.agreement, err = agreementOf(ctx, tx, policy); err != nil {
				return err
			}
			if err := h.begin(ctx, tx, by); err != nil {
				return err
			}
		}
		if err := tx.Flush(ctx); err != nil { // the next look is to see them on risk
			return err
		}
	}
}
