package auditor

import "slices"

// Confirms is the agreement's word for a silence that confirms a statement.
const Confirms = "confirms"

// Days that count where an agreement says nothing.
const (
	queryDaysUnsaid     = 10
	reimburseDaysUnsaid = 3
)

func (g *Agreement) queryDays() Day {
	if g.QueryDays == 0 {
		return queryDaysUnsaid
	}
	return Day(g.QueryDays) //nolint:gosec // a few days
}

func (g *Agreement) reimburseDays() int {
	if g.ReimburseDays == 0 {
		return reimburseDaysUnsaid
	}
	return g.ReimburseDays
}

// hearSilence confirms statements for members who said nothing in time, where the agreement says so and no query of an
// item of theirs stands.
func (a *Auditor) hearSilence() {
	for _, pool := range a.Pools {
		for _, statement := range pool.Statements {
			if statement.Silence != Confirms || statement.ConfirmBy >= a.Today {
				continue
			}
			for member := range statement.Members {
				if statement.Confirmed[member] || statement.speaks(member) {
					continue
				}
				statement.Confirmed[member], statement.Deemed[member] = true, true
				pool.count("coinsurance.statement_deemed_confirmed", 1)
				a.count("confirmation by silence")
			}
		}
	}
}

// speaks says that a query stands of a member's own, or of an item of it.
func (s *Statement) speaks(member string) bool {
	for dispute := range s.Disputes {
		if dispute.Member == member {
			return true
		}
	}
	return slices.ContainsFunc(s.Queries, func(r *Raised) bool { return r.State != queryResolved && r.parties[member] })
}
