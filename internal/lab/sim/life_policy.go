package sim

import (
	"slices"

	"gongbao/internal/lab/sim/auditor"
)

var productLines = []string{"concept_verification", "pilot_test", "first_set", "new_material", "rd_liability"}

// quote makes up a quotation: long and short, past and future, with and without everything that may be left out.
func (l *life) quote(pool *auditor.Pool) auditor.Move {
	d := l.dice
	q := auditor.Quote{
		Policy: l.name("P"), Pool: pool.Code, Line: among(d, productLines...), Start: l.today + d.days(-30, 40),
		Premium: d.amount(), VAT: among(d, int64(6_000_000), 6_000_000, 6_000_000, 13_000_000, 0, 3_333_333),
		Commission: d.fraction(25_000_000),
	}
	switch d.IntN(20) {
	case 0:
		q.Start = l.today - d.days(30, 500)
	case 1:
		q.Start = l.today + d.days(40, 300)
	}
	q.End = q.Start + among(d, 364, 364, 364, 364, d.days(0, 60), d.days(0, 1100))
	q.Limit = 1 + d.part(q.Premium)*int64(d.between(1, 300))
	if d.chance(400) {
		q.Deductible = d.Int64N(q.Limit/20 + 1)
	}
	if d.chance(300) {
		q.Instalments = l.instalments(q)
	}
	if q.Line == "first_set" && d.chance(400) {
		q.EquipmentValue = max(1, d.part(q.Limit))
		if d.chance(200) {
			q.EquipmentValue = q.Limit + 1 + d.Int64N(q.Limit)
		}
	}
	if q.Line == "rd_liability" && d.chance(500) {
		q.Retroactive = q.Start - d.days(0, 400)
	}
	q = l.spoil(q)
	if d.chance(200) { // paid and issued at once, often ahead of its first day
		l.plan(auditor.Receive{Policy: q.Policy, Amount: (&auditor.Policy{Quote: q, Net: q.Premium}).Asked()},
			auditor.Issue{Policy: q.Policy})
	}
	return l.on(q)
}

// spoil breaks a rule of the quotation, rarely.
func (l *life) spoil(q auditor.Quote) auditor.Quote {
	switch l.dice.IntN(110) {
	case 0:
		q.End = q.Start - 1
	case 1:
		q.Limit = 0
	case 2:
		q.Retroactive = q.Start + 1
	case 3:
		q.Instalments = []auditor.Instalment{{Due: q.Start, Amount: q.Premium}, {Due: q.Start, Amount: 1}}
	case 4:
		q.Premium = 0
		q.Instalments = nil
	}
	return q
}

// instalments divide the premium, no part larger than the one before; now and then one is, or a fen is missing.
func (l *life) instalments(q auditor.Quote) []auditor.Instalment {
	parts := int64(l.dice.between(2, 6))
	if q.Premium < 2*parts {
		return nil
	}
	due := q.Start + among(l.dice, 0, l.dice.days(-10, 10), l.dice.days(-10, 10))
	instalments := make([]auditor.Instalment, parts)
	for i := range instalments {
		instalments[i] = auditor.Instalment{Due: due, Amount: q.Premium / parts}
		due += l.dice.days(1, 100)
	}
	instalments[0].Amount += q.Premium % parts
	if l.dice.chance(400) { // the first is larger, the last smaller
		moved := l.dice.Int64N(q.Premium / parts)
		instalments[0].Amount += moved
		instalments[parts-1].Amount -= moved
	}
	switch l.dice.IntN(25) {
	case 0:
		instalments[0].Amount, instalments[parts-1].Amount = instalments[parts-1].Amount, instalments[0].Amount
	case 1:
		instalments[parts-1].Amount = max(1, instalments[parts-1].Amount-1)
	}
	return instalments
}

// policy picks one that fits or, when none of a few does, any; nil when there is none at all.
func (l *life) policy(pool *auditor.Pool, fits func(*auditor.Policy) bool) *auditor.Policy {
	if len(pool.Policies) == 0 {
		return nil
	}
	var policy *auditor.Policy
	for range 8 {
		policy = pool.Policies[l.dice.recent(len(pool.Policies))]
		if fits(policy) || l.dice.chance(60) {
			break
		}
	}
	return policy
}

