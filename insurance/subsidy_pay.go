package insurance

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// PaySubsidy records that the authority paid a granted subsidy 补贴到账. What goes to the insurer is premium received.
type PaySubsidy struct {
	idempotency.Command

	Policy string       `json:"policy"`
	Amount money.Amount `json:"amount"` // what was granted when zero
}

// PaySubsidy refuses, in this order: insurance.amount_not_positive, insurance.policy_not_found, access.forbidden,
// insurance.policy_changed, insurance.subsidy_state (none is granted), insurance.policy_not_in_force (a part of the
// premium before issue), insurance.subsidy_exceeded.
func (s *Service) PaySubsidy(ctx context.Context, cmd PaySubsidy) (*Policy, error) {
	if cmd.Amount.IsNegative() {
		return nil, ErrAmountNotPositive.At("amount", "%s", cmd.Amount)
	}
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "pay_subsidy", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, ask{policy: cmd.Policy, by: cmd.By, match: cmd.IfVersion, effective: cmd.Effective})
			if err != nil {
				return nil, err
			}
			subsidy := h.policy.Subsidy
			if subsidy.State != SubsidyGranted {
				return nil, ErrSubsidyState.With("it is %s", subsidyWord(subsidy.State))
			}
			if subsidy.PaidTo == PaidToInsurer && !h.policy.Signed() {
				return nil, ErrPolicyNotInForce.With("%s is %s", h.policy.Number, h.policy.Status)
			}
			subsidy.Paid = cmd.Amount
			if cmd.Amount.IsZero() {
				subsidy.Paid = subsidy.Amount
			}
			if subsidy.Paid.Cmp(subsidy.Amount) > 0 {
				return nil, ErrSubsidyExceeded.At("amount", "%s was granted", subsidy.Amount)
			}
			subsidy.State = SubsidyPaid
			return moveSubsidy(ctx, tx, &h, EventSubsidyPaid, cmd.By, subsidy)
		})
}

// moveSubsidy books a step of a subsidy. What of it goes to the insurer or back is premium received or paid back.
func moveSubsidy(
	ctx context.Context, tx *pg.Tx, h *held, kind string, by access.Principal, subsidy Subsidy,
) (*Policy, error) {
	before := h.policy.Subsidy
	after := next(h.policy, h.now)
	after.Subsidy = subsidy
	if subsidy.PaidTo == PaidToInsurer {
		after.Received = after.Received.Add(subsidy.Paid.Sub(before.Paid)).Sub(subsidy.ClawedBack.Sub(before.ClawedBack))
	}
	if after.Received != h.policy.Received && after.Collector == "" {
		after.Collector = h.agreement.Issuer
	}
	s := &policyEvent{
		kind: kind, id: fact.NewID(h.now), by: by, before: *h.policy, after: after, agreement: h.bound(),
		effective: h.policy.Dated(h.effective), period: h.period, data: subsidyDetail{Subsidy: subsidy},
	}
	if after.Received != h.policy.Received {
		s.rule = postCash
	}
	return &after, book(ctx, tx, s)
}
