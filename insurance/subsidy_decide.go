package insurance

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/text/field"
	"gongbao/zone/authority"
)

// DecideSubsidy records what the authority decided on an application 补贴核准.
type DecideSubsidy struct {
	idempotency.Command

	Policy    string       `json:"policy"`
	Grant     bool         `json:"grant"`
	Amount    money.Amount `json:"amount"`    // granted; what was applied for when zero
	Reference string       `json:"reference"` // of the authority's letter
}

// DecideSubsidy refuses, in this order: insurance.policy_invalid (shape), insurance.policy_not_found, access.forbidden,
// insurance.policy_changed, insurance.subsidy_state (none is applied for), insurance.subsidy_exceeded (more than
// applied for).
func (s *Service) DecideSubsidy(ctx context.Context, cmd DecideSubsidy) (*Policy, error) {
	return change(ctx, s, cmd, useCase[DecideSubsidy, nothing]{check: DecideSubsidy.check, decide: decideSubsidy})
}

func (cmd DecideSubsidy) policy() string { return cmd.Policy }

func (cmd DecideSubsidy) check() error {
	var check fault.Check
	check.Require(!cmd.Amount.IsNegative(), "amount", "the amount may not be negative")
	field.Line(&check, "reference", cmd.Reference, textMax)
	return check.Refuse(ErrPolicyInvalid)
}

func decideSubsidy(p *lockedPolicy, cmd DecideSubsidy, _ nothing) (Decision, error) {
	subsidy := p.Policy.Subsidy
	if subsidy.State != SubsidyApplied {
		return Decision{}, ErrSubsidyState.Case(fault.Args{"subsidy_state": subsidy.State.said()})
	}
	subsidy.Reference = cmd.Reference
	if !cmd.Grant {
		subsidy.State = SubsidyRefused
		return p.moveSubsidy(EventSubsidyRefused, subsidy, authority.DecideSubsidy.Pass()), nil
	}
	if cmd.Amount.Cmp(subsidy.Amount) > 0 {
		return Decision{}, ErrSubsidyExceeded.At("amount", "{amount} was applied for",
			fault.Args{"amount": subsidy.Amount})
	}
	subsidy.State = SubsidyGranted
	if !cmd.Amount.IsZero() {
		subsidy.Amount = cmd.Amount
	}
	return p.moveSubsidy(EventSubsidyGranted, subsidy, authority.DecideSubsidy.Pass()), nil
}
