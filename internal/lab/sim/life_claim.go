package sim

import "gongbao/internal/lab/sim/auditor"

// file makes up a claim on a policy that was issued, mostly for a loss that it covers.
func (l *life) file(pool *auditor.Pool) auditor.Move {
	d := l.dice
	policy := l.policy(pool, func(p *auditor.Policy) bool { return p.Issued() && p.Start <= l.today })
	if policy == nil {
		return l.quote(pool)
	}
	switch {
	case len(pool.Claims) > 0 && d.chance(250): // several claims share one limit
		policy = pool.Claims[d.recent(len(pool.Claims))].On
	case d.chance(80): // what a cancellation leaves
		claimsMade := d.chance(600)
		policy = l.policy(pool, func(p *auditor.Policy) bool {
			return p.State == auditor.Cancelled && p.Start <= l.today && claimsMade == (p.Retroactive != 0)
		})
	}
	first := policy.Start
	if policy.Retroactive != 0 {
		first = policy.Retroactive
	}
	last := max(first, min(policy.End, l.today))
	loss := first + d.days(0, int(last-first))
	if d.chance(120) {
		loss = among(d, first-1, first-d.days(1, 100), policy.End+d.days(1, 40), l.today+d.days(1, 20), policy.From)
	}
	switch {
	case policy.From == policy.Start && policy.Retroactive != 0 && d.chance(500): // cover that never began
		loss = max(policy.Retroactive, policy.Start-d.days(1, 100))
	case policy.From != 0 && d.chance(300): // about a cancellation
		loss = policy.From - d.days(0, 3)
	}
	if loss <= 0 {
		loss = first
	}
	act := auditor.File{Claim: l.name("C"), Policy: l.known(policy.Policy), Loss: loss}
	if d.chance(300) {
		act.Papers = l.today + d.days(-20, 45)
	}
	return l.on(act)
}

// What may happen to a claim by where it stands: mostly what is next, and everything else now and then.
type claimAct = func(*life, *auditor.Claim) auditor.Act

var claimActs = map[string][]weight[claimAct]{
	auditor.Filed: {
		{40, assess}, {30, reserve}, {3, approve}, {3, advance}, {3, pay}, {4, recoverCash}, {6, payCall}, {5, end},
	},
	auditor.Assessed: {
		{25, reserve}, {40, approve}, {22, advance}, {10, assess}, {3, pay}, {5, recoverCash}, {8, payCall}, {6, end},
	},
	auditor.Approved: {
		{60, pay}, {15, reserve}, {12, approve}, {6, advance}, {14, payCall}, {10, recoverCash}, {8, end}, {3, assess},
	},
	auditor.Paid: {
		{40, end}, {14, recoverCash}, {8, reserve}, {8, approve}, {5, pay}, {5, payCall}, {3, assess}, {2, advance},
	},
	auditor.Reopened: {
		{30, assess}, {25, reserve}, {25, approve}, {10, advance}, {8, payCall}, {8, recoverCash}, {5, pay}, {6, end},
	},
}

// handle does something to a claim.
func (l *life) handle(pool *auditor.Pool) auditor.Move {
	if len(pool.Claims) == 0 {
		return l.file(pool)
	}
	claim := pool.Claims[l.dice.recent(len(pool.Claims))]
	if claim.Ended() && l.dice.chance(500) {
		claim = pool.Claims[l.dice.recent(len(pool.Claims))]
	}
	if l.dice.chance(25) {
		return l.on(auditor.Reopen{Claim: claim.Claim}) // also of one that is open
	}
	if claim.Ended() {
		if l.dice.chance(600) {
			return l.on(auditor.Reopen{Claim: l.known(claim.Claim)})
		}
		return l.on(weighed(l.dice, claimActs[auditor.Assessed])(l, claim))
	}
	return l.on(weighed(l.dice, claimActs[claim.State])(l, claim))
}

