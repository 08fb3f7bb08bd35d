package auditor

import (
	"maps"
	"slices"
)

// Where a query stands.
const (
	queryOpen      = "open"
	queryAnswered  = "answered"
	queryEscalated = "escalated"
	queryResolved  = "resolved"
)

// answerDays are how many working days there are for an answer where the agreement says nothing.
const answerDays = 5

// Raised is a query that was raised on a statement. Whatever is answered, it holds its items until it is resolved.
type Raised struct {
	Dispute

	State     string
	Answerer  string // a member; "" for nobody and for the manager
	Escalated bool   // to the manager, at any time
	AnswerBy  Day

	parties map[string]bool // between whom the disputed items are
}

// Others are the parties of the disputed items but who raised the query, in the order of their codes.
func (r *Raised) Others() []string {
	others := maps.Clone(r.parties)
	delete(others, r.Member)
	return slices.Sorted(maps.Keys(others))
}

// raise notes a query, and between whom the items are that it is about.
func (a *Auditor) raise(s *Statement, dispute Dispute) {
	raised := &Raised{Dispute: dispute, State: queryOpen, AnswerBy: a.Today, parties: map[string]bool{}}
	if a.Pools[s.Pool].termsOn(s.Period.Last()) != nil {
		raised.AnswerBy = a.Today.afterWorkdays(answerDays)
	}
	for _, item := range s.Items {
		if item.Subject == dispute.Subject && item.Has(dispute.Member) && !item.Settled() {
			raised.parties[item.First], raised.parties[item.Second] = true, true
		}
	}
	s.Queries = append(s.Queries, raised)
}

// raised finds a query for who may know of it: the manager, who raised it, and the parties of its items.
func (a *Auditor) raised(of OnQuery) (*Statement, *Raised, string) {
	const none = "coinsurance.query_not_found"
	statement, refusal := a.drawn(of.OnStatement, true, 0)
	switch {
	case refusal != "":
		return statement, nil, refusal
	case of.Number < 1 || of.Number > len(statement.Queries):
		return statement, nil, none
	}
	raised := statement.Queries[of.Number-1]
	if of.By != "" && of.By != raised.Member && !raised.parties[of.By] {
		return statement, nil, none
	}
	return statement, raised, ""
}

// playQuery plays what is about a query that was raised. It gives neither a statement nor a refusal for other moves.
func (a *Auditor) playQuery(m Move) (*Statement, string) {
	switch act := m.Act.(type) {
	case AnswerQuery:
		return a.answerQuery(act)
	case EscalateQuery:
		return a.escalateQuery(act)
	default:
		return nil, ""
	}
}

// answerQuery is the word of another party, in time or late, or of the manager, to whom it must have come.
func (a *Auditor) answerQuery(act AnswerQuery) (*Statement, string) {
	statement, raised, refusal := a.raised(act.OnQuery)
	switch {
	case refusal != "":
		return statement, refusal
	case act.By == raised.Member:
		return statement, Forbidden
	case raised.State == queryResolved:
		return statement, "coinsurance.query_closed"
	case act.By == "" && !raised.Escalated:
		return statement, "coinsurance.query_not_escalated"
	}
	raised.State, raised.Answerer = queryAnswered, act.By
	a.Pools[act.Pool].count("coinsurance.query_answered", 1)
	if act.By == "" {
		a.count("answer of the manager")
	} else {
		a.count("answer of the other party")
	}
	return statement, ""
}

// escalateQuery passes a query on, for who raised it or the manager.
func (a *Auditor) escalateQuery(act EscalateQuery) (*Statement, string) {
	statement, raised, refusal := a.raised(act.OnQuery)
	switch {
	case refusal != "":
		return statement, refusal
	case act.By != "" && act.By != raised.Member:
		return statement, Forbidden
	case raised.State == queryResolved:
		return statement, "coinsurance.query_closed"
	case raised.State == queryEscalated:
		return statement, "coinsurance.query_escalated"
	}
	raised.State, raised.Escalated = queryEscalated, true
	a.count("escalation")
	return statement, ""
}

// passOn has the manager hear of what nobody answered in time.
func (a *Auditor) passOn() {
	for _, pool := range a.Pools {
		for _, statement := range pool.Statements {
			for _, raised := range statement.Queries {
				if raised.State == queryOpen && raised.AnswerBy < a.Today {
					raised.State, raised.Escalated = queryEscalated, true
					a.count("escalation by time")
				}
			}
		}
	}
}

// disputed finds the statement on which a member has something open of a subject.
func (a *Auditor) disputed(of OnStatement, dispute Dispute, as string, written Day) (*Statement, string) {
	statement, refusal := a.drawn(of, as == "" || as == dispute.Member, written)
	if refusal != "" {
		return statement, refusal
	}
	open := func(i *Item) bool { return i.Subject == dispute.Subject && i.Has(dispute.Member) && !i.Settled() }
	if !slices.ContainsFunc(statement.Items, open) {
		return statement, "coinsurance.item_not_found"
	}
	return statement, ""
}

// query holds what a member disputes.
func (a *Auditor) query(act Query, as string, written Day) (*Statement, string) {
	statement, refusal := a.disputed(act.OnStatement, act.Dispute, as, written)
	if refusal != "" {
		return statement, refusal
	}
	statement.Disputes[act.Dispute]++
	a.raise(statement, act.Dispute)
	a.count("query")
	a.Pools[act.Pool].events["coinsurance.statement_queried"]++
	return statement, ""
}

// resolve lifts a member's own queries of a subject; where it has none, nothing is changed.
func (a *Auditor) resolve(act Resolve, as string, written Day) (*Statement, string) {
	statement, refusal := a.disputed(act.OnStatement, act.Dispute, as, written)
	if refusal != "" {
		return statement, refusal
	}
	if queries := statement.Disputes[act.Dispute]; queries > 0 {
		delete(statement.Disputes, act.Dispute)
		for _, raised := range statement.Queries {
			if raised.Dispute == act.Dispute {
				raised.State = queryResolved
			}
		}
		a.Pools[act.Pool].events["coinsurance.query_resolved"] += queries
	}
	return statement, ""
}
