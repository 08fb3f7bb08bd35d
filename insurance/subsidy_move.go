package insurance

import "gongbao/zone/authority"

// moveSubsidy is a step of a subsidy. What of it goes to the insurer or back is premium received or paid back.
func (p *lockedPolicy) moveSubsidy(event string, subsidy Subsidy, pass authority.Pass) Decision {
	before, after := p.Policy.Subsidy, p.next()
	after.Subsidy = subsidy
	if subsidy.PaidTo == PaidToInsurer {
		paid, clawedBack := subsidy.Paid.Sub(before.Paid), subsidy.ClawedBack.Sub(before.ClawedBack)
		after.Received = after.Received.Add(paid).Sub(clawedBack)
	}
	decided := Decision{
		Event: event, Effective: p.Policy.Dated(p.effective), Detail: subsidyDetail{Subsidy: subsidy}, Pass: pass,
	}
	if after.Received != p.Policy.Received {
		decided.Rule = postCash
		if after.Collector == "" {
			after.Collector = p.Agreement.Issuer
		}
	}
	decided.After = after
	return decided
}
