package claims

import (
	"context"

	"gongbao/claims/worksheet"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/zone/authority"
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
	cmd.Payee = cmd.Payee.orInsured()
	return s.change(ctx, cmd)
}

func (cmd PayClaim) check() error {
	var check fault.Check
	cmd.Payee.check(&check)
	check.Require(!cmd.Indemnity.IsNegative(), "indemnity", "the amount may not be negative")
	for _, part := range cmd.Expense.list() {
		check.Require(!part.IsNegative(), "expense", "no amount may be negative")
	}
	return check.Refuse(ErrClaimInvalid)
}

func (cmd PayClaim) may(l *lockedClaim) error { return mayPay(cmd.By, l) }

func (cmd PayClaim) decide(o *Outcome) error {
	if err := o.after.stay(); err != nil {
		return err
	}
	if cmd.Indemnity.IsZero() && cmd.Expense.Total().IsZero() {
		return ErrAmountNotPositive.At("indemnity", "an amount of indemnity or expense is needed")
	}
	return cmd.pay(o, EventClaimPaid)
}

// pay is a payment of what is approved.
func (cmd PayClaim) pay(o *Outcome, event string) error {
	after := &o.after
	after.PaidIndemnity = after.PaidIndemnity.Add(cmd.Indemnity)
	after.spend(cmd.Expense)
	if after.PaidIndemnity.Cmp(after.ApprovedIndemnity) > 0 || after.PaidExpense.Cmp(after.ApprovedExpense) > 0 {
		return ErrPaymentExceedsApproved.Case(fault.Args{
			"indemnity": after.ApprovedIndemnity, "expense": after.ApprovedExpense,
			"paid_indemnity": after.PaidIndemnity, "paid_expense": after.PaidExpense,
		})
	}
	if err := cmd.checkLiability(o); err != nil {
		return err
	}
	after.settle()
	o.pass = authority.PayClaim.Pass()
	o.say(event, o.recordPayment(&Payment{
		Indemnity: cmd.Indemnity, Expense: cmd.Expense, PayeeKind: cmd.Payee.Kind, Payee: cmd.Payee.Name,
	}))
	return nil
}

// checkLiability holds what is particular to liability: the insured is paid only once it has paid the third party, and
// legal costs are paid up to what the section of defence pays.
func (cmd PayClaim) checkLiability(o *Outcome) error {
	liable := worksheet.IsLiability(o.sheet)
	if liable && cmd.Indemnity.Sign() > 0 && cmd.Payee.Kind == PayeeInsured && !cmd.Settled {
		return ErrThirdPartyUnpaid.At("payee", "pay the third party, or say that the insured has paid it")
	}
	if most, covered := worksheet.Defence(o.sheet); covered && o.after.PaidLegal.Cmp(most) > 0 {
		return ErrDefenceExceeded.At("legal", "{paid} of legal costs would be paid, the section pays {most}",
			fault.Args{"paid": o.after.PaidLegal, "most": most})
	}
	return nil
}
