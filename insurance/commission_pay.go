package insurance

import (
	"context"

	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// PayCommission records what the issuer paid to the broker 支付手续费 (Insurance Law of the PRC, art. 130: to agents and
// brokers only).
type PayCommission struct {
	idempotency.Command

	Policy string       `json:"policy"`
	Amount money.Amount `json:"amount"`
}

// PayCommission refuses, in this order: insurance.policy_not_found, ledger.date_out_of_range, access.forbidden,
// insurance.policy_changed, insurance.policy_not_in_force (not on risk yet), insurance.amount_not_positive,
// insurance.commission_exceeds_accrued.
func (s *Service) PayCommission(ctx context.Context, cmd PayCommission) (*Policy, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "pay_commission", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, ask{policy: cmd.Policy, by: cmd.By, match: cmd.IfVersion, effective: cmd.Effective})
			if err != nil {
				return nil, err
			}
			if !h.policy.OnRisk() {
				return nil, ErrPolicyNotInForce.With("%s is %s", h.policy.Number, h.policy.Status)
			}
			if cmd.Amount.Sign() <= 0 {
				return nil, ErrAmountNotPositive.At("amount", "%s", cmd.Amount)
			}
			after := next(h.policy, h.now)
			after.CommissionPaid = after.CommissionPaid.Add(cmd.Amount)
			position := positionOf(h.agreement, h.policy)
			if after.CommissionPaid.Cmp(position.Totals[atCommission]) > 0 {
				return nil, ErrCommissionExceedsAccrued.At("amount", "%s has accrued, %s was paid before",
					position.Totals[atCommission], h.policy.CommissionPaid)
			}
			return &after, book(ctx, tx, &policyEvent{
				kind: EventCommissionPaid, id: fact.NewID(h.now), by: cmd.By, before: *h.policy, after: after,
				agreement: h.agreement, effective: h.policy.Dated(h.effective), period: h.period,
				rule: func(c *movement) { postCommissionPaid(c, cmd.Amount) },
				data: commissionDetail{Amount: cmd.Amount, ToDate: after.CommissionPaid},
			})
		})
}
