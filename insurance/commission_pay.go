package insurance

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/zone/authority"
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
// insurance.commission_exceeds_accrued, and what the gate on money refuses.
func (s *Service) PayCommission(ctx context.Context, cmd PayCommission) (*Policy, error) {
	return change(ctx, s, cmd, useCase[PayCommission, gated]{load: loadGate[PayCommission], decide: payCommission})
}

func (cmd PayCommission) policy() string { return cmd.Policy }

func payCommission(p *lockedPolicy, cmd PayCommission, known gated) (Decision, error) {
	if !p.Policy.OnRisk() {
		return Decision{}, ErrPolicyNotInForce.Case(fault.Args{
			"policy": p.Policy.Number, "policy_state": p.Policy.Status,
		})
	}
	if cmd.Amount.Sign() <= 0 {
		return Decision{}, ErrAmountNotPositive.At("amount", "{amount}", fault.Args{"amount": cmd.Amount})
	}
	after := p.next()
	after.CommissionPaid = after.CommissionPaid.Add(cmd.Amount)
	position := positionOf(p.Agreement, p.Policy)
	if accrued := position.Totals[atCommission]; after.CommissionPaid.Cmp(accrued) > 0 {
		return Decision{}, ErrCommissionExceedsAccrued.At("amount",
			"{accrued} has accrued, {paid} was paid before",
			fault.Args{"accrued": accrued, "paid": p.Policy.CommissionPaid})
	}
	pass, err := p.pass(authority.PayCommission, cmd.By, after.CommissionPaid, known)
	if err != nil {
		return Decision{}, err
	}
	return Decision{
		Event: EventCommissionPaid, After: after, Effective: p.Policy.Dated(p.effective),
		Rule:   func(c *movement) { postCommissionPaid(c, cmd.Amount) },
		Detail: commissionDetail{Amount: cmd.Amount, ToDate: after.CommissionPaid}, Pass: pass,
	}, nil
}
