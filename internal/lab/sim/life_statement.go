package sim

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"gongbao/internal/lab/sim/auditor"
)

// drawing draws up the statements of a period: mostly of about now, also ahead, of the past and of a quarter, and now
// and then of one that was drawn.
func (l *life) drawing(pool *auditor.Pool) auditor.Move {
	period, taken := l.period(pool)
	if taken && l.dice.chance(600) { // all about now is drawn, so something is to happen first
		return l.endorse(pool)
	}
	return l.on(auditor.Draw{OnStatement: auditor.OnStatement{Pool: pool.Code, Period: period}})
}

// period picks a period, and says whether all that were thought of first are drawn.
func (l *life) period(pool *auditor.Pool) (auditor.Period, bool) {
	taken := func(period auditor.Period) bool {
		return slices.ContainsFunc(pool.Statements, func(s *auditor.Statement) bool { return s.Period.Overlaps(period) })
	}
	if len(pool.Statements) > 0 && l.dice.chance(40) {
		return pool.Statements[l.dice.recent(len(pool.Statements))].Period, false
	}
	var period auditor.Period
	for range 6 {
		away := among(l.dice, -1, -1, 0, 0, -2, l.dice.between(-8, 3), l.dice.between(-30, 40))
		period = auditor.Period{First: l.today.Month() + auditor.Month(away), Months: 1} //nolint:gosec // a few years
		if l.dice.chance(200) {
			period = auditor.Period{First: period.First - period.First%3, Months: 3}
		}
		if !taken(period) || l.dice.chance(20) {
			return period, false
		}
	}
	if l.dice.chance(900) { // ahead
		for period.Months = 1; taken(period); {
			period.First++
		}
	}
	return period, true
}

// settling does to a statement that is under way, mostly, what is next, and everything else now and then.
func (l *life) settling(pool *auditor.Pool) auditor.Move {
	statement := l.underway(pool)
	if statement == nil {
		return l.drawing(pool)
	}
	acts := append(l.whatIsNext(pool, statement), weight[statementAct]{1, answerQuery})
	if len(statement.Disputes) > 0 {
		acts = append(acts, weight[statementAct]{14, answerQuery}, weight[statementAct]{6, escalateQuery})
	}
	of := auditor.OnStatement{Pool: pool.Code, Period: statement.Period}
	if l.dice.chance(10) {
		of.Period.First -= 12 * auditor.Month(l.dice.between(5, 40)) //nolint:gosec // some years
	}
	move := l.on(weighed(l.dice, acts)(l, statement, of))
	_, pays := move.Act.(auditor.MarkPaid)
	if (pays || ofBank(move.Act)) && statement.Settlement != nil && statement.Settlement.Approved && l.dice.chance(300) {
		move.Effective = statement.Settlement.On + l.dice.days(0, int(l.today-statement.Settlement.On))
		if pays && l.dice.chance(100) {
			move.Effective = among(l.dice, l.today+1, auditor.Day(1))
		}
	}
	return move
}

// whatIsNext weighs what may be done to a statement, by how far it has come.
func (l *life) whatIsNext(pool *auditor.Pool, s *auditor.Statement) []weight[statementAct] {
	latest := 0
	if s == pool.Statements[len(pool.Statements)-1] {
		latest = 1
	}
	switch settlement := s.Settlement; {
	case settlement == nil:
		return []weight[statementAct]{
			{60, confirm}, {18, query}, {7, resolve}, {30, settle}, {2, paid}, {14, propose}, {1 + 10*latest, cancelStatement},
			{1, approveRun}, {1, withdrawRun}, {1, withdrawUnwinding},
		}
	case !settlement.Approved:
		return []weight[statementAct]{
			{40, approveRun}, {14, withdrawRun}, {10, query}, {6, resolve}, {5, confirm}, {2, settle}, {2, paid}, {2, payOrder},
			{2, propose}, {2 * latest, cancelStatement}, {1, approveUnwinding},
		}
	case settlement.UnwindOn != 0:
		return []weight[statementAct]{
			{60, payOrder}, {25, returnOrder}, {20, sendOrder}, {3, paid}, {3, query}, {2, settle}, {2, propose},
			{2, confirm}, {2 * latest, cancelStatement}, {1, unwindRun}, {1, approveUnwinding}, {1, withdrawUnwinding},
		}
	case settlement.ToUnwind:
		return []weight[statementAct]{
			{50, approveUnwinding}, {10, withdrawUnwinding}, {12, payOrder}, {6, returnOrder}, {5, sendOrder}, {4, paid},
			{2, unwindRun}, {2, query}, {1, withdrawRun},
		}
	case !settlement.Paid:
		return []weight[statementAct]{
			{40, paid}, {30, payOrder}, {12, returnOrder}, {12, resolve}, {5, query}, {4, settle}, {3, confirm}, {24, sendOrder},
			{2, propose}, {1, approveRun}, {1, withdrawRun}, {2 * latest, cancelStatement},
			{12, unwindRun}, {1, approveUnwinding},
		}
	case len(s.Disputes) > 0:
		return []weight[statementAct]{
			{40, resolve}, {5, query}, {5, returnOrder}, {3, paid}, {2, settle}, {2, confirm}, {2, sendOrder},
		}
	case s.Open():
		return []weight[statementAct]{{40, confirm}, {5, query}, {5, returnOrder}, {3, paid}, {2, settle}}
	default:
		return []weight[statementAct]{
			{4, resolve}, {4, query}, {5, returnOrder}, {6, paid}, {4, settle}, {2, confirm}, {2, payOrder}, {2, sendOrder},
			{1, unwindRun},
		}
	}
}

