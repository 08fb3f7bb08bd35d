package insurance

import (
	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/ledger"
	"gongbao/zone/authority"
)

// incept is a policy issued ahead on its first day.
func (p *lockedPolicy) incept() Decision {
	after := p.next()
	after.goOnRisk(p.Agreement, after.Starts, p.Period, after.Starts.AddDays(-1))
	return Decision{
		Event: EventPolicyIncepted, After: after, Effective: after.OnRiskFrom, Rule: postOnRisk,
		Pass:   authority.InceptPolicy.Pass(),
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
