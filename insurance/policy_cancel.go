package insurance

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// CancelPolicy ends a policy with effect from 00:00 of a day and gives back what is unearned, by day 退保.
type CancelPolicy struct {
	idempotency.Command

	Policy string `json:"policy"`
}

// CancelPolicy refuses, in this order: insurance.policy_not_found, ledger.date_out_of_range, access.forbidden,
// insurance.policy_changed, insurance.policy_not_in_force, insurance.outside_period, insurance.claims_stand,
// insurance.premium_negative. It works on an expired policy too, and on one that is issued and not on risk yet.
//
// What was lost earns no return: of each item of premium only the part goes back that the part of the limit not used
// bears to the limit (Insurance Law of the PRC, art. 58).
func (s *Service) CancelPolicy(ctx context.Context, cmd CancelPolicy) (*Policy, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "cancel_policy", cmd.IdempotencyKey), cmd,
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
			items, notes, err := cancellable(ctx, tx, h.policy)
			if err != nil {
				return nil, err
			}
			unused := h.policy.SumInsured
			for _, note := range notes {
				if note.stands(h.effective) {
					return nil, ErrClaimsStand.At("effective", "%s, for a loss on %s", note.Claim, note.LossDay)
				}
				unused = money.Max(money.Amount{}, unused.Sub(note.Used))
			}
			after := next(h.policy, h.now)
			after.Status, after.CancelledFrom = Cancelled, h.effective
			after.Returned = returned(items, after.Ends, h.effective, unused, after.SumInsured)
			after.NetPremium = after.NetPremium.Sub(after.Returned)
			if after.NetPremium.IsNegative() {
				return nil, ErrPremiumNegative.With("%s of %s would be returned", after.Returned, h.policy.NetPremium)
			}
			return h.turn(ctx, tx, &after, cmd.By, EventPolicyCancelled, ItemCancellation,
				cancelledDetail{From: h.effective, Returned: after.Returned})
		})
}

// cancellable reads what a cancellation is computed from.
func cancellable(ctx context.Context, tx *pg.Tx, policy *Policy) (items []PremiumItem, notes []ClaimNote, err error) {
	var reads pg.Reads
	pg.List(&reads, &items, `WHERE pool = $1 AND policy = $2 ORDER BY recorded, kind, endorsement`,
		policy.Pool, policy.Number)
	pg.List(&reads, &notes, `WHERE pool = $1 AND policy = $2 ORDER BY claim`, policy.Pool, policy.Number)
	return items, notes, reads.Run(ctx, tx)
}

// turn books a cancellation or its reinstatement: with effect from the day of the cancellation, in a month of its own.
func (h *held) turn(
	ctx context.Context, tx *pg.Tx, after *Policy, by access.Principal, kind string, turn ItemKind,
	detail cancelledDetail,
) (*Policy, error) {
	fallDue(after, h.today)
	dated := h.policy.Dated(detail.From)
	item := after.turnItem(turn, detail.Returned.Neg(), detail.From)
	item.Period = h.posted(dated)
	pg.Insert(tx, &item)
	return after, book(ctx, tx, &policyEvent{
		kind: kind, id: fact.NewID(h.now), by: by, before: *h.policy, after: *after, agreement: h.agreement,
		effective: dated, period: h.period, rule: whenOnRisk(after, postPremiumChange), data: detail,
	})
}

// posted is the accounting month of what is posted with an effective day; none while the policy is not on risk.
func (h *held) posted(dated calendar.Date) calendar.Month {
	if !h.policy.OnRisk() {
		return calendar.Month{}
	}
	return h.period.For(dated)
}

// whenOnRisk is the rule, or none for a policy of which nothing is booked yet.
func whenOnRisk(policy *Policy, rule func(*movement)) func(*movement) {
	if policy.OnRisk() {
		return rule
	}
	return nil
}

// ReinstatePolicy takes a cancellation back: the policy is in force as if it had never ended 恢复效力.
type ReinstatePolicy struct {
	idempotency.Command

	Policy string `json:"policy"`
}

// ReinstatePolicy refuses, in this order: insurance.policy_not_found, ledger.date_out_of_range, access.forbidden,
// insurance.policy_changed, insurance.policy_not_cancelled, ledger.date_out_of_range (another day than that of the
// cancellation: the premium would stand in some months twice, or not at all).
func (s *Service) ReinstatePolicy(ctx context.Context, cmd ReinstatePolicy) (*Policy, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "reinstate_policy", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, ask{
				policy: cmd.Policy, by: cmd.By, match: cmd.IfVersion, effective: cmd.Effective,
			})
			if err != nil {
				return nil, err
			}
			from := h.policy.CancelledFrom
			if h.policy.Status != Cancelled {
				return nil, ErrPolicyNotCancelled.With("%s is %s", h.policy.Number, h.policy.StateOn(h.today))
			}
			if !cmd.Effective.IsZero() && cmd.Effective != from {
				return nil, ledger.ErrDateOutOfRange.At("effective", "the policy was cancelled from %s, and is so reinstated", from)
			}
			if h.policy.Instalments, err = instalmentsOf(ctx, tx, h.policy); err != nil {
				return nil, err
			}
			after := next(h.policy, h.now)
			returned := after.Returned
			after.Status, after.NetPremium = InForce, after.NetPremium.Add(returned)
			if !after.OnRisk() {
				after.Status = Issued
			}
			after.Returned, after.CancelledFrom = money.Amount{}, calendar.Date{}
			return h.turn(ctx, tx, &after, cmd.By, EventPolicyReinstated, ItemReinstatement,
				cancelledDetail{From: from, Returned: returned.Neg()})
		})
}