// underway picks a statement, mostly one that is not paid yet or of which something is held; nil when there is none.
func (l *life) underway(pool *auditor.Pool) *auditor.Statement {
	recent := pool.Statements[max(0, len(pool.Statements)-40):]
	if len(recent) == 0 {
		return nil
	}
	var open, held []*auditor.Statement
	for _, statement := range recent {
		switch {
		case statement.Settlement == nil || !statement.Settlement.Paid:
			open = append(open, statement)
		case len(statement.Disputes) > 0 || statement.Open():
			held = append(held, statement)
		}
	}
	switch {
	case len(open) > 0 && (len(held) == 0 || l.dice.chance(750)) && !l.dice.chance(50):
		return open[min(l.dice.IntN(len(open)), l.dice.IntN(len(open)))]
	case len(held) > 0 && !l.dice.chance(50):
		return held[l.dice.IntN(len(held))]
	case l.dice.chance(700):
		return nil
	default:
		return recent[l.dice.IntN(len(recent))]
	}
}

type statementAct = func(*life, *auditor.Statement, auditor.OnStatement) auditor.Act

// confirm has a member confirm its statement; often all others that must do so as well, and then it is settled.
func confirm(l *life, s *auditor.Statement, of auditor.OnStatement) auditor.Act {
	left := slices.DeleteFunc(s.Parties(), func(member string) bool { return s.Confirmed[member] })
	if len(left) == 0 || l.dice.chance(40) {
		return auditor.Confirm{OnStatement: of, Member: l.member(s)}
	}
	place := l.dice.IntN(len(left))
	if l.dice.chance(500) {
		for i, member := range left {
			if i != place {
				l.plan(auditor.Confirm{OnStatement: of, Member: member})
			}
		}
		switch {
		case l.dice.chance(400):
			l.plan(auditor.Settle{OnStatement: of})
		case l.dice.chance(200):
			l.plan(auditor.Propose{OnStatement: of, ConfirmedOnly: l.dice.chance(300)})
		}
	}
	return auditor.Confirm{OnStatement: of, Member: left[place]}
}

// member is one of a statement's, or rarely any.
func (l *life) member(s *auditor.Statement) string {
	if len(s.Members) == 0 || l.dice.chance(100) {
		return among(l.dice, codes...)
	}
	return among(l.dice, slices.Sorted(maps.Keys(s.Members))...)
}

// disputed is a subject of a statement with one of its parties; now and then with any member, or one that is nowhere.
func (l *life) disputed(s *auditor.Statement) auditor.Dispute {
	if len(s.Items) == 0 {
		return auditor.Dispute{Subject: among(l.dice, "P1", "P0"), Member: l.member(s)}
	}
	item := s.Items[l.dice.IntN(len(s.Items))]
	for range 3 {
		if !item.Settled() && item.Subject != "" {
			break
		}
		item = s.Items[l.dice.IntN(len(s.Items))]
	}
	if item.Subject == "" { // late interest has no name in a scenario
		return auditor.Dispute{Subject: "P0", Member: l.member(s)}
	}
	dispute := auditor.Dispute{Subject: l.known(item.Subject), Member: among(l.dice, item.First, item.Second)}
	if l.dice.chance(80) {
		dispute.Member = l.member(s)
	}
	return dispute
}

// query disputes a subject; now and then the other party does so as well.
func query(l *life, s *auditor.Statement, of auditor.OnStatement) auditor.Act {
	dispute := l.disputed(s)
	if l.dice.chance(150) {
		for _, item := range s.Items {
			if item.Subject == dispute.Subject && item.Has(dispute.Member) {
				other := auditor.Dispute{Subject: dispute.Subject, Member: item.First}
				if item.First == dispute.Member {
					other.Member = item.Second
				}
				l.plan(auditor.Query{OnStatement: of, Dispute: other})
				break
			}
		}
	}
	return auditor.Query{OnStatement: of, Dispute: dispute}
}

