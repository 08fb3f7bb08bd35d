package insurance

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/text/field"
	"gongbao/zone/authority"
)

// banYears is how long an insured gets no support after a subsidy clawed back for false documents
// (工信厅联重装〔2024〕64号: three years).
const banYears = 3

// ClawBackSubsidy records that the authority took a paid subsidy back 补贴追回.
type ClawBackSubsidy struct {
	idempotency.Command

	Policy string       `json:"policy"`
	Amount money.Amount `json:"amount"` // all of it when zero
	Reason string       `json:"reason"`
	False  bool         `json:"false_documents"` // then the insured is banned for three years
}

// ClawBackSubsidy refuses, in this order: insurance.policy_invalid (shape), insurance.policy_not_found,
// access.forbidden, insurance.policy_changed, insurance.subsidy_state (none is paid), insurance.subsidy_exceeded,
// insurance.refund_exceeds_received, and what the gate on money refuses.
func (s *Service) ClawBackSubsidy(ctx context.Context, cmd ClawBackSubsidy) (*Policy, error) {
	return change(ctx, s, cmd, useCase[ClawBackSubsidy, gated]{
		check: ClawBackSubsidy.check, load: loadGate[ClawBackSubsidy], decide: clawBackSubsidy,
	})
}

func (cmd ClawBackSubsidy) policy() string { return cmd.Policy }

func (cmd ClawBackSubsidy) check() error {
	var check fault.Check
	check.Require(!cmd.Amount.IsNegative(), "amount", "the amount may not be negative")
	field.Prose(&check, "reason", cmd.Reason, textMax)
	return check.Refuse(ErrPolicyInvalid)
}

func clawBackSubsidy(p *lockedPolicy, cmd ClawBackSubsidy, known gated) (Decision, error) {
	subsidy := p.Policy.Subsidy
	if subsidy.State != SubsidyPaid {
		return Decision{}, ErrSubsidyState.Case(fault.Args{"subsidy_state": subsidy.State.said()})
	}
	subsidy.ClawedBack = cmd.Amount
	if cmd.Amount.IsZero() {
		subsidy.ClawedBack = subsidy.Paid
	}
	if subsidy.ClawedBack.Cmp(subsidy.Paid) > 0 {
		return Decision{}, ErrSubsidyExceeded.At("amount", "{amount} was paid", fault.Args{"amount": subsidy.Paid})
	}
	if subsidy.PaidTo == PaidToInsurer && subsidy.ClawedBack.Cmp(p.Policy.Received) > 0 {
		return Decision{}, ErrRefundExceedsReceived.At("amount", "{amount} is in",
			fault.Args{"amount": p.Policy.Received})
	}
	subsidy.State = SubsidyClawedBack
	if cmd.False {
		subsidy.BannedUntil = p.today.AddYears(banYears)
	}
	pass, err := p.pass(authority.ClawBackSubsidy, cmd.By, subsidy.ClawedBack, known)
	if err != nil {
		return Decision{}, err
	}
	return p.moveSubsidy(EventSubsidyClawedBack, subsidy, pass), nil
}
