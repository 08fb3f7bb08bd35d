package claims

import (
	"context"
	"slices"

	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// PayClaim records a payment of what is approved, to the insured, a third party or for an expense 赔付.
type PayClaim struct {
	Command

	Indemnity money.Amount `json:"indemnity"`
	Expense   Expense      `json:"expense"`
	Payee     Payee        `json:"payee"`
	Settled   bool         `json:"settled,omitempty"` // the insured has paid the third party already
}

// PayClaim refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range, access.forbidden,
// claims.claim_changed, claims.claim_closed, claims.amount_not_positive (nothing is paid),
// claims.payment_exceeds_approved, claims.third_party_unpaid, claims.defence_exceeded (these two where the loss was
// assessed by section).
func (s *Service) PayClaim(ctx context.Context, cmd PayClaim) (*Claim, error) {
	var check fault.Check
	cmd.Payee.check(&check)
	check.Require(!cmd.Indemnity.IsNegative(), "indemnity", "the amount may not be negative")
	for _, part := range cmd.Expense.list() {
		check.Require(!part.IsNegative(), "expense", "no amount may be negative")
	}
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	return s.act(ctx, cmd.Command, "pay_claim", EventClaimPaid, cmd, func(h *held, after *Claim) (any, error) {
		if err := after.stay(); err != nil {
			return nil, err
		}
		if cmd.Indemnity.IsZero() && cmd.Expense.Total().IsZero() {
			return nil, ErrAmountNotPositive.At("indemnity", "an amount of indemnity or expense is needed")
		}
		return h.pay(after, cmd)
	})
}

// checkLiability holds what is particular to liability: the insured is paid only once it has paid the third party, and
// legal costs are paid up to what the section of defence pays.
func (h *held) checkLiability(c *Claim, cmd PayClaim) error {
	liable := slices.ContainsFunc(h.sheet, func(l indemnity.SheetLine) bool { return l.Kind == insurance.LiabilityCover })
	if liable && cmd.Indemnity.Sign() > 0 && cmd.Payee.Kind == PayeeInsured && !cmd.Settled {
		return ErrThirdPartyUnpaid.At("payee", "pay the third party, or say that the insured has paid it")
	}
	if most, covered := defence(h.sheet); covered && c.PaidLegal.Cmp(most) > 0 {
		return ErrDefenceExceeded.At("legal", "%s of legal costs would be paid, the section pays %s", c.PaidLegal, most)
	}
	return nil
}

// pay is a payment of what is approved.
func (h *held) pay(c *Claim, cmd PayClaim) (any, error) {
	c.PaidIndemnity = c.PaidIndemnity.Add(cmd.Indemnity)
	c.spend(cmd.Expense)
	if c.PaidIndemnity.Cmp(c.ApprovedIndemnity) > 0 || c.PaidExpense.Cmp(c.ApprovedExpense) > 0 {
		return nil, ErrPaymentExceedsApproved.With("%s and %s of expense are approved, %s and %s would be paid",
			c.ApprovedIndemnity, c.ApprovedExpense, c.PaidIndemnity, c.PaidExpense)
	}
	if err := h.checkLiability(c, cmd); err != nil {
		return nil, err
	}
	c.settle()
	return h.note(c, &Payment{
		Indemnity: cmd.Indemnity, Expense: cmd.Expense, PayeeKind: cmd.Payee.Kind, Payee: cmd.Payee.Name,
	}), nil
}

// note numbers a payment and keeps it to be recorded with the step; it gives what the event says of it.
func (h *held) note(c *Claim, p *Payment) paymentDetail {
	c.Payments++
	p.Pool, p.Claim, p.Number, h.payment = c.Pool, c.Number, c.Payments, p
	return paymentDetail{
		Payment: p.Number, Indemnity: p.Indemnity, Expense: p.Total(), Kinds: p.Expense, PayeeKind: p.PayeeKind,
		Payee: p.Payee, Reverses: p.Reverses, Reason: p.Reason,
	}
}

// AdvanceClaim records a payment before approval 预付赔款 (Insurance Law of the PRC, art. 25).
type AdvanceClaim struct {
	Command

	Indemnity money.Amount `json:"indemnity"`
	Payee     Payee        `json:"payee"`
}

// AdvanceClaim refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range,
// access.forbidden, claims.claim_changed, claims.claim_closed, claims.amount_not_positive, claims.exceeds_payable
// (with what was paid before it; without an assessment). Once an approval was recorded, also before a reopening, an
// advance is a payment, and refuses what PayClaim does.
func (s *Service) AdvanceClaim(ctx context.Context, cmd AdvanceClaim) (*Claim, error) {
	var check fault.Check
	cmd.Payee.check(&check)
	check.Require(!cmd.Indemnity.IsNegative(), "indemnity", "the amount may not be negative")
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	return s.actIn(ctx, cmd.Command, "advance_claim", EventClaimAdvanced, cmd,
		func(ctx context.Context, tx *pg.Tx, h *held, after *Claim) (any, error) {
			if err := after.stay(); err != nil {
				return nil, err
			}
			if cmd.Indemnity.IsZero() {
				return nil, ErrAmountNotPositive.At("indemnity", "nothing would be paid")
			}
			if !after.ApprovedOn.IsZero() {
				return h.pay(after, PayClaim{Indemnity: cmd.Indemnity, Payee: cmd.Payee})
			}
			after.PaidIndemnity = after.PaidIndemnity.Add(cmd.Indemnity)
			most, err := h.payable(ctx, tx, after)
			if err != nil {
				return nil, err
			}
			if err := most.allows(after.PaidIndemnity); err != nil {
				return nil, err
			}
			after.Payable = &most.loss // what is above (rescue, ex gratia) takes nothing of the limit
			return h.note(after, &Payment{
				Indemnity: cmd.Indemnity, Advance: true, PayeeKind: cmd.Payee.Kind, Payee: cmd.Payee.Name,
			}), nil
		})
}
