package claims

import (
	"context"

	"gongbao/claims/deadline"
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
	return s.change(ctx, cmd)
}

func (cmd AnswerQuery) check() error { return checkText("answer", cmd.Answer) }

func (cmd AnswerQuery) decide(o *Outcome) error {
	q, err := o.query(cmd.Query, "", QueryOpen, QueryEscalated)
	if err != nil {
		return err
	}
	if q.State == QueryOpen {
		q.State = QueryAnswered
	}
	q.Answer, q.Answerer, q.Answered = cmd.Answer, cmd.By.Subject, &o.now
	o.deadlines.Meet(deadline.QueryDue, q.Member, q.Number, "")
	o.sayOf(EventQueryAnswered, q)
	return nil
}
