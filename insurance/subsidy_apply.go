package insurance

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// ApplySubsidy puts in for premium support 申请保费补贴 under the rule of the line for the policy's first day.
type ApplySubsidy struct {
	idempotency.Command

	Policy string `json:"policy"`
	PaidTo PaidTo `json:"paid_to"` // the insured when empty
}

// ApplySubsidy refuses, in this order: insurance.policy_invalid (shape), insurance.policy_not_found, access.forbidden,
// insurance.policy_changed, insurance.policy_not_in_force (cancelled), insurance.subsidy_state,
// insurance.subsidy_rule_unknown, insurance.subsidy_not_eligible, which names every broken rule.
//
// A subsidy that goes to the insurer is a part of the premium from now on: issue asks the insured only for the rest,
// and what is open of it is a subsidy receivable.
func (s *Service) ApplySubsidy(ctx context.Context, cmd ApplySubsidy) (*Policy, error) {
	if cmd.PaidTo == "" {
		cmd.PaidTo = PaidToInsured
	}
	var check fault.Check
	check.Require(cmd.PaidTo == PaidToInsured || cmd.PaidTo == PaidToInsurer, "paid_to", "insured or insurer")
	if err := check.Refuse(ErrPolicyInvalid); err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "apply_subsidy", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, ask{policy: cmd.Policy, by: cmd.By, match: cmd.IfVersion, effective: cmd.Effective})
			if err != nil {
				return nil, err
			}
			if h.policy.Status == Cancelled {
				return nil, ErrPolicyNotInForce.With("%s is cancelled", h.policy.Number)
			}
			if h.policy.Subsidy.State != SubsidyNone && h.policy.Subsidy.State != SubsidyRefused {
				return nil, ErrSubsidyState.With("it is %s", h.policy.Subsidy.State)
			}
			subsidy, err := applied(ctx, tx, &h, cmd.PaidTo)
			if err != nil {
				return nil, err
			}
			return moveSubsidy(ctx, tx, &h, EventSubsidyApplied, cmd.By, subsidy)
		})
}

// applied checks the rules and computes the amount.
func applied(ctx context.Context, tx *pg.Tx, h *held, to PaidTo) (Subsidy, error) {
	p := h.policy
	line, _ := FindLine(p.Line)
	support, known := line.supportOf(p.Starts)
	if !known {
		return Subsidy{}, ErrSubsidyRuleUnknown.With("%s, policies that start on %s", line.Code, p.Starts)
	}
	if err := line.checkRules(p, StopsSubsidy, ErrSubsidyNotEligible); err != nil {
		return Subsidy{}, err
	}
	earlier, banned, err := subsidiesOf(ctx, tx, p)
	if err != nil {
		return Subsidy{}, err
	}
	if !banned.Before(h.today) {
		return Subsidy{}, ErrSubsidyNotEligible.At("insured", "%s may not be supported until %s, after a clawed-back "+
			"subsidy (工信厅联重装〔2024〕64号); apply from then on", p.Insured, banned)
	}
	year := 1
	if support.Years > 0 {
		if year, err = subsidyYear(ctx, tx, p, support.Years); err != nil {
			return Subsidy{}, err
		}
		if year > support.Years {
			return Subsidy{}, ErrSubsidyNotEligible.At("renews", "%s: at most %d years of cover are supported (%s); "+
				"this would be year %d", support.Code, support.Years, support.Source, year)
		}
	}
	counted, amount := support.compute(p, to, money.NetOf(money.Min(p.Received, p.Gross()), p.VAT))
	if support.PerInsured != nil {
		amount = money.Min(amount, money.Max(money.Amount{}, support.PerInsured.Sub(earlier)))
	}
	if amount.IsZero() {
		return Subsidy{}, ErrSubsidyNotEligible.At("premium", "%s gives nothing here: %s of premium counts, %s was given "+
			"for the year already; receive the premium first", support.Code, counted, earlier)
	}
	return Subsidy{
		State: SubsidyApplied, Rule: support.Code, PaidTo: to, Year: year, Counted: counted, Amount: amount,
	}, nil
}
