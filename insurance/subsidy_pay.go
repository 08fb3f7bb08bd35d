package insurance

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/zone/authority"
)

// PaySubsidy records that the authority paid a granted subsidy 补贴到账. What goes to the insurer is premium received.
type PaySubsidy struct {
	idempotency.Command

	Policy string       `json:"policy"`
	Amount money.Amount `json:"amount"` // what was granted when zero
}

// PaySubsidy refuses, in this order: insurance.amount_not_positive, insurance.policy_not_found, access.forbidden,
// insurance.policy_changed, insurance.subsidy_state (none is granted), insurance.policy_not_in_force (a part of the
// premium before issue), insurance.subsidy_exceeded, and what the gate on money refuses.
func (s *Service) PaySubsidy(ctx context.Context, cmd PaySubsidy) (*Policy, error) {
	return change(ctx, s, cmd, useCase[PaySubsidy, gated]{
		check: PaySubsidy.check, load: loadGate[PaySubsidy], decide: paySubsidy,
	})
}

func (cmd PaySubsidy) policy() string { return cmd.Policy }

func (cmd PaySubsidy) check() error {
	if cmd.Amount.IsNegative() {
		return ErrAmountNotPositive.At("amount", "{amount}", fault.Args{"amount": cmd.Amount})
	}
	return nil
}

func paySubsidy(p *lockedPolicy, cmd PaySubsidy, known gated) (Decision, error) {
	subsidy := p.Policy.Subsidy
	if subsidy.State != SubsidyGranted {
		return Decision{}, ErrSubsidyState.Case(fault.Args{"subsidy_state": subsidy.State.said()})
	}
	if subsidy.PaidTo == PaidToInsurer && !p.Policy.Signed() {
		return Decision{}, ErrPolicyNotInForce.Case(fault.Args{
			"policy": p.Policy.Number, "policy_state": p.Policy.Status,
		})
	}
	subsidy.Paid = cmd.Amount
	if cmd.Amount.IsZero() {
		subsidy.Paid = subsidy.Amount
	}
	if subsidy.Paid.Cmp(subsidy.Amount) > 0 {
		return Decision{}, ErrSubsidyExceeded.At("amount", "{amount} was granted", fault.Args{"amount": subsidy.Amount})
	}
	subsidy.State = SubsidyPaid
	pass, err := p.pass(authority.PaySubsidy, cmd.By, subsidy.Paid, known)
	if err != nil {
		return Decision{}, err
	}
	return p.moveSubsidy(EventSubsidyPaid, subsidy, pass), nil
}
