package auditor

// await notes the days on which something of a policy just issued falls due.
func (a *Auditor) await(p *Policy) {
	for _, instalment := range p.Instalments {
		if instalment.Due > a.Today && instalment.Due != p.End+1 { // the day of its end is awaited below
			a.awaited[instalment.Due] = append(a.awaited[instalment.Due], p)
		}
	}
	if p.End < a.Today {
		a.overdue = append(a.overdue, p)
		return
	}
	a.awaited[p.End+1] = append(a.awaited[p.End+1], p)
	if p.OnRisk == 0 {
		a.toBegin[p.Start] = append(a.toBegin[p.Start], p)
	}
}

// begin puts a policy issued ahead on risk: at 00:00 of its first day it books what an issue on risk books at once. An
// instalment of that very day falls due right after.
func (a *Auditor) begin(p *Policy) {
	a.change(p, p.Start, "insurance.policy_incepted", func() { a.Pools[p.Pool].takeOn(p, p.Start, p.Start-1) })
}

// Advance lets the days pass: at 00:00 of its day a policy issued ahead goes on risk, then an instalment falls due, and
// a policy is announced as expired. It gives the standing of every policy to which that happened.
func (a *Auditor) Advance(day Day) []*Standing {
	if day == a.Today {
		return nil
	}
	var moved []*Policy
	for _, policy := range a.overdue {
		if a.expire(policy) {
			moved = append(moved, policy)
		}
	}
	a.overdue = nil
	for next := a.Today + 1; a.Today != 0 && next <= day; next++ {
		a.Today = next
		a.chargeInterest()
		for _, policy := range a.toBegin[next] {
			a.begin(policy)
			moved = append(moved, policy)
		}
		delete(a.toBegin, next)
		for _, policy := range a.awaited[next] {
			if due := a.instalmentDue(policy); a.expire(policy) || due {
				moved = append(moved, policy)
			}
		}
		delete(a.awaited, next)
	}
	a.Today = day
	a.hearSilence()
	a.passOn()
	standings := make([]*Standing, len(moved))
	for i, policy := range moved {
		standings[i] = a.policyStanding(policy)
	}
	return standings
}

func (a *Auditor) instalmentDue(p *Policy) bool {
	if p.OnRisk == 0 {
		return false
	}
	for _, instalment := range p.Instalments {
		if instalment.Due == a.Today {
			a.change(p, a.Today, "insurance.instalment_due", func() { p.fallDue(a.Today) })
			return true
		}
	}
	return false
}

func (a *Auditor) expire(p *Policy) bool {
	if p.State != InForce || p.Announced || a.Today <= p.End {
		return false
	}
	p.Announced = true
	a.announce(a.Pools[p.Pool], &p.events, "insurance.policy_expired")
	return true
}

// Kept are the balances that the close of a month keeps: those of its accounting month and all before.
type Kept struct {
	Pool     string
	Month    Month
	Balances map[Account]int64
}

// NextToClose is the month that can be closed next, none while nothing was posted.
func (p *Pool) NextToClose() Month {
	switch {
	case p.Closed != 0:
		return p.Closed + 1
	case p.first == 0:
		return 0
	default:
		return p.first.Month()
	}
}

func (a *Auditor) closePeriod(act ClosePeriod, as string) (*Kept, string) {
	if as != "" && as != "manager" {
		return nil, Forbidden
	}
	pool := a.Pools[act.Pool]
	switch {
	case pool == nil:
		return nil, poolNotFound
	case act.Month != pool.NextToClose() || a.Today <= act.Month.Last():
		return nil, "ledger.period_closed"
	}
	a.reserveUnearned(pool, act.Month)
	pool.Closed = act.Month
	pool.events["ledger.period_closed"]++
	kept := &Kept{Pool: pool.Code, Month: act.Month, Balances: map[Account]int64{}}
	for key, account := range pool.accounts {
		account.kept += account.months[act.Month]
		delete(account.months, act.Month)
		if account.kept != 0 {
			kept.Balances[key] = account.kept
		}
	}
	return kept, ""
}

// reserveUnearned books what the days after the month bear of what was posted by then.
func (a *Auditor) reserveUnearned(pool *Pool, month Month) {
	left := pool.reserved[:0]
	for _, policy := range pool.reserved {
		unearned := policy.unearnedAfter(month)
		if unearned != policy.Unearned {
			a.change(policy, month.Last(), "insurance.unearned_premium_booked", func() { policy.Unearned = unearned })
		}
		if unearned != 0 || policy.End > month.Last() {
			left = append(left, policy)
		}
	}
	clear(pool.reserved[len(left):])
	pool.reserved = left
}

// unearnedAfter is nothing once a cancellation was posted and not taken back.
func (p *Policy) unearnedAfter(month Month) int64 {
	for _, turn := range p.Turns {
		if turn.month <= month && (!turn.Reinstated || turn.counter > month) {
			return 0
		}
	}
	sum := int64(0)
	for _, slice := range p.Slices {
		if slice.month <= month {
			sum += slice.unearned(p.End, month.Last()+1)
		}
	}
	return sum
}
