package insurance

import (
	"context"
	"strconv"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
	"gongbao/zone/authority"
)

// CountersignPolicy is a second person's word that an act on a policy may move up to an amount, to date, although
// whoever does it may not decide that alone 会签. The word counts for the policy's next step. An issue has ApproveIssue.
type CountersignPolicy struct {
	idempotency.Command

	Policy string       `json:"policy"`
	Act    string       `json:"act"` // the command without its wing: endorse_policy
	Amount money.Amount `json:"amount"`
}

// countersigned are the acts on a policy that a second person agrees to by a word.
var countersigned = authority.Countersigned("insurance", authority.IssuePolicy, authority.ImportPolicies)

// CountersignPolicy refuses, in this order: insurance.policy_invalid (shape), insurance.policy_not_found,
// access.forbidden, insurance.policy_changed, access.authority_exceeded. Whoever gave the word does not act on it.
func (s *Service) CountersignPolicy(ctx context.Context, cmd CountersignPolicy) (*Policy, error) {
	return change(ctx, s, cmd, useCase[CountersignPolicy, gated]{
		check: CountersignPolicy.check, load: loadGate[CountersignPolicy], decide: countersignPolicy,
		record: recordWord,
	})
}

func (cmd CountersignPolicy) policy() string { return cmd.Policy }

func (cmd CountersignPolicy) check() error {
	var check fault.Check
	check.Require(countersigned.Has(cmd.Act), "act", "{given} is none of {allowed}",
		fault.Args{"given": strconv.Quote(cmd.Act), "allowed": countersigned.Names()})
	check.Require(!cmd.Amount.IsNegative(), "amount", "the amount may not be negative")
	return check.Refuse(ErrPolicyInvalid)
}

func countersignPolicy(p *lockedPolicy, cmd CountersignPolicy, known gated) (Decision, error) {
	asked := authority.Case{
		By: cmd.By, Role: access.Underwriter, Line: p.Policy.Line, Amount: cmd.Amount, Limit: known.limit,
	}
	if err := asked.Agrees(); err != nil {
		return Decision{}, err
	}
	after := p.next()
	return Decision{
		Event: EventPolicyCountersigned, After: after, Effective: calendar.DateOf(after.Recorded),
		Detail: countersignedDetail{Act: cmd.Act, Role: cmd.By.Acting(access.Underwriter), Amount: cmd.Amount},
	}, nil
}

// recordWord queues the word, which counts for the policy as it is after it.
func recordWord(tx *pg.Tx, p *lockedPolicy, cmd CountersignPolicy) {
	after := p.next()
	zone.Countersign(tx, &zone.Countersignature{
		Pool: after.Pool, Subject: after.Subject(), Version: after.Version, Act: countersigned.Command(cmd.Act),
		Amount: cmd.Amount, Organisation: cmd.By.Organisation, SaidBy: cmd.By.Subject,
		Role: cmd.By.Acting(access.Underwriter), Recorded: after.Recorded,
	})
}
