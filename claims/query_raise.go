package claims

import (
	"context"
	"strconv"

	"gongbao/claims/deadline"
	"gongbao/internal/access"
	"gongbao/internal/fault"
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
	return s.change(ctx, cmd)
}

func (cmd RaiseQuery) check() error {
	if cmd.Topic != TopicQuestion && cmd.Topic != TopicDispute {
		return ErrClaimInvalid.At("topic", "{given} is neither {one} nor {other}",
			fault.Args{"given": strconv.Quote(cmd.Topic), "one": TopicQuestion, "other": TopicDispute})
	}
	return checkText("text", cmd.Text)
}

func (cmd RaiseQuery) may(l *lockedClaim) error {
	return cmd.By.RequireMember(access.Claims, l.others()...)
}

func (cmd RaiseQuery) decide(o *Outcome) error {
	o.queries = append(o.queries, Query{
		Number: len(o.queries) + 1, Member: cmd.By.Organisation, Topic: cmd.Topic, Text: cmd.Text, Raised: o.today,
		RaisedBy: cmd.By.Subject, State: QueryOpen,
	})
	o.asked = append(o.asked, len(o.queries)-1)
	q := &o.queries[len(o.queries)-1]
	o.deadlines.StartWorkingDays(deadline.QueryDue, q.Member, q.Number, o.agreement.AnswerDays)
	o.sayOf(EventQueryRaised, q)
	return nil
}
