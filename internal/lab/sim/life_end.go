package sim

import (
	"math"

	"gongbao/internal/lab/sim/auditor"
)

// newSettling is a life that is mostly about statements and settlement: it goes on until so many settlements were made,
// and then settles and pays whatever is left.
func newSettling(seed uint64, settlements int, book *auditor.Auditor) *life {
	l := newLife(seed, math.MaxInt, book)
	l.goal = settlements
	return l
}

// windUp plans what brings everything between members to zero, once enough was settled: it draws what stands on no
// statement yet, and then settles and pays every statement with nothing held. It gives false when all of that is done.
func (l *life) windUp() bool {
	l.ending++
	for _, pool := range pools {
		l.pool = pool.code
		switch l.ending {
		case 1:
			l.plan(auditor.Draw{OnStatement: l.afterAll(l.book.Pools[pool.code])})
		case 2:
			l.payAll(l.book.Pools[pool.code])
		}
	}
	return l.ending <= 2
}

// afterAll is a period by whose end everything counts that was posted.
func (l *life) afterAll(pool *auditor.Pool) auditor.OnStatement {
	period := auditor.Period{First: max(l.today, pool.LastDay()).Month(), Months: 1}
	for _, statement := range pool.Statements {
		period.First = max(period.First, statement.Period.Last().Month()+1)
	}
	return auditor.OnStatement{Pool: pool.Code, Period: period}
}

// payAll lifts every dispute, has every party confirm, and settles and pays what is not. The latest statement is
// settled last, so that it takes what others left out.
func (l *life) payAll(pool *auditor.Pool) {
	for _, statement := range pool.Statements {
		for _, dispute := range disputesOf(statement) {
			l.plan(auditor.Resolve{OnStatement: statement.Named(), Dispute: dispute})
		}
		for _, member := range statement.Parties() {
			if !statement.Confirmed[member] {
				l.plan(auditor.Confirm{OnStatement: statement.Named(), Member: member})
			}
		}
	}
	for _, statement := range pool.Statements {
		switch settlement := statement.Settlement; {
		case settlement == nil:
			l.plan(auditor.Settle{OnStatement: statement.Named()})
		case settlement.UnwindOn != 0:
			l.giveBack(statement)
			l.plan(auditor.Settle{OnStatement: statement.Named()})
		case !settlement.Approved:
			l.plan(auditor.ApproveRun{OnStatement: statement.Named()})
		}
		if statement.Settlement == nil || !statement.Settlement.Paid {
			l.plan(auditor.MarkPaid{OnStatement: statement.Named()})
		}
	}
}

// giveBack pays what is left of the orders that give back.
func (l *life) giveBack(s *auditor.Statement) {
	for i := range s.Settlement.Orders {
		if order := &s.Settlement.Orders[i]; order.Back && order.Void == 0 && order.Left() > 0 {
			l.plan(auditor.PayOrder{OnOrder: named(s, order), Amount: order.Left()})
		}
	}
}
