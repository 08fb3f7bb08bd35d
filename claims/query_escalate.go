package claims

import "context"

// EscalateQuery passes a query on to the pool manager, whose decision is due after answer_days working days: the
// member that asked does not accept the answer. One that is not answered in time goes there by itself.
type EscalateQuery struct {
	Command

	Query int `json:"query"` // its number
}

// EscalateQuery refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.query_not_found (none of that number of this member), claims.query_not_waiting (it is not answered, or
// closed).
func (s *Service) EscalateQuery(ctx context.Context, cmd EscalateQuery) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd EscalateQuery) may(l *lockedClaim) error { return mayTakePart(cmd.By, l) }

func (cmd EscalateQuery) decide(o *Outcome) error {
	q, err := o.query(cmd.Query, cmd.By.Organisation, QueryAnswered)
	if err != nil {
		return err
	}
	o.escalate(q)
	o.sayOf(EventQueryEscalated, q)
	return nil
}
