package insurance

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// ReceivePremium records premium cash taken in from the policyholder 收取保费.
type ReceivePremium struct {
	idempotency.Command

	Policy string       `json:"policy"`
	Amount money.Amount `json:"amount"` // at 100 %, gross of VAT
}

// ReceivePremium refuses: insurance.policy_not_found, ledger.date_out_of_range, access.forbidden,
// insurance.policy_changed, insurance.amount_not_positive, coinsurance.no_agreement_in_force.
func (s *Service) ReceivePremium(ctx context.Context, cmd ReceivePremium) (*Policy, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "receive_premium", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Policy, error) {
			h, err := s.hold(ctx, tx, ask{policy: cmd.Policy, by: cmd.By, match: cmd.IfVersion, effective: cmd.Effective})
			if err != nil {
				return nil, err
			}
			if cmd.Amount.Sign() <= 0 {
				return nil, ErrAmountNotPositive.At("amount", "%s", cmd.Amount)
			}
			after := next(h.policy, h.now)
			after.Received = after.Received.Add(cmd.Amount)
			if after.Collector == "" {
				if after.Collector, err = s.firstCollector(ctx, tx, &h); err != nil {
					return nil, err
				}
			}
			return &after, book(ctx, tx, &policyEvent{
				kind: EventPremiumReceived, id: fact.NewID(h.now), by: cmd.By, before: *h.policy, after: after,
				agreement: h.bound(), effective: h.policy.Dated(h.effective), period: h.period, rule: postCash,
				data: cashDetail{Amount: cmd.Amount, Collector: after.Collector},
			})
		})
}

// firstCollector is fixed by the first receipt: the issuer of the version in force on the policy's first day, else of
// the one in force on the day of receipt.
func (s *Service) firstCollector(ctx context.Context, tx *pg.Tx, h *held) (string, error) {
	if h.agreement != nil {
		return h.agreement.Issuer, nil
	}
	agreement, err := coinsurance.AgreementAt(ctx, tx, h.policy.Pool, h.today)
	if err != nil {
		return "", err
	}
	return agreement.Issuer, nil
}
