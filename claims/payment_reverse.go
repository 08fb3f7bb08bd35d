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
	return s.change(ctx, cmd)
}

func (cmd ReversePayment) check() error {
	var check fault.Check
	field.Prose(&check, "reason", cmd.Reason, reasonMax)
	return check.Refuse(ErrClaimInvalid)
}

func (cmd ReversePayment) load(reads *pg.Reads, l *lockedClaim) {
	pg.ListIn(reads, paymentsOfClaim.With(claimKey{l.before.Pool, l.before.Number}), &l.found.payments)
}

func (cmd ReversePayment) decide(o *Outcome) error {
	after := &o.after
	if err := after.stay(); err != nil {
		return err
	}
	wrong, err := reversible(o.found.payments, after, cmd.Payment)
	if err != nil {
		return err
	}
	after.PaidIndemnity = after.PaidIndemnity.Sub(wrong.Indemnity)
	after.spend(wrong.neg())
	if after.Status == Paid {
		after.Status = Approved
	}
	after.settle()
	o.reverses = &wrong.Event
	o.say(EventPaymentReversed, o.recordPayment(&Payment{
		Reverses: &cmd.Payment, Advance: wrong.Advance, PayeeKind: wrong.PayeeKind, Payee: wrong.Payee,
		Indemnity: wrong.Indemnity.Neg(), Expense: wrong.neg(), Reason: cmd.Reason,
	}))
	return nil
}
