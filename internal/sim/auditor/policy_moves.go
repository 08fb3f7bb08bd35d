package auditor

// quote writes a quotation down.
func (a *Auditor) quote(act Quote, as string) (*Policy, string) {
	if act.End < act.Start || act.Limit <= 0 || act.Retroactive > act.Start || !rising(act.Instalments) {
		return nil, "insurance.policy_invalid"
	}
	sum := int64(0)
	for i, instalment := range act.Instalments {
		if i > 0 && instalment.Amount > act.Instalments[i-1].Amount {
			return nil, "insurance.instalment_back_loaded"
		}
		sum += instalment.Amount
	}
	if len(act.Instalments) > 0 && sum != act.Premium {
		return nil, "insurance.instalments_do_not_sum"
	}
	pool := a.Pools[act.Pool]
	if pool == nil {
		return nil, "coinsurance.pool_not_found"
	}
	if !mayUnderwrite(as, pool.At(act.Start)) {
		return nil, Forbidden
	}
	if known := a.Policies[act.Policy]; known != nil && known.Pool == act.Pool {
		return known, "insurance.policy_exists"
	}
	policy := &Policy{Quote: act, State: Quoted, Net: act.Premium, Accepted: map[string]bool{}}
	a.Policies[act.Policy] = policy
	pool.Policies = append(pool.Policies, policy)
	a.announce(pool, &policy.events, "insurance.policy_quoted")
	return policy, ""
}

func rising(instalments []Instalment) bool {
	for i, instalment := range instalments {
		if instalment.Amount <= 0 || i > 0 && instalment.Due <= instalments[i-1].Due {
			return false
		}
	}
	return true
}

// mayUnderwrite lets the issuer and the leader act; where no agreement says who they are, any member.
func mayUnderwrite(as string, agreement *Agreement) bool {
	switch as {
	case "":
		return true
	case "manager", "regulator", "operator":
		return false
	default:
		return agreement == nil || as == agreement.Issuer || as == agreement.Leader
	}
}

// agreement is what a policy was issued under or, before, would come under today.
func (a *Auditor) agreement(p *Policy) *Agreement {
	if p.Terms != nil {
		return p.Terms
	}
	return a.Pools[p.Pool].At(p.Start)
}

// underwritten finds a policy for whoever asks.
func (a *Auditor) underwritten(name, as string) (*Policy, string) {
	policy := a.Policies[name]
	if policy == nil {
		return nil, "insurance.policy_not_found"
	}
	if !mayUnderwrite(as, a.agreement(policy)) {
		return policy, Forbidden
	}
	return policy, ""
}

// change plays a change of a policy: what it comes to before and after is the difference to be booked.
func (a *Auditor) change(p *Policy, effective Day, kind string, do func()) {
	if effective == 0 {
		effective = a.Today
	}
	before := p.sheet()
	do()
	pool := a.Pools[p.Pool]
	pool.post(before, p.sheet(), effective, a.Today)
	a.announce(pool, &p.events, kind)
}

func (a *Auditor) decide(act Decide, as string) (*Policy, string, []string) {
	if as != "" && as != act.Member {
		return nil, Forbidden, nil
	}
	policy := a.Policies[act.Policy]
	if policy == nil {
		return nil, "insurance.policy_not_found", nil
	}
	agreement := a.agreement(policy)
	switch {
	case agreement == nil:
		return policy, "insurance.policy_not_found", nil
	case !agreement.Has(act.Member): // a stranger is refused; the access rules may hide from it that there is a policy
		return policy, "coinsurance.not_a_follower", []string{"coinsurance.not_a_follower", "insurance.policy_not_found"}
	case policy.Issued():
		return policy, "insurance.policy_not_quoted", nil
	case act.Member == agreement.Leader:
		return policy, "coinsurance.not_a_follower", nil
	}
	policy.Accepted[act.Member] = act.Accept
	kind := "coinsurance.risk_declined"
	if act.Accept {
		kind = "coinsurance.risk_accepted"
	}
	a.announce(a.Pools[policy.Pool], &policy.events, kind)
	return policy, "", nil
}

