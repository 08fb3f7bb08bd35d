package insurance

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
)

// ReceivePremium records premium cash taken in from the policyholder 收取保费. Premium counts as received once it is
// recorded, with effect from the command's effective day, the business day when none is written. Whether enough is in
// to issue says checkPaid (policy_issue.go).
type ReceivePremium struct {
	idempotency.Command

	Policy string       `json:"policy"`
	Amount money.Amount `json:"amount"` // at 100 %, gross of VAT
}

// ReceivePremium refuses: insurance.policy_not_found, ledger.date_out_of_range, access.forbidden,
// insurance.policy_changed, insurance.amount_not_positive, coinsurance.no_agreement_in_force.
func (s *Service) ReceivePremium(ctx context.Context, cmd ReceivePremium) (*Policy, error) {
	return change(ctx, s, cmd, useCase[ReceivePremium, string]{load: loadFirstCollector, decide: receivePremium})
}

func (cmd ReceivePremium) policy() string { return cmd.Policy }

// receivePremium adds what came in. The collector is fixed by the first receipt: the issuer of the version in force on
// the policy's first day, else of the one in force on the day of receipt, which first names.
func receivePremium(p *lockedPolicy, cmd ReceivePremium, first string) (Decision, error) {
	if cmd.Amount.Sign() <= 0 {
		return Decision{}, ErrAmountNotPositive.At("amount", "{amount}", fault.Args{"amount": cmd.Amount})
	}
	after := p.next()
	after.Received = after.Received.Add(cmd.Amount)
	if after.Collector == "" {
		after.Collector = first
	}
	if after.Collector == "" {
		return Decision{}, coinsurance.ErrNoAgreementInForce.Case(fault.Args{"pool": after.Pool, "day": p.today})
	}
	return Decision{
		Event: EventPremiumReceived, After: after, Effective: p.Policy.Dated(p.effective), Rule: postCash,
		Detail: cashDetail{Amount: cmd.Amount, Collector: after.Collector}, Pass: authority.ReceivePremium.Pass(),
	}, nil
}

// loadFirstCollector names who would take in a first receipt; "" when no agreement says.
func loadFirstCollector(ctx context.Context, tx *pg.Tx, p *lockedPolicy, _ ReceivePremium) (string, error) {
	if p.Agreement != nil || p.Policy.Collector != "" {
		return p.issuer(), nil
	}
	agreement, err := coinsurance.AgreementAt(ctx, tx, p.Policy.Pool, p.today)
	if isNoAgreement(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return agreement.Issuer, nil
}

// issuer is that of the agreement the policy is or would be under; "" when there is none.
func (p *lockedPolicy) issuer() string {
	if p.Agreement == nil {
		return ""
	}
	return p.Agreement.Issuer
}
