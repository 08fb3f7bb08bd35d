package auditor

// quote writes a quotation down. Where a written day is refused and something else too, the page does not say which
// comes first.
func (a *Auditor) quote(act Quote, as string, written Day) (*Policy, string, []string) {
	known, refusal := a.mayQuote(act, as)
	pool := a.Pools[act.Pool]
	switch {
	case pool != nil && a.outOfRange(act.Pool, written, false):
		return nil, dateOutOfRange, []string{refusal}
	case refusal != "":
		return known, refusal, nil
	}
	policy := &Policy{
		Quote: act, State: Quoted, Net: act.Premium, Accepted: map[string]bool{}, cleared: map[Account]int64{},
	}
	a.Policies[act.Policy] = policy
	pool.Policies = append(pool.Policies, policy)
	a.announce(pool, &policy.events, "insurance.policy_quoted")
	return policy, "", nil
}

// mayQuote names the first rule that a quotation breaks, and the policy that has its name.
func (a *Auditor) mayQuote(act Quote, as string) (known *Policy, refusal string) {
	if act.End < act.Start || act.Limit <= 0 || act.Retroactive > act.Start || !rising(act.Instalments) {
		return nil, "insurance.policy_invalid"
	}
	sum, loaded := int64(0), false
	for i, instalment := range act.Instalments {
		loaded = loaded || i > 0 && instalment.Amount > act.Instalments[i-1].Amount
		sum += instalment.Amount
	}
	switch {
	case len(act.Instalments) > 0 && sum != act.Premium:
		return nil, "insurance.instalments_do_not_sum"
	case loaded:
		return nil, "insurance.instalment_back_loaded"
	}
	pool := a.Pools[act.Pool]
	if pool == nil {
		return nil, poolNotFound
	}
	if !mayUnderwrite(as, pool.At(act.Start)) {
		return nil, Forbidden
	}
	if known := a.Policies[act.Policy]; known != nil && known.Pool == act.Pool {
		return known, "insurance.policy_exists"
	}
	return nil, ""
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

// underwritten finds a policy for whoever asks, and gives the day from which what is asked has effect. A day that was
// written is checked; ahead says that it may lie in the future.
func (a *Auditor) underwritten(name, as string, written Day, ahead bool) (*Policy, Day, string) {
	policy := a.Policies[name]
	switch {
	case policy == nil:
		return nil, 0, "insurance.policy_not_found"
	case a.outOfRange(policy.Pool, written, ahead):
		return policy, 0, dateOutOfRange
	case !mayUnderwrite(as, a.agreement(policy)):
		return policy, 0, Forbidden
	case written == 0:
		return policy, a.Today, ""
	default:
		return policy, written, ""
	}
}

const dateOutOfRange = "ledger.date_out_of_range"

// outOfRange says that a written day lies before the pool's first agreement or, for what must have happened, ahead.
func (a *Auditor) outOfRange(pool string, written Day, ahead bool) bool {
	if written == 0 {
		return false
	}
	first := a.Pools[pool].FirstDay()
	return first == 0 || written < first || !ahead && written > a.Today
}

// change plays a change of a policy: what it comes to before and after is the difference to be booked, on the day or,
// when that was before the policy is on risk, on the day of that.
func (a *Auditor) change(p *Policy, effective Day, kind string, do func()) {
	before := p.sheet()
	do()
	pool := a.Pools[p.Pool]
	pool.post(p.Policy, before, p.sheet(), p.dated(effective), a.Today)
	a.announce(pool, &p.events, kind)
}

// decide is a follower's word on a risk.
func (a *Auditor) decide(act Decide, as string, written Day) (*Policy, string) {
	if as != "" && as != act.Member {
		return nil, Forbidden
	}
	policy := a.Policies[act.Policy]
	if policy == nil {
		return nil, "insurance.policy_not_found"
	}
	agreement := a.agreement(policy)
	refusal := ""
	switch {
	case a.outOfRange(policy.Pool, written, false):
		refusal = dateOutOfRange
	case policy.Issued():
		refusal = "insurance.policy_not_quoted"
	case agreement == nil:
		refusal = "coinsurance.no_agreement_in_force"
	case !agreement.Has(act.Member) || act.Member == agreement.Leader:
		refusal = "coinsurance.not_a_follower"
	}
	if refusal != "" {
		return policy, refusal
	}
	policy.Accepted[act.Member] = act.Accept
	kind := "coinsurance.risk_declined"
	if act.Accept {
		kind = "coinsurance.risk_accepted"
	}
	a.announce(a.Pools[policy.Pool], &policy.events, kind)
	return policy, ""
}

func (a *Auditor) receive(act Receive, as string, written Day) (*Policy, string) {
	policy, effective, refusal := a.underwritten(act.Policy, as, written, false)
	if refusal != "" {
		return policy, refusal
	}
	if act.Amount <= 0 {
		return policy, "insurance.amount_not_positive"
	}
	collector := policy.Collector
	if collector == "" {
		agreement := a.agreement(policy)
		if agreement == nil {
			agreement = a.Pools[policy.Pool].At(a.Today)
		}
		if agreement == nil {
			return policy, "coinsurance.no_agreement_in_force"
		}
		collector = agreement.Issuer
	}
	a.change(policy, effective, "insurance.premium_received", func() {
		policy.Collector = collector
		policy.Received += act.Amount
		policy.receipt = max(policy.receipt, effective)
	})
	return policy, ""
}

func (a *Auditor) refund(act Refund, as string, written Day) (*Policy, string) {
	policy, effective, refusal := a.underwritten(act.Policy, as, written, false)
	switch {
	case refusal != "":
		return policy, refusal
	case act.Amount <= 0:
		return policy, "insurance.amount_not_positive"
	case act.Amount > policy.Received:
		return policy, "insurance.refund_exceeds_received"
	case policy.Issued() && policy.Received-act.Amount < policy.Gross():
		return policy, "insurance.refund_not_owed"
	}
	a.change(policy, effective, "insurance.premium_refunded", func() { policy.Received -= act.Amount })
	return policy, ""
}

// issue makes the contract. On or after its first day the policy is on risk at once; ahead of it nothing is booked.
func (a *Auditor) issue(act Issue, as string, written Day) (*Policy, string) {
	policy, effective, refusal := a.underwritten(act.Policy, as, written, false)
	if refusal != "" {
		return policy, refusal
	}
	pool := a.Pools[policy.Pool]
	terms := pool.At(policy.Start)
	if refusal := a.mayIssue(policy, terms); refusal != "" {
		return policy, refusal
	}
	a.change(policy, effective, "insurance.policy_issued", func() {
		policy.State, policy.Terms = Issued, terms
		policy.Slices = []Slice{{Amount: policy.Premium, First: policy.Start}}
		if policy.Start <= a.Today {
			pool.takeOn(policy, max(policy.Start, effective, policy.receipt), a.Today)
		}
	})
	a.await(policy)
	return policy, ""
}

// takeOn puts a policy on risk: what was noted of it is posted now. Its instalments up to a day have fallen due.
func (p *Pool) takeOn(policy *Policy, day, due Day) {
	if policy.State == Issued {
		policy.State = InForce
	}
	policy.OnRisk, policy.Collector = day, policy.Terms.Issuer
	month := p.month(day)
	for i := range policy.Slices {
		policy.Slices[i].month = month
	}
	for i := range policy.Turns {
		policy.Turns[i].month = month
		if policy.Turns[i].Reinstated {
			policy.Turns[i].counter = month
		}
	}
	policy.fallDue(due)
	p.reserved = append(p.reserved, policy)
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
