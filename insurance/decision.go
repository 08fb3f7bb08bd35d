package insurance

import (
	"github.com/google/uuid"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/pg"
)

// Decision is what a command comes to: the policy after it, what is announced and posted, and what is kept beside it.
type Decision struct {
	Event     string // the type of the fact
	After     Policy
	Effective calendar.Date
	Detail    any             // what the fact says besides the figures
	Rule      func(*movement) // which postings it makes; nil for none
	Reverses  *uuid.UUID      // the event it takes back
	Splits    []coinsurance.StreamSplit

	Item     *PremiumItem // a new part of the premium
	Note     *Note
	Approval *Approval
	Answer   *followerAnswer
}

// followerAnswer is what a follower said to a risk.
type followerAnswer struct{ member, decision string }

// event is what was decided as an event in the policy's life. Before issue a policy is bound to no agreement.
func (p *lockedPolicy) event(by access.Principal, decided Decision) *policyEvent {
	event := &policyEvent{
		kind: decided.Event, id: fact.NewID(p.now), by: by, before: *p.policy, after: decided.After,
		effective: decided.Effective, period: p.period, rule: decided.Rule, data: decided.Detail,
		reverses: decided.Reverses, extra: decided.Splits,
	}
	if decided.Answer != nil {
		event.plain, event.audience = true, fact.Overseers
	}
	if decided.After.Signed() {
		event.agreement = p.agreement
	}
	return event
}

// write queues the policy as it is after the decision, and what is kept beside it.
func (d *Decision) write(tx *pg.Tx, p *lockedPolicy, by access.Principal) error {
	pg.Update(tx, &d.After, progress)
	if d.Item != nil {
		pg.Insert(tx, d.Item)
	}
	if d.Note != nil {
		pg.Insert(tx, d.Note)
	}
	if d.Approval != nil {
		pg.Insert(tx, d.Approval)
	}
	if d.Answer != nil {
		return coinsurance.RecordDecision(
			tx, p.agreement, d.After.Number, d.Answer.member, d.Answer.decision, d.After.Recorded, by)
	}
	return nil
}
