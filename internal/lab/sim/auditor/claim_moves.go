package auditor

// file is first notice and filing.
func (a *Auditor) file(act File, as string, written Day) (*Claim, string) {
	policy := a.Policies[act.Policy]
	switch {
	case policy == nil:
		return nil, "insurance.policy_not_found"
	case a.outOfRange(policy.Pool, written, false):
		return nil, dateOutOfRange
	case !policy.Issued():
		return nil, "insurance.policy_not_in_force"
	case !mayHandle(as, policy.Terms):
		return nil, Forbidden
	case !policy.covers(act.Loss, a.Today):
		return nil, "claims.loss_outside_period"
	}
	if known := a.Claims[act.Claim]; known != nil && known.On.Pool == policy.Pool {
		return known, "claims.claim_exists"
	}
	if act.Papers == 0 {
		act.Papers = a.Today
	}
	claim := &Claim{
		File: act, On: policy, State: Filed, FiledOn: a.Today, calls: map[string]*call{}, cleared: map[Account]int64{},
	}
	a.Claims[act.Claim] = claim
	policy.Claims = append(policy.Claims, claim)
	pool := a.Pools[policy.Pool]
	pool.Claims = append(pool.Claims, claim)
	a.announce(pool, &claim.events, "claims.claim_filed")
	a.setOff(pool, claim)
	return claim, ""
}

// covers says that a loss of a day, filed on another, is one the policy answers for.
func (p *Policy) covers(loss, filed Day) bool {
	first := p.Start
	if p.Retroactive != 0 {
		first = p.Retroactive
	}
	switch {
	case loss < first || loss > p.End || loss > filed:
		return false
	case p.State == Cancelled && (loss >= p.From || p.From == p.Start): // from its first day on it never answered
		return false
	default:
		return p.Retroactive == 0 || p.Start <= filed && filed <= p.End
	}
}

func mayHandle(as string, agreement *Agreement) bool {
	return as == "" || as == agreement.Servicer || as == agreement.Leader
}

// handled finds a claim for whoever asks, and lets it be changed.
func (a *Auditor) handled(name, as string, written Day) (*Claim, string) {
	claim, refusal := a.claim(name, as, written)
	if refusal == "" && claim.Ended() {
		return claim, "claims.claim_closed"
	}
	return claim, refusal
}

// moved finds a claim whose money is moved: where every member pays its own portion, the servicer alone says so.
func (a *Auditor) moved(name, as string, written Day) (*Claim, string) {
	claim, refusal := a.claim(name, as, written)
	switch {
	case refusal != "":
		return claim, refusal
	case claim.On.Terms.Claims == Each && as != "" && as != claim.On.Terms.Servicer:
		return claim, Forbidden
	case claim.Ended():
		return claim, "claims.claim_closed"
	}
	return claim, ""
}

// claim finds a claim for whoever asks; a written day is checked.
func (a *Auditor) claim(name, as string, written Day) (*Claim, string) {
	claim := a.Claims[name]
	switch {
	case claim == nil:
		return nil, "claims.claim_not_found"
	case a.outOfRange(claim.On.Pool, written, false):
		return claim, dateOutOfRange
	case !mayHandle(as, claim.On.Terms):
		return claim, Forbidden
	}
	return claim, ""
}

// handle plays a change of a claim, and announces what the new figures reach for the first time.
func (a *Auditor) handle(c *Claim, effective Day, kind string, do func()) {
	if effective == 0 {
		effective = a.Today
	}
	before := c.sheet()
	do()
	pool := a.Pools[c.On.Pool]
	pool.post(c.Claim, before, c.sheet(), c.On.dated(effective), a.Today)
	a.announce(pool, &c.events, kind)
	a.setOff(pool, c)
}