func (a *Auditor) receive(act Receive, as string, effective Day) (*Policy, string) {
	policy, refusal := a.underwritten(act.Policy, as)
	if refusal != "" {
		return policy, refusal
	}
	if act.Amount <= 0 {
		return policy, "insurance.amount_not_positive"
	}
	collector := policy.Collector
	if collector == "" {
		pool := a.Pools[policy.Pool]
		agreement := pool.At(policy.Start)
		if agreement == nil {
			agreement = pool.At(a.Today)
		}
		if agreement == nil {
			return policy, "coinsurance.no_agreement_in_force"
		}
		collector = agreement.Issuer
	}
	a.change(policy, effective, "insurance.premium_received", func() {
		policy.Collector = collector
		policy.Received += act.Amount
	})
	return policy, ""
}

func (a *Auditor) refund(act Refund, as string, effective Day) (*Policy, string) {
	policy, refusal := a.underwritten(act.Policy, as)
	switch {
	case refusal != "":
		return policy, refusal
	case act.Amount <= 0:
		return policy, "insurance.amount_not_positive"
	case act.Amount > policy.Received:
		return policy, "insurance.refund_exceeds_received"
	}
	a.change(policy, effective, "insurance.premium_refunded", func() { policy.Received -= act.Amount })
	return policy, ""
}

func (a *Auditor) issue(act Issue, as string, effective Day) (*Policy, string) {
	policy, refusal := a.underwritten(act.Policy, as)
	if refusal != "" {
		return policy, refusal
	}
	pool := a.Pools[policy.Pool]
	terms := pool.At(policy.Start)
	if refusal := a.mayIssue(policy, terms); refusal != "" {
		return policy, refusal
	}
	if effective == 0 {
		effective = a.Today
	}
	a.change(policy, effective, "insurance.policy_issued", func() {
		policy.State, policy.Terms, policy.Collector = InForce, terms, terms.Issuer
		policy.Slices = []Slice{{Amount: policy.Premium, First: policy.Start, month: pool.month(effective)}}
		policy.fallDue(a.Today)
	})
	a.await(policy)
	pool.reserved = append(pool.reserved, policy)
	return policy, ""
}

// mayIssue names the first rule that keeps a policy from being issued.
func (a *Auditor) mayIssue(p *Policy, terms *Agreement) string {
	switch {
	case p.Issued():
		return "insurance.policy_not_quoted"
	case p.Line == "first_set" && p.EquipmentValue > p.Limit:
		return "insurance.product_rule_broken"
	case terms == nil:
		return "coinsurance.no_agreement_in_force"
	}
	if terms.Authority != nil && p.Limit > *terms.Authority {
		for _, share := range terms.Shares {
			if share.Member != terms.Leader && !p.Accepted[share.Member] {
				return "coinsurance.placement_incomplete"
			}
		}
	}
	for _, share := range terms.Shares {
		if capital := a.Members[share.Member].Capital; capital != 0 && beyondTenth(share.Share, p.Limit, capital) {
			return "coinsurance.capacity_exceeded"
		}
	}
	if p.Received < p.Asked() {
		return "insurance.premium_not_received"
	}
	return ""
}

func (a *Auditor) endorse(act Endorse, as string, effective Day) (*Policy, string) {
	policy, effective, refusal := a.changeable(act.Policy, as, effective)
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
	slice := Slice{Name: act.Name, Amount: act.Premium, First: effective, month: a.Pools[policy.Pool].month(effective)}
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

// changeable finds a policy in force that covers the day from which it is to change.
func (a *Auditor) changeable(name, as string, effective Day) (*Policy, Day, string) {
	if effective == 0 {
		effective = a.Today
	}
	policy, refusal := a.underwritten(name, as)
	switch {
	case refusal != "":
		return policy, effective, refusal
	case policy.State != InForce:
		return policy, effective, "insurance.policy_not_in_force"
	case effective < policy.Start || effective > policy.End:
		return policy, effective, "insurance.outside_period"
	}
	return policy, effective, ""
}

func (a *Auditor) cancel(act Cancel, as string, effective Day) (*Policy, string) {
	policy, effective, refusal := a.changeable(act.Policy, as, effective)
	if refusal != "" {
		return policy, refusal
	}
	returned := int64(0)
	for _, slice := range policy.Slices {
		returned += slice.returns(policy.End, effective)
	}
	if policy.Net < returned {
		return policy, "insurance.premium_negative"
	}
	a.change(policy, effective, "insurance.policy_cancelled", func() {
		policy.State, policy.From, policy.cancelMonth = Cancelled, effective, a.Pools[policy.Pool].month(effective)
		policy.Returned = returned
		policy.Net -= returned
		policy.fallDue(a.Today)
	})
	return policy, ""
}
