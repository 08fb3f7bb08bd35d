package insurance

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/zone/authority"
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
// by mistake is reversed. Last comes what the gate on money refuses.
func (s *Service) RefundPremium(ctx context.Context, cmd RefundPremium) (*Policy, error) {
	return change(ctx, s, cmd, useCase[RefundPremium, takenBack]{
		load: loadTakenBack[RefundPremium], decide: refundPremium,
	})
}

func (cmd RefundPremium) policy() string { return cmd.Policy }

func refundPremium(p *lockedPolicy, cmd RefundPremium, known takenBack) (Decision, error) {
	if cmd.Amount.Sign() <= 0 {
		return Decision{}, ErrAmountNotPositive.At("amount", "{amount}", fault.Args{"amount": cmd.Amount})
	}
	received := p.Policy.Received
	if cmd.Amount.Cmp(received) > 0 {
		return Decision{}, ErrRefundExceedsReceived.At("amount", "{amount} was received",
			fault.Args{"amount": received})
	}
	after := p.next()
	after.Received = after.Received.Sub(cmd.Amount)
	if gross := after.Gross(); after.Signed() && after.Received.Cmp(gross) < 0 {
		return Decision{}, ErrRefundNotOwed.At("amount", "the gross premium is {gross}, {received} was received",
			fault.Args{"gross": gross, "received": received})
	}
	pass, err := p.pass(authority.RefundPremium, cmd.By, known.amount.Add(cmd.Amount), known.gate)
	if err != nil {
		return Decision{}, err
	}
	return Decision{
		Event: EventPremiumRefunded, After: after, Effective: p.Policy.Dated(p.effective), Rule: postCash,
		Detail: cashDetail{Amount: cmd.Amount.Neg(), Collector: after.Collector}, Pass: pass,
	}, nil
}
