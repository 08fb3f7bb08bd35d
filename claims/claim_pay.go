package claims

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/money"
)

// PayClaim records a payment to the insured or a third party 赔付.
type PayClaim struct {
	Command

	Indemnity money.Amount `json:"indemnity"`
	Expense   money.Amount `json:"expense"`
}

// PayClaim refuses: claims.claim_invalid (shape), claims.claim_not_found, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.payment_exceeds_approved.
func (s *Service) PayClaim(ctx context.Context, cmd PayClaim) (*Claim, error) {
	if err := notNegative(&cmd.Indemnity, &cmd.Expense); err != nil {
		return nil, err
	}
	return s.act(ctx, cmd.Command, "pay_claim", EventClaimPaid, cmd, func(_ *held, after *Claim) (any, error) {
		if err := after.stay(); err != nil {
			return nil, err
		}
		return after.pay(cmd.Indemnity, cmd.Expense)
	})
}

// pay is a payment of what is approved.
func (c *Claim) pay(indemnity, expense money.Amount) (any, error) {
	c.PaidIndemnity, c.PaidExpense = c.PaidIndemnity.Add(indemnity), c.PaidExpense.Add(expense)
	if c.PaidIndemnity.Cmp(c.ApprovedIndemnity) > 0 || c.PaidExpense.Cmp(c.ApprovedExpense) > 0 {
		return nil, ErrPaymentExceedsApproved.With("%s and %s of expense are approved, %s and %s would be paid",
			c.ApprovedIndemnity, c.ApprovedExpense, c.PaidIndemnity, c.PaidExpense)
	}
	c.settle()
	return movedDetail{Indemnity: indemnity, Expense: expense}, nil
}

// AdvanceClaim records a payment before approval 预付赔款 (Insurance Law of the PRC, art. 25).
type AdvanceClaim struct {
	Command

	Indemnity money.Amount `json:"indemnity"`
}

// AdvanceClaim refuses: claims.claim_invalid (shape), claims.claim_not_found, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.exceeds_payable; once an approval was recorded an advance is a payment.
func (s *Service) AdvanceClaim(ctx context.Context, cmd AdvanceClaim) (*Claim, error) {
	if err := notNegative(&cmd.Indemnity, nil); err != nil {
		return nil, err
	}
	return s.actIn(ctx, cmd.Command, "advance_claim", EventClaimAdvanced, cmd,
		func(ctx context.Context, tx bun.Tx, h *held, after *Claim) (any, error) {
			if err := after.stay(); err != nil {
				return nil, err
			}
			if !after.ApprovedOn.IsZero() {
				return after.pay(cmd.Indemnity, money.Amount{})
			}
			after.PaidIndemnity = after.PaidIndemnity.Add(cmd.Indemnity)
			return movedDetail{Indemnity: cmd.Indemnity}, h.payable(ctx, tx, after.PaidIndemnity)
		})
}
