package claims

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/pg"
)

// RaiseQuery asks who handles a claim about it, or objects. The answer is due after answer_days working days.
type RaiseQuery struct {
	Command

	Topic string `json:"topic"`
	Text  string `json:"text"`
}

// RaiseQuery refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range, access.forbidden
// (not a claims person of a member that another one handles the claim for), claims.claim_changed.
func (s *Service) RaiseQuery(ctx context.Context, cmd RaiseQuery) (*Claim, error) {
	if cmd.Topic != TopicQuestion && cmd.Topic != TopicDispute {
		return nil, ErrClaimInvalid.At("topic", "%q is neither %s nor %s", cmd.Topic, TopicQuestion, TopicDispute)
	}
	if err := checkText("text", cmd.Text); err != nil {
		return nil, err
	}
	may := func(by access.Principal, h *held) error { return by.RequireMember(access.Claims, h.others()...) }
	return s.actAs(ctx, cmd.Command, may, "raise_query", EventQueryRaised, cmd,
		func(_ context.Context, _ *pg.Tx, h *held, after *Claim) (any, error) {
			q := Query{
				Number: len(h.queries) + 1, Member: cmd.By.Organisation, Topic: cmd.Topic, Text: cmd.Text, Raised: h.today,
				RaisedBy: cmd.By.Subject, State: QueryOpen, changed: true,
			}
			h.queries = append(h.queries, q)
			h.dial.working(QueryDue, q.Member, q.Number, h.agreement.AnswerDays)
			return h.tell(&q), nil
		})
}