// setOff announces a large loss, a major claim and a cash call, each once.
func (a *Auditor) setOff(pool *Pool, c *Claim) {
	reached := func(amount int64, from *int64) bool { return from != nil && amount >= *from }
	if !c.Noticed && reached(c.EstimateIndemnity, c.On.Terms.NoticeFrom) {
		c.Noticed = true
		a.announce(pool, &c.events, "claims.large_loss_notified")
	}
	if c.MajorOn == 0 && c.EstimateIndemnity >= majorFrom {
		c.MajorOn = a.Today
		a.announce(pool, &c.events, "claims.major_claim_flagged")
	}
	if !c.Called && reached(c.ApprovedIndemnity, c.On.Terms.CashCallFrom) {
		c.Called = true
		a.announce(pool, &c.events, "claims.cash_call_made")
	}
}

func (a *Auditor) reserve(act Reserve, as string, effective Day) (*Claim, string) {
	claim, refusal := a.handled(act.Claim, as, effective)
	if refusal != "" {
		return claim, refusal
	}
	a.handle(claim, effective, "claims.claim_reserved", func() {
		replace(&claim.EstimateIndemnity, act.Indemnity)
		replace(&claim.EstimateExpense, act.Expense)
	})
	return claim, ""
}

func replace(figure *int64, by *int64) {
	if by != nil {
		*figure = *by
	}
}

func (a *Auditor) assess(act Assess, as string, effective Day) (*Claim, string) {
	claim, refusal := a.handled(act.Claim, as, effective)
	if refusal != "" {
		return claim, refusal
	}
	a.handle(claim, effective, "claims.claim_assessed", func() {
		claim.Worth = &act.Loss
		if claim.State == Filed || claim.State == Reopened {
			claim.State = Assessed
		}
	})
	return claim, ""
}

func (a *Auditor) approve(act Approve, as string, effective Day) (*Claim, string) {
	claim, refusal := a.handled(act.Claim, as, effective)
	if refusal != "" {
		return claim, refusal
	}
	indemnity, expense := claim.ApprovedIndemnity, claim.ApprovedExpense
	replace(&indemnity, act.Indemnity)
	replace(&expense, act.Expense)
	switch {
	case claim.exceedsPayable(indemnity):
		return claim, "claims.exceeds_payable"
	case indemnity < claim.PaidIndemnity || expense < claim.PaidExpense:
		return claim, "claims.approval_below_paid"
	}
	a.handle(claim, effective, "claims.claim_approved", func() {
		claim.ApprovedIndemnity, claim.ApprovedExpense = indemnity, expense
		claim.State, claim.ApprovedOn = Approved, a.Today
		claim.paidUp()
	})
	return claim, ""
}

// paidUp makes a claim paid once both streams are paid as approved.
func (c *Claim) paidUp() {
	if c.State == Approved && c.PaidIndemnity == c.ApprovedIndemnity && c.PaidExpense == c.ApprovedExpense {
		c.State = Paid
	}
}

const amountNotPositive = "claims.amount_not_positive"

// advance is a payment before approval; once an approval was recorded it is a payment like any other.
func (a *Auditor) advance(act Advance, as string, effective Day) (*Claim, string) {
	claim, refusal := a.moved(act.Claim, as, effective)
	if refusal != "" {
		return claim, refusal
	}
	if act.Indemnity <= 0 {
		return claim, amountNotPositive
	}
	paid := claim.PaidIndemnity + act.Indemnity
	if claim.ApprovedOn != 0 {
		if refusal := claim.mayPay(paid, claim.PaidExpense); refusal != "" {
			return claim, refusal
		}
	} else if claim.exceedsPayable(paid) {
		return claim, "claims.exceeds_payable"
	}
	a.handle(claim, effective, "claims.claim_advanced", func() {
		claim.PaidIndemnity = paid
		claim.paidUp()
	})
	return claim, ""
}

func (c *Claim) mayPay(indemnity, expense int64) string {
	if indemnity > c.ApprovedIndemnity || expense > c.ApprovedExpense {
		return "claims.payment_exceeds_approved"
	}
	return ""
}

