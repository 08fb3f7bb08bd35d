package sim

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"gongbao/internal/lab/sim/auditor"
)

// Kinds of figures of a statement, whose subject is its period.
const (
	kindItem    = "item"    // what stands between two members on a subject, in a group
	kindLine    = "line"    // a member's three figures
	kindAnswer  = "answer"  // who has confirmed
	kindDispute = "dispute" // how many queries of a subject a member keeps up
	kindQuery   = "query"   // where a query stands
	kindTaken   = "taken"   // an item that a settlement took, by the period that was settled
	kindOrder   = "order"   // a payment order
	kindStage   = "stage"   // how far a settlement has come
)

// statementKinds are in the order in which they are compared.
var statementKinds = []string{kindItem, kindLine, kindAnswer, kindDispute, kindQuery, kindTaken, kindOrder, kindStage}

// Every query gives the subject, which is a period, up to three words and a figure, as those of policies do, of a pool
// ($1).
const (
	itemFigures = `SELECT s.period AS subject, CASE i.claim WHEN '' THEN i.policy ELSE i.claim END,
			i.grp, i.a || ' ' || i.b,
			i.a_owes || ' ' || i.b_owes
		FROM statement AS s JOIN statement_item AS i ON i.pool = s.pool AND i.statement = s.number
		WHERE s.pool = $1 AND s.state <> 'cancelled'`
	lineFigures = `SELECT s.period AS subject, m.member, '', '', m.opening || ' ' || m.movement || ' ' || m.closing
		FROM statement AS s JOIN statement_member AS m ON m.pool = s.pool AND m.statement = s.number
		WHERE s.pool = $1 AND s.state <> 'cancelled'`
	answerFigures = `SELECT s.period AS subject, a.member, '', '', a.state
		FROM statement AS s JOIN statement_answer AS a ON a.pool = s.pool AND a.statement = s.number
		WHERE s.pool = $1 AND s.state <> 'cancelled' AND a.state <> 'issued'`
	disputeFigures = `SELECT s.period AS subject, q.subject AS disputed, q.member, '', count(*)::text
		FROM statement AS s JOIN statement_query AS q ON q.pool = s.pool AND q.statement = s.number
		WHERE s.pool = $1 AND s.state <> 'cancelled' AND q.state <> 'resolved'`
	disputesBy   = ` GROUP BY s.period, q.subject, q.member`
	queryFigures = `SELECT s.period AS subject, q.number::text, q.subject AS disputed, q.member,
			q.state || ' ' || q.answerer || ' '
			|| q.answer_by || CASE WHEN q.escalated IS NULL THEN '' ELSE ' escalated' END
		FROM statement AS s JOIN statement_query AS q ON q.pool = s.pool AND q.statement = s.number
		WHERE s.pool = $1 AND s.state <> 'cancelled'`
	takenFigures = `SELECT s.period AS subject, CASE i.claim WHEN '' THEN i.policy ELSE i.claim END || ' ' || t.period,
			i.grp, i.a || ' ' || i.b,
			(i.a_owes - i.b_owes)::text
		FROM statement AS s JOIN settlement AS r ON r.pool = s.pool AND r.statement = s.number
		JOIN settlement_item AS i ON i.pool = r.pool AND i.settlement = r.number
		JOIN statement AS t ON t.pool = i.pool AND t.number = i.statement
		WHERE s.pool = $1 AND s.state <> 'cancelled' AND r.state NOT IN ('withdrawn', 'unwound') AND i.a_owes <> i.b_owes`
	orderFigures = `SELECT s.period AS subject, o.payer, o.payee,
			o.ring || CASE o.opposite_of WHEN '' THEN '' ELSE ' back' END, o.amount || ' ' || o.executed || ' ' || o.state
		FROM statement AS s JOIN settlement AS r ON r.pool = s.pool AND r.statement = s.number
		JOIN payment_order AS o ON o.pool = r.pool AND o.settlement = r.number
		WHERE s.pool = $1 AND s.state <> 'cancelled' AND r.state NOT IN ('withdrawn', 'unwound')`
	stageFigures = `SELECT s.period AS subject, r.netting, r.ring_fence, '',
			r.state || CASE WHEN r.state = 'approved' AND r.unwind_proposed_by <> '' THEN ', to be unwound' ELSE '' END
		FROM statement AS s JOIN settlement AS r ON r.pool = s.pool AND r.statement = s.number
		WHERE s.pool = $1 AND s.state <> 'cancelled' AND r.state NOT IN ('withdrawn', 'unwound')`
)

// statementParts are the queries of every kind, as far as one statement or all are asked for.
func statementParts(which string) []part {
	return []part{
		{kindItem, itemFigures + which}, {kindLine, lineFigures + which}, {kindAnswer, answerFigures + which},
		{kindDispute, disputeFigures + which + disputesBy}, {kindQuery, queryFigures + which},
		{kindTaken, takenFigures + which},
		{kindOrder, orderFigures + which}, {kindStage, stageFigures + which},
	}
}

// changing are the kinds that change after a statement was drawn, but for what a settlement takes.
var changing = []string{kindAnswer, kindDispute, kindQuery, kindOrder, kindStage}

// The look at one statement ($2, its period): at all of it, and at what changes by itself.
var (
	wholeStatement = together(statementParts(" AND s.period = $2"))
	itsChanges     = together(slices.DeleteFunc(statementParts(" AND s.period = $2"), func(one part) bool {
		return !slices.Contains(changing, one.kind)
	}))
)

