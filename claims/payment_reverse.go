package claims

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
	"gongbao/zone/authority"
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
// to take back a reversal: pay again instead), what the gate on money refuses, claims.recovery_exceeds_paid.
//
// It is taken back in the book of whoever paid it, also when another member services the claim by now.
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
	of := paymentNumber{l.before.Pool, l.before.Number, cmd.Payment}
	payersOf.With(of).In(reads, &l.found.payers)
	l.gateIn(reads, cmd.By)
}

// paymentNumber is one payment of a claim.
type paymentNumber struct {
	Pool, Claim string
	Number      int
}

var payersOf = pg.SQL[paymentNumber](files, "PayersOf")

// may lets anybody of the table ask who may have paid; the decision knows who did.
func (cmd ReversePayment) may(l *lockedClaim) error { return mayTakePart(cmd.By, l) }

// mayTakeBack lets the claims people act who handle the claim, and those of who paid.
func (cmd ReversePayment) mayTakeBack(o *Outcome) error {
	if o.payer != "" && cmd.By.IsMember(o.payer) {
		return cmd.By.RequireMember(access.Claims, o.payer)
	}
	return mayPay(cmd.By, o.lockedClaim)
}

// paidBy is in whose book a payment stands; "" where every member paid its own portion.
func (o *Outcome) paidBy() string {
	if o.agreement.Claims == coinsurance.ByEach || len(o.found.payers) != 1 {
		return ""
	}
	return o.found.payers[0]
}

func (cmd ReversePayment) decide(o *Outcome) error {
	after := &o.after
	o.payer = o.paidBy()
	if err := cmd.mayTakeBack(o); err != nil {
		return err
	}
	if err := after.stay(); err != nil {
		return err
	}
	wrong, err := reversible(o.found.payments, after, cmd.Payment)
	if err != nil {
		return err
	}
	if err := o.passMoved(authority.ReversePayment, takenBack(o.found.payments).Add(wrong.total())); err != nil {
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
