package insurance

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/zone"
	"gongbao/zone/authority"
)

// ApproveIssue is a second person's word that a quotation may be issued although its limit of liability is above what
// whoever issues it decides alone 双人复核. The approver is an underwriter of the issuer whose own limit suffices, and is
// neither who quoted the policy nor, as IssuePolicy sees to, who issues it.
type ApproveIssue struct {
	idempotency.Command

	Policy string `json:"policy"`
}

// ApproveIssue refuses, in this order: insurance.policy_not_found, access.forbidden, insurance.policy_changed,
// insurance.policy_not_quoted, coinsurance.no_agreement_in_force, access.forbidden (to the leader's underwriter where
// another member issues), access.maker_is_checker, access.authority_exceeded.
func (s *Service) ApproveIssue(ctx context.Context, cmd ApproveIssue) (*Policy, error) {
	return change(ctx, s, cmd, useCase[ApproveIssue, authority.Limit]{load: loadOwnLimit, decide: approveIssue})
}

func (cmd ApproveIssue) policy() string { return cmd.Policy }

// loadOwnLimit looks up what the approver decides alone.
func loadOwnLimit(ctx context.Context, tx *pg.Tx, p *lockedPolicy, cmd ApproveIssue) (authority.Limit, error) {
	return zone.LimitOf(ctx, tx, cmd.By, access.Underwriter, p.Policy.Line, p.today)
}

func approveIssue(p *lockedPolicy, cmd ApproveIssue, limit authority.Limit) (Decision, error) {
	policy := p.Policy
	if policy.Signed() {
		return Decision{}, ErrPolicyNotQuoted.Case(fault.Args{
			"policy": policy.Number, "policy_state": policy.StateOn(p.today),
		})
	}
	if p.Agreement == nil {
		return Decision{}, coinsurance.ErrNoAgreementInForce.Case(fault.Args{"pool": policy.Pool, "day": policy.Starts})
	}
	if err := cmd.By.RequireMember(access.Underwriter, p.Agreement.Issuer); err != nil {
		return Decision{}, err
	}
	if err := cmd.By.RequireOther(policy.QuotedBy); err != nil {
		return Decision{}, err
	}
	asked := authority.Case{
		By: cmd.By, Role: access.Underwriter, Line: policy.Line, Amount: policy.SumInsured, Limit: limit,
	}
	if err := asked.Agrees(); err != nil {
		return Decision{}, err
	}
	after, role := p.next(), cmd.By.Acting(access.Underwriter)
	return Decision{
		Event: EventIssueApproved, After: after, Effective: calendar.DateOf(after.Recorded),
		Detail: approvedDetail{Role: role, Limit: after.SumInsured},
		Approval: &Approval{
			Pool: after.Pool, Policy: after.Number, Version: after.Version, Approver: cmd.By.Subject, Role: role,
			SumInsured: after.SumInsured, Recorded: after.Recorded,
		},
	}, nil
}
