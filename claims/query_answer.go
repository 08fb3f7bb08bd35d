package claims

import (
	"context"

	"gongbao/internal/pg"
)

// AnswerQuery is the answer of who handles the claim. One that has gone to the pool manager stays there, with it.
type AnswerQuery struct {
	Command

	Query  int    `json:"query"` // its number
	Answer string `json:"answer"`
}

// AnswerQuery refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range,
// access.forbidden, claims.claim_changed, claims.query_not_found, claims.query_not_waiting (it is answered or closed).
func (s *Service) AnswerQuery(ctx context.Context, cmd AnswerQuery) (*Claim, error) {
	if err := checkText("answer", cmd.Answer); err != nil {
		return nil, err
	}
	return s.actIn(ctx, cmd.Command, "answer_query", EventQueryAnswered, cmd,
		func(_ context.Context, _ *pg.Tx, h *held, _ *Claim) (any, error) {
			q, err := h.query(cmd.Query, "", QueryOpen, QueryEscalated)
			if err != nil {
				return nil, err
			}
			if q.State == QueryOpen {
				q.State = QueryAnswered
			}
			q.Answer, q.Answerer, q.Answered = cmd.Answer, cmd.By.Subject, &h.now
			h.dial.meet(QueryDue, q.Member, q.Number, "")
			return h.tell(q), nil
		})
}
