package insurance

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/text/field"
)

// Over which days an endorsement's premium is earned.
const (
	BasisRemaining = "remaining" // from the effective day to the end
	BasisPeriod    = "period"    // over the whole period
)

// EndorsePolicy changes the net premium of a policy 批改.
type EndorsePolicy struct {
	By          access.Principal `json:"-"`
	Key         string           `json:"-"`
	Policy      string           `json:"policy"`
	Match       int64            `json:"-"` // the version the caller saw; 0 for any
	Endorsement string           `json:"endorsement"`
	Premium     money.Amount     `json:"premium"` // the change, net of VAT; may be negative
	Basis       string           `json:"basis"`   // remaining when empty
	Effective   calendar.Date    `json:"effective"`
}

// EndorsePolicy refuses, in this order: insurance.policy_invalid (shape of the request), insurance.policy_not_found,
// access.forbidden, insurance.policy_changed, insurance.policy_not_in_force, insurance.outside_period,
// insurance.premium_negative, insurance.endorsement_exists. It works on an expired policy too.
func (s *Service) EndorsePolicy(ctx context.Context, cmd EndorsePolicy) (*Policy, error) {
	if cmd.Basis == "" {
		cmd.Basis = BasisRemaining
	}
	if err := cmd.check(); err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "endorse_policy", cmd.Key), cmd,
		func(ctx context.Context, tx bun.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, cmd.Policy, cmd.By, cmd.Match)
			if err != nil {
				return nil, err
			}
			effective, err := h.changeFrom(cmd.Effective)
			if err != nil {
				return nil, err
			}
			after := next(h.policy, h.now)
			after.NetPremium = after.NetPremium.Add(cmd.Premium)
			if after.NetPremium.IsNegative() {
				return nil, ErrPremiumNegative.At("premium", "the net premium to date is %s", h.policy.NetPremium)
			}
			if err := newEndorsement(ctx, tx, h.policy, cmd.Endorsement); err != nil {
				return nil, err
			}
			slice := Slice{
				Endorsement: cmd.Endorsement, Amount: cmd.Premium, EarnedFrom: effective, Period: h.period.For(
					effective,
				),
			}
			if cmd.Basis == BasisPeriod {
				slice.EarnedFrom = after.Starts
			}
			fallDue(&after, h.today)
			insertSlice(tx, &after, slice)
			return &after, book(ctx, tx, &step{
				kind: EventPolicyEndorsed, id: outbox.NewID(h.now), by: cmd.By, before: *h.policy, after: after,
				agreement: h.agreement, effective: effective, period: h.period, rule: postPremiumChange,
				data: endorsedDetail{
					Endorsement: cmd.Endorsement, Premium: cmd.Premium, Basis: cmd.Basis, EarnedFrom: slice.EarnedFrom,
				},
			})
		})
}

func (cmd *EndorsePolicy) check() error {
	var check fault.Check
	field.Code(&check, "endorsement", cmd.Endorsement)
	check.Require(
		cmd.Basis == BasisRemaining || cmd.Basis == BasisPeriod, "basis", "%q is neither remaining nor period",
		cmd.Basis,
	)
	return check.Refuse(ErrPolicyInvalid)
}

// changeFrom checks that a policy in force may change with effect from the day.
func (h *held) changeFrom(day calendar.Date) (calendar.Date, error) {
	if h.policy.Status != InForce {
		return day, ErrPolicyNotInForce.With("%s is %s", h.policy.Number, h.policy.Status)
	}
	effective := h.effectiveOr(day)
	if !h.policy.Covers(effective) {
		return day, ErrOutsidePeriod.At(
			"effective", "%s is not within %s to %s", effective, h.policy.Starts, h.policy.Ends,
		)
	}
	return effective, nil
}

func newEndorsement(ctx context.Context, tx bun.Tx, policy *Policy, endorsement string) error {
	exists, err := tx.NewSelect().Table("policy_slice").
		Where("pool = ? AND policy = ? AND endorsement = ?", policy.Pool, policy.Number, endorsement).Exists(ctx)
	if err != nil {
		return err
	}
	if exists {
		return ErrEndorsementExists.With("%s of %s", endorsement, policy.Number)
	}
	return nil
}