// estimate is an amount for a claim: of the size of the policy's limit, of any size, now and then a great loss.
func (l *life) estimate(c *auditor.Claim) int64 {
	switch {
	case l.dice.chance(20):
		return 4_900_000_000 + l.dice.Int64N(300_000_000) // about where a claim becomes a major one
	case l.dice.chance(200):
		return l.dice.amount()
	default:
		return l.dice.part(c.On.Limit)
	}
}

// either leaves one of two amounts out, now and then.
func (l *life) either(indemnity, expense int64) (first, second *int64) {
	switch l.dice.IntN(5) {
	case 0:
		return &indemnity, nil
	case 1:
		return nil, &expense
	default:
		return &indemnity, &expense
	}
}

// orNothing leaves an amount out, rarely.
func (l *life) orNothing(amount int64) int64 {
	if l.dice.chance(25) {
		return 0
	}
	return amount
}

func reserve(l *life, c *auditor.Claim) auditor.Act {
	indemnity, expense := l.either(l.estimate(c), l.dice.part(l.estimate(c)/20))
	return auditor.Reserve{Claim: l.known(c.Claim), Indemnity: indemnity, Expense: expense}
}

func assess(l *life, c *auditor.Claim) auditor.Act {
	return auditor.Assess{Claim: l.known(c.Claim), Loss: l.estimate(c) + c.On.Deductible}
}

func approve(l *life, c *auditor.Claim) auditor.Act {
	payable, _ := c.Payable()
	indemnity := max(c.PaidIndemnity, l.dice.part(payable))
	if l.dice.chance(60) {
		indemnity = l.dice.part(payable)
	}
	first, second := l.either(indemnity, c.PaidExpense+l.dice.part(payable/20)-1)
	if second != nil && *second < 0 {
		*second = 0
	}
	return auditor.Approve{Claim: l.known(c.Claim), Indemnity: first, Expense: second}
}

func advance(l *life, c *auditor.Claim) auditor.Act {
	payable, _ := c.Payable()
	left := payable - c.PaidIndemnity
	if l.dice.chance(600) {
		left /= 2
	}
	return auditor.Advance{Claim: l.known(c.Claim), Indemnity: l.orNothing(l.dice.part(left))}
}

func pay(l *life, c *auditor.Claim) auditor.Act {
	act := auditor.Pay{Claim: l.known(c.Claim)}
	if left := c.ApprovedIndemnity - c.PaidIndemnity; left > 0 || l.dice.chance(100) {
		act.Indemnity = l.dice.part(left)
	}
	if left := c.ApprovedExpense - c.PaidExpense; left > 0 || l.dice.chance(100) {
		act.Expense = l.dice.part(left)
	}
	if l.dice.chance(100) { // all of it comes back, so that nothing is owed
		l.plan(auditor.Recover{Claim: c.Claim, Recovery: act.Indemnity + act.Expense})
	}
	return act
}

func recoverCash(l *life, c *auditor.Claim) auditor.Act {
	act := auditor.Recover{Claim: l.known(c.Claim)}
	amount := l.dice.part(c.PaidIndemnity + c.PaidExpense - c.Recovery - c.Salvage)
	if l.dice.chance(30) {
		amount = l.dice.amount()
	}
	amount = l.orNothing(amount)
	switch l.dice.IntN(5) {
	case 0, 1:
		act.Recovery = amount
	case 2, 3:
		act.Salvage = amount
	default:
		act.Recovery, act.Salvage = amount-amount/3, amount/3
	}
	return act
}

func payCall(l *life, c *auditor.Claim) auditor.Act {
	members := c.On.Terms.Shares
	member := members[l.dice.IntN(len(members))].Member
	if l.dice.chance(60) {
		member = among(l.dice, codes...)
	}
	return auditor.PayCall{
		Claim: l.known(c.Claim), Member: member,
		Amount: l.orNothing(l.dice.part(max(c.EstimateIndemnity, c.ApprovedIndemnity) / int64(len(members)))),
	}
}

func end(l *life, c *auditor.Claim) auditor.Act {
	to := among(l.dice, auditor.Closed, auditor.Closed, auditor.Closed, auditor.Refused, auditor.Withdrawn)
	return auditor.End{Claim: l.known(c.Claim), To: to}
}
