package claims

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/pg"
)

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
	return s.actAs(ctx, cmd.Command, anyMember, "escalate_query", EventQueryEscalated, cmd,
		func(_ context.Context, _ *pg.Tx, h *held, _ *Claim) (any, error) {
			q, err := h.query(cmd.Query, cmd.By.Organisation, QueryAnswered)
			if err != nil {
				return nil, err
			}
			return h.escalate(q), nil
		})
}

func (h *held) escalate(q *Query) queryDetail {
	q.State = QueryEscalated
	h.dial.working(EscalationDue, q.Member, q.Number, h.agreement.AnswerDays)
	return h.tell(q)
}

// escalateLate passes on a query whose answer did not come in time.
func (h *held) escalateLate(ctx context.Context, tx *pg.Tx, by access.Principal, after *Claim, number int) error {
	q, err := h.query(number, "", QueryOpen)
	if err != nil {
		return err
	}
	detail := h.escalate(q)
	told := h.told
	h.told = nil
	return h.announce(ctx, tx, by, EventQueryEscalated, after, detail, told)
}
