package insurance

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
)

// CancelPolicy ends a policy with effect from 00:00 of a day and gives back what is unearned, by day 退保.
type CancelPolicy struct {
	By        access.Principal `json:"-"`
	Key       string           `json:"-"`
	Policy    string           `json:"policy"`
	Match     int64            `json:"-"` // the version the caller saw; 0 for any
	Effective calendar.Date    `json:"effective"`
}

// CancelPolicy refuses, in this order: insurance.policy_not_found, access.forbidden, insurance.policy_changed,
// insurance.policy_not_in_force, insurance.outside_period, insurance.premium_negative. It works on an expired policy
// too.
func (s *Service) CancelPolicy(ctx context.Context, cmd CancelPolicy) (*Policy, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "cancel_policy", cmd.Key), cmd,
		func(ctx context.Context, tx bun.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, cmd.Policy, cmd.By, cmd.Match)
			if err != nil {
				return nil, err
			}
			effective, err := h.changeFrom(cmd.Effective)
			if err != nil {
				return nil, err
			}
			slices, err := slicesOf(ctx, tx, h.policy)
			if err != nil {
				return nil, err
			}
			after := next(h.policy, h.now)
			after.Status, after.CancelledFrom, after.CancelPeriod = Cancelled, effective, h.period.For(effective)
			after.Returned = unearned(slices, after.Ends, effective)
			after.NetPremium = after.NetPremium.Sub(after.Returned)
			if after.NetPremium.IsNegative() {
				return nil, ErrPremiumNegative.With("%s of %s would be returned", after.Returned, h.policy.NetPremium)
			}
			fallDue(&after, h.today)
			return &after, book(ctx, tx, &step{
				kind: EventPolicyCancelled, id: outbox.NewID(h.now), by: cmd.By, before: *h.policy, after: after,
				agreement: h.agreement, effective: effective, period: h.period, rule: postPremiumChange,
				data: cancelledDetail{From: effective, Returned: after.Returned},
			})
		})
}

// ReinstatePolicy takes a cancellation back: the policy is in force as if it had never ended 恢复效力.
type ReinstatePolicy struct {
	By        access.Principal `json:"-"`
	Key       string           `json:"-"`
	Policy    string           `json:"policy"`
	Match     int64            `json:"-"` // the version the caller saw; 0 for any
	Effective calendar.Date    `json:"effective"`
}

// ReinstatePolicy refuses, in this order: insurance.policy_not_found, access.forbidden, insurance.policy_changed,
// insurance.policy_not_cancelled.
func (s *Service) ReinstatePolicy(ctx context.Context, cmd ReinstatePolicy) (*Policy, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "reinstate_policy", cmd.Key), cmd,
		func(ctx context.Context, tx bun.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, cmd.Policy, cmd.By, cmd.Match)
			if err != nil {
				return nil, err
			}
			if h.policy.Status != Cancelled {
				return nil, ErrPolicyNotCancelled.With("%s is %s", h.policy.Number, h.policy.StateOn(h.today))
			}
			if h.policy.Instalments, err = instalmentsOf(ctx, tx, h.policy); err != nil {
				return nil, err
			}
			after := next(h.policy, h.now)
			after.Status, after.NetPremium = InForce, after.NetPremium.Add(after.Returned)
			returned := after.Returned
			after.Returned, after.CancelledFrom, after.CancelPeriod = money.Amount{}, calendar.Date{}, calendar.Month{}
			fallDue(&after, h.today)
			return &after, book(ctx, tx, &step{
				kind: EventPolicyReinstated, id: outbox.NewID(h.now), by: cmd.By, before: *h.policy, after: after,
				agreement: h.agreement, effective: h.effectiveOr(
					cmd.Effective,
				), period: h.period, rule: postPremiumChange,
				data: cancelledDetail{From: h.policy.CancelledFrom, Returned: returned.Neg()},
			})
		})
}
