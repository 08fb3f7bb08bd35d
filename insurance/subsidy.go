package insurance

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// compute works out a subsidy: the premium that counts, and the authority's share of it; that is the one rounding of
// each. received is the premium taken in, net of VAT: an insured is given a share of what it paid.
func (s Support) compute(p *Policy, to PaidTo, received money.Amount) (counted, amount money.Amount) {
	counted = p.NetPremium
	if to == PaidToInsured {
		counted = money.Min(counted, received)
	}
	if s.RateCap != nil {
		limit := p.SumInsured
		if s.LimitMultiple > 0 && p.ContractValue != nil {
			limit = money.Min(limit, money.ProRata(*p.ContractValue, s.LimitMultiple, 1))
		}
		if s.LimitCap != nil {
			limit = money.Min(limit, *s.LimitCap)
		}
		counted = money.Min(counted, money.Apply(*s.RateCap, limit))
	}
	return counted, money.Apply(s.Share, counted)
}

// subsidyYear counts the supported policies that this one renews, directly or through others, and itself; it stops at
// one more than there may be.
func subsidyYear(ctx context.Context, handle bun.IDB, p *Policy, most int) (int, error) {
	year := 1
	for renews := p.Renews; renews != "" && year <= most; {
		old, err := FindPolicy(ctx, handle, renews)
		if err != nil {
			return 0, err
		}
		if old.Subsidy.counts() {
			year++
		}
		renews = old.Renews
	}
	return year, nil
}

// insuredYear asks for the support of an insured, beside that of a policy.
type insuredYear struct {
	Number, Insured string
	Starts          calendar.Date
}

var subsidiesOfInsured = pg.SQL[insuredYear](files, "SubsidiesOfInsured")

// subsidiesOf sums what an insured was given in the zone for policies that start in the calendar year, what it kept of
// a subsidy clawed back included, and says until when it is banned.
func subsidiesOf(ctx context.Context, handle bun.IDB, p *Policy) (given money.Amount, banned calendar.Date, err error) {
	err = subsidiesOfInsured.With(insuredYear{p.Number, p.Insured, p.Starts}).Row(ctx, handle, &given, &banned)
	return given, banned, err
}

// moveSubsidy is a step of a subsidy. What of it goes to the insurer or back is premium received or paid back.
func (p *lockedPolicy) moveSubsidy(event string, subsidy Subsidy) Decision {
	before, after := p.policy.Subsidy, p.next()
	after.Subsidy = subsidy
	if subsidy.PaidTo == PaidToInsurer {
		paid, clawedBack := subsidy.Paid.Sub(before.Paid), subsidy.ClawedBack.Sub(before.ClawedBack)
		after.Received = after.Received.Add(paid).Sub(clawedBack)
	}
	decided := Decision{
		Event: event, Effective: p.policy.Dated(p.effective), Detail: subsidyDetail{Subsidy: subsidy},
	}
	if after.Received != p.policy.Received {
		decided.Rule = postCash
		if after.Collector == "" {
			after.Collector = p.agreement.Issuer
		}
	}
	decided.After = after
	return decided
}

func subsidyWord(state SubsidyState) string {
	if state == SubsidyNone {
		return "not applied for"
	}
	return string(state)
}
