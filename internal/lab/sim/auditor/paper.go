package auditor

import (
	"maps"
	"slices"
)

// Paper is all that can be seen of a statement after a move. What a drawing made stays as it was made; the rest is a
// copy.
type Paper struct {
	*Statement

	Drawn     bool // the move drew it
	Settles   bool // the move changed what is settled of it
	Gone      bool // the move cancelled it
	Confirmed map[string]bool
	Deemed    map[string]bool
	Disputes  map[Dispute]int
	Queries   []Raised
	Made      *Settlement
	Orders    []Order // of its settlement
	Approved  bool    // by a second person
	Paid      bool    // all of them are
	ToUnwind  bool    // somebody proposed that
	Unwinding bool    // what was paid is being given back
}

// playStatement plays what is about a statement. It gives neither a refusal nor a paper for other moves.
func (a *Auditor) playStatement(m Move) (refusal string, oneOf []string, paper *Paper) {
	var statement *Statement
	switch act := m.Act.(type) {
	case Draw:
		statement, refusal, oneOf = a.draw(act, m.As, m.Effective)
	case Query:
		statement, refusal = a.query(act, m.As, m.Effective)
	case Resolve:
		statement, refusal = a.resolve(act, m.As, m.Effective)
	case Confirm:
		statement, refusal = a.confirm(act, m.As, m.Effective)
	case Settle:
		statement, refusal = a.settle(act, m.As, m.Effective)
	case CancelStatement:
		statement, refusal = a.cancelStatement(act)
	case Propose:
		statement, refusal = a.propose(act)
	case ApproveRun:
		statement, refusal = a.approveRun(act)
	case WithdrawRun:
		statement, refusal = a.withdrawRun(act)
	case SendOrder:
		statement, refusal = a.sendOrder(act)
	case PayOrder:
		statement, refusal = a.payOrder(act, m.As, m.Effective)
	case ReturnOrder:
		statement, refusal = a.returnOrder(act, m.As, m.Effective)
	case MarkPaid:
		statement, refusal, oneOf = a.markPaid(act, m.As, m.Effective)
	case AnswerQuery, EscalateQuery:
		statement, refusal = a.playQuery(m)
	default:
		statement, refusal = a.playUnwinding(m)
	}
	if statement == nil {
		return refusal, oneOf, nil
	}
	paper = PaperOf(statement)
	if refusal != "" {
		return refusal, oneOf, paper
	}
	switch m.Act.(type) {
	case Draw:
		paper.Drawn = true
	case CancelStatement:
		paper.Gone = true
	case Settle, Propose, ApproveRun, WithdrawRun, ApproveUnwinding:
		paper.Settles = true
	case PayOrder, ReturnOrder:
		paper.Settles = statement.Settlement == nil // it is unwound
	}
	return refusal, oneOf, paper
}

// PaperOf is all that can be seen of a statement now.
func PaperOf(s *Statement) *Paper {
	paper := &Paper{
		Statement: s, Confirmed: maps.Clone(s.Confirmed), Deemed: maps.Clone(s.Deemed), Disputes: maps.Clone(s.Disputes),
		Made: s.Settlement,
	}
	for _, raised := range s.Queries {
		paper.Queries = append(paper.Queries, *raised)
	}
	if s.Settlement != nil {
		paper.Orders, paper.Paid = slices.Clone(s.Settlement.Orders), s.Settlement.Paid
		paper.Approved, paper.ToUnwind = s.Settlement.Approved, s.Settlement.ToUnwind
		paper.Unwinding = s.Settlement.UnwindOn != 0
	}
	return paper
}