func (l *life) receive(pool *auditor.Pool) auditor.Move {
	policy := l.policy(pool, func(p *auditor.Policy) bool { return p.Received < p.Gross() })
	if policy == nil {
		return l.quote(pool)
	}
	amount := policy.Asked() - policy.Received
	switch l.dice.IntN(10) {
	case 0, 1, 2:
		amount = policy.Gross() - policy.Received
	case 3, 4:
		amount = l.dice.part(amount)
	case 5:
		amount = l.dice.amount()
	case 6:
		amount = 1
	}
	if amount <= 0 && !l.dice.chance(20) {
		amount = 1 + l.dice.Int64N(100_000)
	}
	return l.on(auditor.Receive{Policy: l.known(policy.Policy), Amount: max(0, amount)})
}

// issue issues what is paid for, often ahead of its first day.
func (l *life) issue(pool *auditor.Pool) auditor.Move {
	policy := l.policy(pool, func(p *auditor.Policy) bool { return !p.Issued() && p.Received >= p.Asked() })
	if policy == nil {
		return l.quote(pool)
	}
	return l.on(auditor.Issue{Policy: l.known(policy.Policy)})
}

func inForce(p *auditor.Policy) bool { return p.State == auditor.InForce || p.State == auditor.Issued }

// endorse changes a premium, up or down, with effect from a day of the period.
func (l *life) endorse(pool *auditor.Pool) auditor.Move {
	policy := l.policy(pool, inForce)
	if policy == nil {
		return l.quote(pool)
	}
	act := auditor.Endorse{
		Policy: l.known(policy.Policy), Name: l.name("E"), Premium: l.dice.part(policy.Net/4 + 1),
		WholePeriod: l.dice.chance(400),
	}
	switch l.dice.IntN(10) {
	case 0, 1, 2, 3, 4:
		act.Premium = -act.Premium
	case 5:
		act.Premium = -l.dice.part(policy.Net)
	case 6:
		act.Premium = among(l.dice, int64(1), -1)
	}
	if len(policy.Slices) > 1 && l.dice.chance(20) {
		act.Name = policy.Slices[1].Name
	}
	return l.within(policy, act)
}

// cancel ends a policy: on any of its days, from its first day, or about a claim; now and then one that has claims, or
// was cancelled before.
func (l *life) cancel(pool *auditor.Pool) auditor.Move {
	fits := inForce
	switch l.dice.IntN(4) {
	case 0:
		fits = func(p *auditor.Policy) bool { return inForce(p) && p.Used() != 0 }
	case 1:
		fits = func(p *auditor.Policy) bool { return inForce(p) && len(p.Turns) > 0 }
	}
	policy := l.policy(pool, fits)
	if settled := l.settled(pool); settled != nil && l.dice.chance(200) {
		policy = settled
	}
	if policy == nil {
		return l.quote(pool)
	}
	move := l.within(policy, auditor.Cancel{Policy: l.known(policy.Policy)})
	switch {
	case l.dice.chance(80) || policy.Retroactive != 0 && l.dice.chance(250):
		move.Effective = policy.Start
	case len(policy.Claims) > 0 && l.dice.chance(500):
		move.Effective = among(l.dice, policy.Claims...).Loss + l.dice.days(-2, 2)
	}
	return move
}

// settled is a policy of which no claim is open, and the last was paid or, as often, was not; nil when there is none
// among the last claims.
func (l *life) settled(pool *auditor.Pool) *auditor.Policy {
	paid := l.dice.chance(500)
	isOpen := func(c *auditor.Claim) bool { return !c.Ended() }
	for _, claim := range slices.Backward(pool.Claims[max(0, len(pool.Claims)-200):]) {
		if !inForce(claim.On) || paid != (claim.PaidIndemnity > 0) {
			continue
		}
		if !slices.ContainsFunc(claim.On.Claims, isOpen) {
			return claim.On
		}
	}
	return nil
}

