package sim

import (
	"slices"

	"gongbao/internal/lab/sim/auditor"
)

// propose proposes what is to be settled, now and then of what both have confirmed only; mostly when all have confirmed
// who must. Often another person decides at once.
func propose(l *life, s *auditor.Statement, of auditor.OnStatement) auditor.Act {
	only := l.dice.chance(450)
	if !only && len(l.unconfirmed(s)) > 0 && !l.dice.chance(100) {
		return confirm(l, s, of)
	}
	if l.dice.chance(400) {
		l.plan(auditor.ApproveRun{OnStatement: of})
	}
	return auditor.Propose{OnStatement: of, ConfirmedOnly: only}
}

// unconfirmed are the members that have yet to confirm a statement.
func (l *life) unconfirmed(s *auditor.Statement) (members []string) {
	for _, member := range s.Parties() {
		if !s.Confirmed[member] {
			members = append(members, member)
		}
	}
	return members
}

func approveRun(_ *life, _ *auditor.Statement, of auditor.OnStatement) auditor.Act {
	return auditor.ApproveRun{OnStatement: of}
}

func withdrawRun(_ *life, _ *auditor.Statement, of auditor.OnStatement) auditor.Act {
	return auditor.WithdrawRun{OnStatement: of}
}

// unwindRun proposes to unwind a run, mostly when something of it is paid; often another person decides at once.
func unwindRun(l *life, s *auditor.Statement, of auditor.OnStatement) auditor.Act {
	some := func(o auditor.Order) bool { return o.Paid > 0 }
	if (s.Settlement == nil || !slices.ContainsFunc(s.Settlement.Orders, some)) && !l.dice.chance(300) {
		return payOrder(l, s, of)
	}
	if l.dice.chance(300) {
		l.plan(auditor.ApproveUnwinding{OnStatement: of})
	}
	return auditor.ProposeUnwinding{OnStatement: of}
}

func approveUnwinding(l *life, _ *auditor.Statement, of auditor.OnStatement) auditor.Act {
	return auditor.ApproveUnwinding{OnStatement: of, Self: l.dice.chance(50)}
}

func withdrawUnwinding(_ *life, _ *auditor.Statement, of auditor.OnStatement) auditor.Act {
	return auditor.WithdrawUnwinding{OnStatement: of}
}

// cancelStatement takes a statement back; mostly its period is drawn again, at once or when something has happened.
func cancelStatement(l *life, s *auditor.Statement, of auditor.OnStatement) auditor.Act {
	if s.Settlement == nil && l.dice.chance(700) {
		l.plan(auditor.Draw{OnStatement: of})
	}
	return auditor.CancelStatement{OnStatement: of}
}

// sendOrder has a bank accept or reject a payment order of which nothing is paid, mostly; what is rejected is often
// sent again.
func sendOrder(l *life, s *auditor.Statement, of auditor.OnStatement) auditor.Act {
	order := l.order(s, func(o *auditor.Order) bool { return o.Paid == 0 && !o.Filed && o.Void == 0 })
	if order == nil {
		return payOrder(l, s, of)
	}
	act := auditor.SendOrder{OnOrder: named(s, order), Rejected: l.dice.chance(550)}
	if act.Rejected && l.dice.chance(500) {
		l.plan(auditor.SendOrder{OnOrder: act.OnOrder, Rejected: l.dice.chance(200)})
	}
	return act
}

// named is how a move names an order.
func named(s *auditor.Statement, order *auditor.Order) auditor.OnOrder {
	return auditor.OnOrder{
		OnStatement: s.Named(), Ring: order.Ring, Payer: order.Payer, Payee: order.Payee, Back: order.Back,
	}
}

// ofBank says that an act is a bank's word on money, which has a day of its own.
func ofBank(act auditor.Act) bool {
	switch act.(type) {
	case auditor.PayOrder, auditor.ReturnOrder:
		return true
	default:
		return false
	}
}

// onQuery picks a query of a statement, mostly one that stands, and rarely one that is nowhere.
func (l *life) onQuery(s *auditor.Statement, of auditor.OnStatement) (auditor.OnQuery, *auditor.Raised) {
	on := auditor.OnQuery{OnStatement: of}
	if len(s.Queries) == 0 || l.dice.chance(30) {
		on.Number = among(l.dice, 0, len(s.Queries)+1)
		return on, nil
	}
	for range 6 {
		on.Number = 1 + l.dice.IntN(len(s.Queries))
		if s.Disputes[s.Queries[on.Number-1].Dispute] > 0 {
			break
		}
	}
	return on, s.Queries[on.Number-1]
}

// answerQuery has another party answer a query, mostly, or the manager.
func answerQuery(l *life, s *auditor.Statement, of auditor.OnStatement) auditor.Act {
	on, raised := l.onQuery(s, of)
	switch {
	case l.dice.chance(350):
	case raised == nil || len(raised.Others()) == 0 || l.dice.chance(80):
		on.By = l.member(s)
	default:
		on.By = among(l.dice, raised.Others()...)
	}
	return auditor.AnswerQuery{OnQuery: on}
}

// escalateQuery has who raised a query pass it on, mostly, or the manager take it up.
func escalateQuery(l *life, s *auditor.Statement, of auditor.OnStatement) auditor.Act {
	on, raised := l.onQuery(s, of)
	switch {
	case l.dice.chance(250):
	case raised == nil || l.dice.chance(80):
		on.By = l.member(s)
	default:
		on.By = raised.Member
	}
	return auditor.EscalateQuery{OnQuery: on}
}
