package claims

import (
	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
	"gongbao/zone/authority"
)

// gateIn asks, among other reads, for what the gate on money looks at besides the amount.
func (l *lockedClaim) gateIn(reads *pg.Reads, by access.Principal) {
	l.limitsIn(reads, by)
	zone.CountersignaturesIn(reads, l.policy.Pool, l.before.Subject(), l.before.Version, &l.found.gate.words)
}

func (l *lockedClaim) limitsIn(reads *pg.Reads, by access.Principal) {
	zone.LimitIn(reads, by, access.Claims, l.policy.Line, l.today, &l.found.gate.own)
	by.Roles = []access.Role{access.Claims}
	zone.LimitIn(reads, by, access.Claims, l.policy.Line, l.today, &l.found.gate.handler)
}

// stake is what the step puts before the gate.
func (o *Outcome) stake(amount money.Amount) authority.Case {
	gate := o.found.gate
	return authority.Case{
		By: o.by, Role: access.Claims, Line: o.policy.Line, Amount: amount, Limit: gate.own, Words: gate.words,
	}
}

// passDecided asks the gate for an act that decides what the claim comes to: indemnity and expense, approved or paid,
// the larger. Above what a claims handler decides alone, whoever assessed the loss does not decide it 双人复核.
func (o *Outcome) passDecided(act *authority.Act) (err error) {
	c := &o.after
	asked := o.stake(c.decided())
	asked.Junior, asked.Makers = o.found.gate.handler, []string{c.AssessedBy}
	o.pass, err = act.Decide(asked)
	return err
}

// passMoved asks the gate for an act that moves an amount, to date.
func (o *Outcome) passMoved(act *authority.Act, amount money.Amount) (err error) {
	o.pass, err = act.Decide(o.stake(amount))
	return err
}