// early changes a policy that was issued ahead before it is on risk; when there is none, it issues one.
func (l *life) early(pool *auditor.Pool) auditor.Move {
	var waiting []*auditor.Policy
	for _, policy := range pool.Policies[max(0, len(pool.Policies)-400):] {
		if policy.Issued() && policy.OnRisk == 0 {
			waiting = append(waiting, policy)
		}
	}
	if len(waiting) == 0 {
		return l.issue(pool)
	}
	policy := waiting[l.dice.IntN(len(waiting))]
	if policy.State == auditor.Cancelled {
		if l.dice.chance(400) {
			return l.on(auditor.Refund{Policy: policy.Policy, Amount: max(1, policy.Received-policy.Gross())})
		}
		return l.on(auditor.Reinstate{Policy: policy.Policy})
	}
	switch l.dice.IntN(6) {
	case 0:
		return l.on(auditor.Receive{Policy: policy.Policy, Amount: l.dice.amount()})
	case 1:
		return l.on(auditor.Refund{Policy: policy.Policy, Amount: max(1, policy.Received-policy.Gross())})
	case 2:
		return l.within(policy, auditor.Endorse{
			Policy: policy.Policy, Name: l.name("E"), Premium: -l.dice.part(policy.Net/3 + 1), WholePeriod: l.dice.chance(500),
		})
	case 3: // all of it is returned
		move := l.on(auditor.Cancel{Policy: policy.Policy})
		move.Effective = policy.Start
		return move
	default:
		return l.within(policy, auditor.Cancel{Policy: policy.Policy})
	}
}

// reinstate takes a cancellation back; its day, when it is written, is mostly the only one that may be.
func (l *life) reinstate(pool *auditor.Pool) auditor.Move {
	policy := l.policy(pool, func(p *auditor.Policy) bool { return p.State == auditor.Cancelled })
	if policy == nil {
		return l.quote(pool)
	}
	move := l.on(auditor.Reinstate{Policy: l.known(policy.Policy)})
	switch {
	case l.dice.chance(200):
		move.Effective = policy.From
	case l.dice.chance(60):
		move.Effective = policy.From + l.dice.days(1, 30)
	case l.dice.chance(60):
		move.Effective = l.written(pool, policy.OnRisk)
	}
	return move
}

// within dates an act on a day of the policy's period, mostly.
func (l *life) within(policy *auditor.Policy, act auditor.Act) auditor.Move {
	move := l.on(act)
	if l.dice.chance(150) {
		return move
	}
	day := policy.Start + l.dice.days(0, int(policy.End-policy.Start))
	if near := l.today + l.dice.days(-40, 40); policy.Start <= near && near <= policy.End {
		day = near
	}
	first := l.book.Pools[policy.Pool].FirstDay()
	switch {
	case day < first && !l.dice.chance(100):
		day = first
	case first != 0 && l.dice.chance(15):
		day = first - l.dice.days(1, 40)
	}
	move.Effective = day
	return move
}

func (l *life) refund(pool *auditor.Pool) auditor.Move {
	policy := l.policy(pool, func(p *auditor.Policy) bool { return p.Received > p.Gross() })
	if policy == nil {
		return l.quote(pool)
	}
	amount := policy.Received - policy.Gross()
	switch {
	case amount <= 0 || l.dice.chance(200):
		amount = l.dice.part(policy.Received)
	case l.dice.chance(100):
		amount = policy.Received
	case l.dice.chance(100):
		amount++ // a fen that is not owed
	case l.dice.chance(300):
		amount = l.dice.part(amount)
	}
	return l.on(auditor.Refund{Policy: l.known(policy.Policy), Amount: amount})
}

// decide has a follower say its word; mostly all of them say yes one after the other.
func (l *life) decide(pool *auditor.Pool) auditor.Move {
	policy := l.policy(pool, func(p *auditor.Policy) bool {
		terms := pool.At(p.Start)
		return !p.Issued() && terms != nil && terms.Authority != nil && p.Limit > *terms.Authority
	})
	if policy == nil {
		return l.quote(pool)
	}
	if terms := pool.At(policy.Start); terms != nil && l.dice.chance(700) {
		for _, share := range terms.Shares {
			if share.Member != terms.Leader {
				l.plan(auditor.Decide{Policy: policy.Policy, Member: share.Member, Accept: !l.dice.chance(40)})
			}
		}
	}
	return l.on(auditor.Decide{
		Policy: l.known(policy.Policy), Member: among(l.dice, codes...), Accept: l.dice.chance(700),
	})
}
