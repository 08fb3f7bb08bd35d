package insurance

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// DecideRisk is a follower's word on a risk above the leader's authority: it takes or refuses it.
type DecideRisk struct {
	idempotency.Command

	Policy string `json:"policy"`
	Member string `json:"member"`
	Accept bool   `json:"accept"`
}

// DecideRisk refuses, in this order: access.forbidden, insurance.policy_not_found, ledger.date_out_of_range,
// insurance.policy_not_quoted, coinsurance.no_agreement_in_force, coinsurance.not_a_follower (the leader, and whoever
// is not in the table).
func (s *Service) DecideRisk(ctx context.Context, cmd DecideRisk) (*Policy, error) {
	return change(ctx, s, cmd, useCase[DecideRisk, nothing]{
		check: DecideRisk.check, may: anybody, decide: decideRisk, record: recordRisk,
	})
}

func (cmd DecideRisk) policy() string { return cmd.Policy }

func (cmd DecideRisk) check() error { return cmd.By.RequireMember(access.Underwriter, cmd.Member) }

// anybody may act, whose right was checked before the policy was looked at.
func anybody(access.Principal, *coinsurance.Agreement) error { return nil }

func decideRisk(p *lockedPolicy, cmd DecideRisk, _ nothing) (Decision, error) {
	policy := p.Policy
	switch {
	case policy.Signed():
		return Decision{}, ErrPolicyNotQuoted
	case p.Agreement == nil:
		return Decision{}, coinsurance.ErrNoAgreementInForce.Case(fault.Args{"pool": policy.Pool, "day": policy.Starts})
	case !p.Agreement.IsFollower(cmd.Member):
		return Decision{}, coinsurance.ErrNotAFollower.Case(fault.Args{"member": cmd.Member})
	}
	decided := Decision{
		Event: coinsurance.EventRiskDeclined, After: p.next(), Effective: p.effective,
		Plain: true, Audience: fact.Overseers,
		Detail: coinsurance.RiskDecided{
			Policy: policy.Number, Member: cmd.Member, SumInsured: policy.SumInsured,
			Authority: p.Agreement.AuthorityText(),
		},
	}
	if cmd.Accept {
		decided.Event = coinsurance.EventRiskAccepted
	}
	return decided, nil
}

// recordRisk keeps the follower's word with the placement of the risk.
func recordRisk(tx *pg.Tx, p *lockedPolicy, cmd DecideRisk) {
	coinsurance.RecordDecision(tx, p.Agreement, p.Policy.Number, cmd.Member, cmd.Accept, p.now, cmd.By)
}