func (a *Auditor) pay(act Pay, as string, effective Day) (*Claim, string) {
	claim, refusal := a.moved(act.Claim, as, effective)
	if refusal != "" {
		return claim, refusal
	}
	if act.Indemnity <= 0 && act.Expense <= 0 {
		return claim, amountNotPositive
	}
	indemnity, expense := claim.PaidIndemnity+act.Indemnity, claim.PaidExpense+act.Expense
	if refusal := claim.mayPay(indemnity, expense); refusal != "" {
		return claim, refusal
	}
	a.handle(claim, effective, "claims.claim_paid", func() {
		claim.PaidIndemnity, claim.PaidExpense = indemnity, expense
		claim.paidUp()
	})
	return claim, ""
}

func (a *Auditor) recover(act Recover, as string, effective Day) (*Claim, string) {
	claim, refusal := a.moved(act.Claim, as, effective)
	switch {
	case refusal != "":
		return claim, refusal
	case act.Recovery <= 0 && act.Salvage <= 0:
		return claim, amountNotPositive
	case claim.Recovery+claim.Salvage+act.Recovery+act.Salvage > claim.PaidIndemnity+claim.PaidExpense:
		return claim, "claims.recovery_exceeds_paid"
	}
	a.handle(claim, effective, "claims.claim_recovered", func() {
		claim.Recovery += act.Recovery
		claim.Salvage += act.Salvage
	})
	return claim, ""
}

func (a *Auditor) payCall(act PayCall, as string, effective Day) (*Claim, string) {
	claim, refusal := a.handled(act.Claim, as, effective)
	if refusal != "" {
		return claim, refusal
	}
	terms := claim.On.Terms
	switch {
	case terms.Claims == Each:
		return claim, "claims.no_cash_call"
	case act.Member == terms.Servicer || !terms.Has(act.Member):
		return claim, "coinsurance.not_a_follower"
	case act.Amount <= 0:
		return claim, amountNotPositive
	}
	a.handle(claim, effective, "claims.cash_call_paid", func() {
		paying := claim.calls[act.Member]
		if paying == nil {
			paying = &call{}
			claim.calls[act.Member] = paying
		}
		paying.paid += act.Amount
	})
	return claim, ""
}

// end closes, refuses or withdraws a claim: what is approved is what was paid, and every call is used up.
func (a *Auditor) end(act End, as string, effective Day) (*Claim, string) {
	claim, refusal := a.handled(act.Claim, as, effective)
	switch {
	case refusal != "":
		return claim, refusal
	case act.To != Withdrawn &&
		(claim.ApprovedIndemnity > claim.PaidIndemnity || claim.ApprovedExpense > claim.PaidExpense):
		return claim, "claims.approved_unpaid"
	}
	a.handle(claim, effective, "claims.claim_"+act.To, func() {
		claim.State = act.To
		claim.ApprovedIndemnity, claim.ApprovedExpense = claim.PaidIndemnity, claim.PaidExpense
		if act.To == Refused {
			claim.RefusedOn = a.Today
		}
	})
	indemnity, expense := claim.On.Terms.split(claim.PaidIndemnity), claim.On.Terms.split(claim.PaidExpense)
	for i, share := range claim.On.Terms.Shares {
		if paid := claim.calls[share.Member]; paid != nil {
			portion := indemnity[i] + expense[i]
			paid.endUsed, paid.up = paid.used(portion, true)
			paid.endPaid, paid.endPortion = paid.paid, portion
		}
	}
	return claim, ""
}

func (a *Auditor) reopen(act Reopen, as string, effective Day) (*Claim, string) {
	claim, refusal := a.claim(act.Claim, as, effective)
	switch {
	case refusal != "":
		return claim, refusal
	case !claim.Ended():
		return claim, "claims.claim_open"
	}
	a.handle(claim, effective, "claims.claim_reopened", func() { claim.State = Reopened })
	return claim, ""
}
