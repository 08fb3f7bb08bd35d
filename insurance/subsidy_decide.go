package insurance

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
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
	var check fault.Check
	check.Require(!cmd.Amount.IsNegative(), "amount", "the amount may not be negative")
	field.Line(&check, "reference", cmd.Reference, textMax)
	if err := check.Refuse(ErrPolicyInvalid); err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "decide_subsidy", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, ask{policy: cmd.Policy, by: cmd.By, match: cmd.IfVersion, effective: cmd.Effective})
			if err != nil {
				return nil, err
			}
			subsidy := h.policy.Subsidy
			if subsidy.State != SubsidyApplied {
				return nil, ErrSubsidyState.With("it is %s", subsidyWord(subsidy.State))
			}
			subsidy.Reference = cmd.Reference
			if !cmd.Grant {
				subsidy.State = SubsidyRefused
				return moveSubsidy(ctx, tx, &h, EventSubsidyRefused, cmd.By, subsidy)
			}
			if cmd.Amount.Cmp(subsidy.Amount) > 0 {
				return nil, ErrSubsidyExceeded.At("amount", "%s was applied for", subsidy.Amount)
			}
			subsidy.State = SubsidyGranted
			if !cmd.Amount.IsZero() {
				subsidy.Amount = cmd.Amount
			}
			return moveSubsidy(ctx, tx, &h, EventSubsidyGranted, cmd.By, subsidy)
		})
}

func subsidyWord(state SubsidyState) string {
	if state == SubsidyNone {
		return "not applied for"
	}
	return string(state)
}
