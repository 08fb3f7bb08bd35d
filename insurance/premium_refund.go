package insurance

import (
	"context"

	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// RefundPremium records premium cash paid back to the policyholder 退还保费.
type RefundPremium struct {
	idempotency.Command

	Policy string       `json:"policy"`
	Amount money.Amount `json:"amount"` // at 100 %, gross of VAT
}

// RefundPremium refuses, in this order: insurance.policy_not_found, ledger.date_out_of_range, access.forbidden,
// insurance.policy_changed, insurance.amount_not_positive, insurance.refund_exceeds_received,
// insurance.refund_not_owed: from issue on the premium is owed, and only what is above it goes back. A receipt recorded
// by mistake is reversed.
func (s *Service) RefundPremium(ctx context.Context, cmd RefundPremium) (*Policy, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "refund_premium", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, ask{policy: cmd.Policy, by: cmd.By, match: cmd.IfVersion, effective: cmd.Effective})
			if err != nil {
				return nil, err
			}
			if cmd.Amount.Sign() <= 0 {
				return nil, ErrAmountNotPositive.At("amount", "%s", cmd.Amount)
			}
			if cmd.Amount.Cmp(h.policy.Received) > 0 {
				return nil, ErrRefundExceedsReceived.At("amount", "%s was received", h.policy.Received)
			}
			after := next(h.policy, h.now)
			after.Received = after.Received.Sub(cmd.Amount)
			if gross := after.Gross(); after.Signed() && after.Received.Cmp(gross) < 0 {
				return nil, ErrRefundNotOwed.At("amount", "the gross premium is %s, %s was received", gross, h.policy.Received)
			}
			return &after, book(ctx, tx, &policyEvent{
				kind: EventPremiumRefunded, id: fact.NewID(h.now), by: cmd.By, before: *h.policy, after: after,
				agreement: h.bound(), effective: h.policy.Dated(h.effective), period: h.period, rule: postCash,
				data: cashDetail{Amount: cmd.Amount.Neg(), Collector: after.Collector},
			})
		})
}
