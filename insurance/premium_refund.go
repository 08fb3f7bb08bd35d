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

// RefundPremium records premium cash paid back to the policyholder 退还保费.
type RefundPremium struct {
	By        access.Principal `json:"-"`
	Key       string           `json:"-"`
	Policy    string           `json:"policy"`
	Match     int64            `json:"-"`      // the version the caller saw; 0 for any
	Amount    money.Amount     `json:"amount"` // at 100 %, gross of VAT
	Effective calendar.Date    `json:"effective"`
}

// RefundPremium refuses: insurance.policy_not_found, access.forbidden, insurance.policy_changed,
// insurance.amount_not_positive, insurance.refund_exceeds_received.
func (s *Service) RefundPremium(ctx context.Context, cmd RefundPremium) (*Policy, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "refund_premium", cmd.Key), cmd,
		func(ctx context.Context, tx bun.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, cmd.Policy, cmd.By, cmd.Match)
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
			return &after, book(ctx, tx, &step{
				kind: EventPremiumRefunded, id: outbox.NewID(h.now), by: cmd.By, before: *h.policy, after: after,
				agreement: h.bound(), effective: h.effectiveOr(cmd.Effective), period: h.period, rule: postCash,
				data: cashDetail{Amount: cmd.Amount.Neg(), Collector: after.Collector},
			})
		})
}
