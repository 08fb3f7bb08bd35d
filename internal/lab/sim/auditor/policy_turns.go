package auditor

// endorse changes the premium. It is earned by the written day, whenever the policy went on risk.
func (a *Auditor) endorse(act Endorse, as string, written Day) (*Policy, string) {
	policy, effective, refusal := a.changeable(act.Policy, as, written)
	if refusal != "" {
		return policy, refusal
	}
	if policy.Net+act.Premium < 0 {
		return policy, "insurance.premium_negative"
	}
	for _, slice := range policy.Slices {
		if slice.Name == act.Name {
			return policy, "insurance.endorsement_exists"
		}
	}
	slice := Slice{Name: act.Name, Amount: act.Premium, First: effective, month: a.posted(policy, effective)}
	if act.WholePeriod {
		slice.First = policy.Start
	}
	a.change(policy, effective, "insurance.policy_endorsed", func() {
		policy.Net += act.Premium
		policy.Slices = append(policy.Slices, slice)
		policy.fallDue(a.Today)
	})
	return policy, ""
}

// posted is the accounting month of what a policy posts with effect from a day; none before it is on risk.
func (a *Auditor) posted(p *Policy, effective Day) Month {
	if p.OnRisk == 0 {
		return 0
	}
	return a.Pools[p.Pool].month(p.dated(effective))
}

// changeable finds a policy, issued and not cancelled, that covers the day from which it is to change.
func (a *Auditor) changeable(name, as string, written Day) (*Policy, Day, string) {
	policy, effective, refusal := a.underwritten(name, as, written, true)
	switch {
	case refusal != "":
		return policy, effective, refusal
	case policy.State != InForce && policy.State != Issued:
		return policy, effective, "insurance.policy_not_in_force"
	case effective < policy.Start || effective > policy.End:
		return policy, effective, "insurance.outside_period"
	}
	return policy, effective, ""
}

func (a *Auditor) cancel(act Cancel, as string, written Day) (*Policy, string) {
	policy, effective, refusal := a.changeable(act.Policy, as, written)
	if refusal != "" {
		return policy, refusal
	}
	if policy.standsBefore(effective) {
		return policy, "insurance.claims_stand"
	}
	returned := policy.returns(effective)
	if policy.Net < returned {
		return policy, "insurance.premium_negative"
	}
	a.change(policy, effective, "insurance.policy_cancelled", func() {
		policy.Turns = append(policy.Turns, Turn{month: a.posted(policy, effective)})
		policy.State, policy.From, policy.Returned = Cancelled, effective, returned
		policy.Net -= returned
		policy.fallDue(a.Today)
	})
	return policy, ""
}

// reinstate takes a cancellation back, with effect from the day that it had. A written day must be that day.
func (a *Auditor) reinstate(act Reinstate, as string, written Day) (*Policy, string) {
	policy, _, refusal := a.underwritten(act.Policy, as, written, false)
	switch {
	case refusal != "":
		return policy, refusal
	case policy.State != Cancelled:
		return policy, "insurance.policy_not_cancelled"
	case written != 0 && written != policy.From:
		return policy, dateOutOfRange
	}
	from := policy.From
	a.change(policy, from, "insurance.policy_reinstated", func() {
		last := &policy.Turns[len(policy.Turns)-1]
		last.Reinstated, last.counter = true, a.posted(policy, from)
		policy.State = InForce
		if policy.OnRisk == 0 {
			policy.State = Issued
		}
		policy.Net += policy.Returned
		policy.From, policy.Returned = 0, 0
		policy.fallDue(a.Today)
	})
	if policy.End < a.Today {
		a.overdue = append(a.overdue, policy)
	}
	return policy, ""
}
