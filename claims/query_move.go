package claims

import (
	"slices"

	"gongbao/claims/deadline"
	"gongbao/internal/fault"
)

// query gives the query of a number to be moved on; it must stand at one of these states, and be the member's own if
// one is named.
func (o *Outcome) query(number int, member string, states ...QueryState) (*Query, error) {
	place := slices.IndexFunc(o.queries, func(q Query) bool { return q.Number == number })
	if place < 0 || member != "" && o.queries[place].Member != member {
		return nil, ErrQueryNotFound.Case(fault.Args{"claim": o.before.Number, "query": number})
	}
	q := &o.queries[place]
	if !slices.Contains(states, q.State) {
		return nil, ErrQueryNotWaiting.Case(fault.Args{
			"claim": o.before.Number, "query": number, "query_state": q.State,
		})
	}
	o.asked = append(o.asked, place)
	return q, nil
}

// tellOf tells the member that asks, and who handles the claim, where the query stands.
func (o *Outcome) tellOf(q *Query) map[string]memberData {
	own := memberData{Queries: []queryData{q.data()}}
	return map[string]memberData{q.Member: own, o.servicer(): own, o.leader(): own}
}

// sayOf has the step's event say where the query stands, to those concerned.
func (o *Outcome) sayOf(event string, q *Query) {
	o.say(event, q.detail())
	o.concerned = o.tellOf(q)
}

// escalate passes a query on to the pool manager.
func (o *Outcome) escalate(q *Query) {
	q.State = QueryEscalated
	o.deadlines.StartWorkingDays(deadline.EscalationDue, q.Member, q.Number, o.agreement.AnswerDays)
}

// close ends a query and its deadlines.
func (o *Outcome) close(q *Query, outcome QueryState) {
	q.State, q.ClosedBy, q.Closed = outcome, o.by.Subject, &o.now
	o.deadlines.StopOne(deadline.QueryDue, q.Member, q.Number)
	if outcome == QueryDecided {
		o.deadlines.Meet(deadline.EscalationDue, q.Member, q.Number, "")
	} else {
		o.deadlines.StopOne(deadline.EscalationDue, q.Member, q.Number)
	}
}
