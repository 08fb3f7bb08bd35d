package claims

import (
	"context"

	"gongbao/internal/fault"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// ReversePayment takes back a payment that was recorded by mistake, or that came back from the bank 红冲. The totals to
// date are what they would be without it; the difference is posted.
type ReversePayment struct {
	Command

	Payment int    `json:"payment"` // its number
	Reason  string `json:"reason"`
}

// ReversePayment refuses: claims.claim_invalid (no reason), claims.claim_not_found, ledger.date_out_of_range,
// access.forbidden, claims.claim_changed, claims.claim_closed, claims.payment_not_found, ledger.already_reversed (also
// to take back a reversal: pay again instead), claims.recovery_exceeds_paid.
func (s *Service) ReversePayment(ctx context.Context, cmd ReversePayment) (*Claim, error) {
	var check fault.Check
	field.Prose(&check, "reason", cmd.Reason, reasonMax)
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	return s.actIn(ctx, cmd.Command, "reverse_payment", EventPaymentReversed, cmd,
		func(ctx context.Context, tx *pg.Tx, h *held, after *Claim) (any, error) {
			if err := after.stay(); err != nil {
				return nil, err
			}
			wrong, err := reversible(ctx, tx, after, cmd.Payment)
			if err != nil {
				return nil, err
			}
			after.PaidIndemnity = after.PaidIndemnity.Sub(wrong.Indemnity)
			after.spend(wrong.neg())
			if after.Status == Paid {
				after.Status = Approved
			}
			after.settle()
			h.reverses = &wrong.Event
			return h.note(after, &Payment{
				Reverses: &cmd.Payment, Advance: wrong.Advance, PayeeKind: wrong.PayeeKind, Payee: wrong.Payee,
				Indemnity: wrong.Indemnity.Neg(), Expense: wrong.neg(), Reason: cmd.Reason,
			}), nil
		})
}