// paper compares a statement: all of it when it was drawn or settled, else what may have changed.
func (s *session) paper(ctx context.Context, p *auditor.Paper) (*Difference, error) {
	look, of := itsChanges, changing
	if p.Drawn || p.Settles || p.Gone {
		look, of = wholeStatement, statementKinds
	}
	seen, err := figuresOf(ctx, s.eyes, look, p.Pool, p.Period.String())
	if err != nil {
		return nil, err
	}
	return compare(p.Pool, p.Period.String(), foretoldOfPaper(p, of...), seen, of...), nil
}

// papers compares every statement of a pool, one read for each kind.
func (s *session) papers(ctx context.Context, pool *auditor.Pool) (*Difference, error) {
	standing := map[string]*auditor.Paper{}
	for _, statement := range pool.Statements {
		standing[statement.Period.String()] = auditor.PaperOf(statement)
	}
	for _, one := range statementParts("") {
		unseen := map[string]bool{}
		for period, paper := range standing {
			unseen[period] = len(foretoldOfPaper(paper, one.kind)) > 0
		}
		var found *Difference
		err := bulk(ctx, s.db, one.kind, one.query, []any{pool.Code}, func(period string, seen figures) error {
			delete(unseen, period)
			expected := figures{}
			if paper := standing[period]; paper != nil {
				expected = foretoldOfPaper(paper, one.kind)
			}
			if found = compare(pool.Code, period, expected, seen, one.kind); found != nil {
				return errFound
			}
			return nil
		})
		if found != nil {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		for _, period := range slices.Sorted(maps.Keys(unseen)) {
			if unseen[period] {
				return compare(pool.Code, period, foretoldOfPaper(standing[period], one.kind), nil, one.kind), nil
			}
		}
	}
	return nil, nil
}

// foretoldOfPaper are the figures of a statement that the auditor expects, of the kinds asked for.
func foretoldOfPaper(p *auditor.Paper, of ...string) figures {
	f := figures{}
	if p.Gone {
		return f
	}
	for _, kind := range of {
		switch kind {
		case kindItem:
			for _, item := range slices.Concat(p.Items, p.Level) {
				f.add(kind, numberOf(p.Pool, item.Subject), item.Group, pair(item), fmt.Sprint(item.FirstOwes, item.SecondOwes))
			}
		case kindLine:
			for member := range p.Members {
				line := p.Lines[member]
				f.add(kind, member, "", "", fmt.Sprint(line.Opening, line.Movement, line.Closing))
			}
		case kindAnswer:
			for member := range p.Confirmed {
				word := "confirmed"
				if p.Deemed[member] {
					word = "deemed_confirmed"
				}
				f.add(kind, member, "", "", word)
			}
		case kindDispute:
			for dispute, queries := range p.Disputes {
				f.add(kind, p.Pool+"-"+dispute.Subject, dispute.Member, "", strconv.Itoa(queries))
			}
		case kindQuery:
			f.raised(p)
		default:
			f.settled(p, kind)
		}
	}
	return f
}

// raised adds the queries of a statement.
func (f figures) raised(p *auditor.Paper) {
	for i := range p.Queries {
		one := &p.Queries[i]
		stands := fmt.Sprintf("%s %s %s", one.State, one.Answerer, one.AnswerBy)
		if one.Escalated {
			stands += " escalated"
		}
		f.add(kindQuery, strconv.Itoa(i+1), p.Pool+"-"+one.Subject, one.Member, stands)
	}
}

func stateOf(order *auditor.Order) string {
	switch {
	case order.Void != 0:
		return "void"
	case order.Left() == 0:
		return "executed"
	case order.Sent != "":
		return order.Sent
	case order.Returned:
		return "returned"
	case order.Paid > 0:
		return "part_paid"
	default:
		return "open"
	}
}

// numberOf is the number of a policy or claim; late interest is of none.
func numberOf(pool, subject string) string {
	if subject == "" {
		return ""
	}
	return pool + "-" + subject
}

func pair(item *auditor.Item) string { return item.First + " " + item.Second }

// settled adds the figures of a statement's settlement.
func (f figures) settled(p *auditor.Paper, kind string) {
	if p.Made == nil {
		return
	}
	switch kind {
	case kindTaken:
		for _, item := range p.Made.Items {
			subject := numberOf(p.Pool, item.Subject) + " " + item.Period().String()
			f.add(kind, subject, item.Group, pair(item), strconv.FormatInt(item.Net(), 10))
		}
	case kindOrder:
		for _, order := range p.Orders {
			ring := order.Ring
			if order.Back {
				ring += " back"
			}
			f.add(kind, order.Payer, order.Payee, ring, fmt.Sprint(order.Amount, order.Paid)+" "+stateOf(&order))
		}
	case kindStage:
		stage := "proposed"
		switch {
		case p.Paid:
			stage = "completed"
		case p.Unwinding:
			stage = "unwinding"
		case p.ToUnwind:
			stage = "approved, to be unwound"
		case p.Approved:
			stage = "approved"
		}
		fence := p.Made.Fence
		if fence == "" {
			fence = "none"
		}
		f.add(kind, p.Made.Netting, fence, "", stage)
	}
}
