package claims

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/pg"
)

// CloseQuery ends a query: the member that asked accepts the answer, or withdraws what it asked.
type CloseQuery struct {
	Command

	Query   int        `json:"query"`   // its number
	Outcome QueryState `json:"outcome"` // accepted or withdrawn
}

// CloseQuery refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range, access.forbidden,
// claims.claim_changed, claims.query_not_found (none of that number of this member), claims.query_not_waiting (there is
// no answer to accept; closed already).
func (s *Service) CloseQuery(ctx context.Context, cmd CloseQuery) (*Claim, error) {
	from := map[QueryState][]QueryState{
		QueryAccepted: {QueryAnswered}, QueryWithdrawn: {QueryOpen, QueryAnswered, QueryEscalated},
	}[cmd.Outcome]
	if from == nil {
		return nil, ErrClaimInvalid.At("outcome", "%q is neither %s nor %s", cmd.Outcome, QueryAccepted, QueryWithdrawn)
	}
	return s.actAs(ctx, cmd.Command, anyMember, "close_query", EventQueryClosed, cmd,
		func(_ context.Context, _ *pg.Tx, h *held, _ *Claim) (any, error) {
			q, err := h.query(cmd.Query, cmd.By.Organisation, from...)
			if err != nil {
				return nil, err
			}
			h.close(q, cmd.Outcome, cmd.By)
			return h.tell(q), nil
		})
}

// DecideQuery is the pool manager's decision of a query that was passed on to it.
type DecideQuery struct {
	Command

	Query    int    `json:"query"` // its number
	Decision string `json:"decision"`
}

// DecideQuery refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range, access.forbidden
// (not a settlement clerk of the pool manager), claims.claim_changed, claims.query_not_found, claims.query_not_waiting
// (it was not passed on).
func (s *Service) DecideQuery(ctx context.Context, cmd DecideQuery) (*Claim, error) {
	if err := checkText("decision", cmd.Decision); err != nil {
		return nil, err
	}
	may := func(by access.Principal, _ *held) error { return by.RequireKind(access.Settlement, access.Manager) }
	return s.actAs(ctx, cmd.Command, may, "decide_query", EventQueryClosed, cmd,
		func(_ context.Context, _ *pg.Tx, h *held, _ *Claim) (any, error) {
			q, err := h.query(cmd.Query, "", QueryEscalated)
			if err != nil {
				return nil, err
			}
			q.Decision = cmd.Decision
			h.close(q, QueryDecided, cmd.By)
			return h.tell(q), nil
		})
}

// close ends a query and its clocks.
func (h *held) close(q *Query, outcome QueryState, by access.Principal) {
	q.State, q.ClosedBy, q.Closed = outcome, by.Subject, &h.now
	h.dial.stopOne(QueryDue, q.Member, q.Number)
	if outcome == QueryDecided {
		h.dial.meet(EscalationDue, q.Member, q.Number, "")
	} else {
		h.dial.stopOne(EscalationDue, q.Member, q.Number)
	}
}
