package insurance

import (
	"context"

	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// Over which days an endorsement's premium is earned.
const (
	BasisRemaining = "remaining" // from the effective day to the end
	BasisPeriod    = "period"    // over the whole period
)

// EndorsePolicy changes the net premium of a policy 批改.
type EndorsePolicy struct {
	idempotency.Command

	Policy      string       `json:"policy"`
	Endorsement string       `json:"endorsement"`
	Premium     money.Amount `json:"premium"` // the change, net of VAT; may be negative
	Basis       string       `json:"basis"`   // remaining when empty
}

// EndorsePolicy refuses, in this order: insurance.policy_invalid (shape of the request), insurance.policy_not_found,
// ledger.date_out_of_range, access.forbidden, insurance.policy_changed, insurance.policy_not_in_force,
// insurance.outside_period, insurance.premium_negative, insurance.endorsement_exists. It works on an expired policy
// too, and on one that is issued and not on risk yet.
func (s *Service) EndorsePolicy(ctx context.Context, cmd EndorsePolicy) (*Policy, error) {
	if cmd.Basis == "" {
		cmd.Basis = BasisRemaining
	}
	if err := cmd.check(); err != nil {
		return nil, err
	}
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "endorse_policy", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, ask{
				policy: cmd.Policy, by: cmd.By, match: cmd.IfVersion, effective: cmd.Effective, ahead: true,
			})
			if err != nil {
				return nil, err
			}
			if err := h.mayChange(); err != nil {
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
			dated := h.policy.Dated(h.effective)
			item := after.item(ItemPremium, cmd.Endorsement, cmd.Premium, h.effective)
			item.Period = h.posted(dated)
			if cmd.Basis == BasisPeriod {
				item.EarnedFrom = after.Starts
			}
			fallDue(&after, h.today)
			pg.Insert(tx, &item)
			return &after, book(ctx, tx, &policyEvent{
				kind: EventPolicyEndorsed, id: fact.NewID(h.now), by: cmd.By, before: *h.policy, after: after,
				agreement: h.agreement, effective: dated, period: h.period, rule: whenOnRisk(&after, postPremiumChange),
				data: endorsedDetail{
					Endorsement: cmd.Endorsement, Premium: cmd.Premium, Basis: cmd.Basis, EarnedFrom: item.EarnedFrom,
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

// mayChange checks that a policy that was issued and not cancelled may change with effect from the day.
func (h *held) mayChange() error {
	if h.policy.Status != InForce && h.policy.Status != Issued {
		return ErrPolicyNotInForce.With("%s is %s", h.policy.Number, h.policy.Status)
	}
	if !h.policy.Covers(h.effective) {
		return ErrOutsidePeriod.At(
			"effective", "%s is not within %s to %s", h.effective, h.policy.Starts, h.policy.Ends,
		)
	}
	return nil
}

func newEndorsement(ctx context.Context, tx *pg.Tx, policy *Policy, endorsement string) error {
	exists, err := tx.NewSelect().Table("premium_item").
		Where("pool = ? AND policy = ? AND kind = ? AND endorsement = ?",
			policy.Pool, policy.Number, string(ItemPremium), endorsement).Exists(ctx)
	if err != nil {
		return err
	}
	if exists {
		return ErrEndorsementExists.With("%s of %s", endorsement, policy.Number)
	}
	return nil
}