// resolve lifts a dispute that stands, mostly.
func resolve(l *life, s *auditor.Statement, of auditor.OnStatement) auditor.Act {
	standing := disputesOf(s)
	if len(standing) == 0 && l.dice.chance(700) {
		return query(l, s, of)
	}
	if len(standing) == 0 || l.dice.chance(80) {
		return auditor.Resolve{OnStatement: of, Dispute: l.disputed(s)}
	}
	return auditor.Resolve{OnStatement: of, Dispute: standing[l.dice.IntN(len(standing))]}
}

// disputesOf are those that stand on a statement, in order.
func disputesOf(s *auditor.Statement) []auditor.Dispute {
	return slices.SortedFunc(maps.Keys(s.Disputes), func(a, b auditor.Dispute) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Member, b.Member))
	})
}

// settle settles a period, mostly when all have confirmed.
func settle(l *life, s *auditor.Statement, of auditor.OnStatement) auditor.Act {
	confirmed := func(member string) bool { return s.Confirmed[member] }
	if parties := s.Parties(); len(slices.DeleteFunc(parties, confirmed)) > 0 && !l.dice.chance(150) {
		return confirm(l, s, of)
	}
	return auditor.Settle{OnStatement: of}
}

func paid(_ *life, _ *auditor.Statement, of auditor.OnStatement) auditor.Act {
	return auditor.MarkPaid{OnStatement: of}
}

// payOrder has some of a payment order paid, or all of it that is left; now and then a fen too much.
func payOrder(l *life, s *auditor.Statement, of auditor.OnStatement) auditor.Act {
	order := l.order(s, func(o *auditor.Order) bool { return o.Left() > 0 && o.Void == 0 })
	if order == nil {
		return paid(l, s, of)
	}
	return auditor.PayOrder{
		OnOrder: named(s, order), Amount: l.dice.part(order.Left()),
	}
}

// returnOrder has what was paid of a payment order come back.
func returnOrder(l *life, s *auditor.Statement, of auditor.OnStatement) auditor.Act {
	order := l.order(s, func(o *auditor.Order) bool { return o.Paid > 0 })
	if order == nil {
		return payOrder(l, s, of)
	}
	on := named(s, order)
	if l.dice.chance(30) {
		on.Payer, on.Payee = on.Payee, on.Payer
	}
	return auditor.ReturnOrder{OnOrder: on}
}

// order picks a payment order of a statement's settlement, mostly one that is such; nil when there is none, or rarely
// another.
func (l *life) order(s *auditor.Statement, such func(*auditor.Order) bool) *auditor.Order {
	if s.Settlement == nil || len(s.Settlement.Orders) == 0 {
		return nil
	}
	for range 8 {
		if order := &s.Settlement.Orders[l.dice.IntN(len(s.Settlement.Orders))]; such(order) || l.dice.chance(20) {
			return order
		}
	}
	return nil
}

// askSettled asks for a figure of a statement or of the orders that settle it.
func (l *life) askSettled(pool *auditor.Pool) auditor.Move {
	statement := l.underway(pool)
	if statement == nil {
		return l.drawing(pool)
	}
	period, member, other := statement.Period, l.member(statement), l.member(statement)
	kind := l.dice.IntN(4)
	return l.on(auditor.Expect{Ask: func(book *auditor.Auditor) string {
		if book.Pools[pool.Code] == nil {
			return ""
		}
		statement := book.Pools[pool.Code].StatementOf(period)
		switch {
		case statement == nil || book.Members[member] == nil || book.Members[other] == nil:
			return ""
		case statement.Settlement == nil || !statement.Settlement.Approved || statement.Settlement.UnwindOn != 0 || kind == 0:
			return askLine(statement, member)
		case kind == 1:
			return fmt.Sprintf("payments %s %s %d", pool.Code, period, len(statement.Settlement.Orders))
		case kind == 2:
			return fmt.Sprintf("net %s %s %s %s", pool.Code, period, member, auditor.Yuan(statement.Settlement.Net(member)))
		default:
			return askPayment(statement, member, other)
		}
	}})
}

func askLine(s *auditor.Statement, member string) string {
	line := s.Lines[member]
	return fmt.Sprintf("statement %s %s %s opening=%s movement=%s closing=%s", s.Pool, s.Period, member,
		auditor.Yuan(line.Opening), auditor.Yuan(line.Movement), auditor.Yuan(line.Closing))
}

func askPayment(s *auditor.Statement, payer, payee string) string {
	return fmt.Sprintf("payment %s %s %s %s %s", s.Pool, s.Period, payer, payee,
		auditor.Yuan(s.Settlement.Payment(payer, payee)))
}
