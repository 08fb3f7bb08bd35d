package claims

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
)

// ApproveClaim gives what is approved to date 核赔. It replaces the former approval.
type ApproveClaim struct {
	Command

	Indemnity *money.Amount `json:"indemnity,omitempty"` // nil leaves it as it was
	Expense   *money.Amount `json:"expense,omitempty"`
	Payable   bool          `json:"payable,omitempty"` // approve all that is payable; Indemnity is left out then
}

// ApproveClaim refuses, in this order: claims.claim_invalid (shape; no figure at all), claims.claim_not_found,
// ledger.date_out_of_range, access.forbidden, claims.claim_changed, claims.claim_closed, claims.evidence_missing,
// claims.exceeds_payable (also of a figure that is left out and stays as it was; without an assessment),
// claims.approval_below_paid, claims.second_lead_missing, and what the gate on money refuses: access.authority_exceeded
// (more than the person decides alone), access.maker_is_checker (who assessed it, above what a claims handler decides
// alone).
func (s *Service) ApproveClaim(ctx context.Context, cmd ApproveClaim) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (cmd ApproveClaim) check() error {
	if err := checkFigures(cmd.Payable, cmd.Indemnity, cmd.Expense); err != nil {
		return err
	}
	if cmd.Payable && cmd.Indemnity != nil {
		return ErrClaimInvalid.At("payable", "an amount is given as well")
	}
	return nil
}

func (cmd ApproveClaim) load(reads *pg.Reads, l *lockedClaim) {
	l.evidenceIn(reads)
	l.usedIn(reads, l.before.Calculated)
	l.gateIn(reads, cmd.By)
}

func (cmd ApproveClaim) decide(o *Outcome) error {
	after := &o.after
	if err := after.stay(); err != nil {
		return err
	}
	if err := o.checkEvidence(); err != nil {
		return err
	}

	// What is left out is held to what is payable too: it stays as it was, and may have become too much.
	set(&after.ApprovedIndemnity, cmd.Indemnity)
	set(&after.ApprovedExpense, cmd.Expense)
	most, err := o.payable()
	if err != nil {
		return err
	}
	if cmd.Payable {
		after.ApprovedIndemnity = most.Total()
	}
	if err := allows(most, after.ApprovedIndemnity); err != nil {
		return err
	}
	after.Payable = &most.Loss
	if after.ApprovedIndemnity.Cmp(after.PaidIndemnity) < 0 || after.ApprovedExpense.Cmp(after.PaidExpense) < 0 {
		return ErrApprovalBelowPaid.Case(fault.Args{"indemnity": after.PaidIndemnity, "expense": after.PaidExpense})
	}

	if err := o.checkSecondLead(); err != nil {
		return err
	}
	if err := o.passDecided(authority.ApproveClaim); err != nil {
		return err
	}
	after.ApprovedOn = o.today
	if err := after.move(Approved); err != nil {
		return err
	}
	after.settle()
	o.say(EventClaimApproved, nil)
	return nil
}

// wantsEvidence says that an approval waits for the line's list: where the agreement wants that, or the loss was
// assessed by section.
func (l *lockedClaim) wantsEvidence() bool {
	return l.agreement.Evidence == coinsurance.EvidenceRequired || l.before.Calculated
}

// evidenceIn asks for what of the line's list was checked off, where that is waited for.
func (l *lockedClaim) evidenceIn(reads *pg.Reads) {
	if l.wantsEvidence() {
		pg.ListIn(reads, evidenceOfClaim.With(claimKey{l.before.Pool, l.before.Number}), &l.found.evidence)
	}
}

// checkEvidence refuses with ErrEvidenceMissing an approval before the line's list is checked off.
func (o *Outcome) checkEvidence() error {
	if !o.wantsEvidence() {
		return nil
	}
	if names := missing(evidenceOf(o.found.evidence, o.policy.Line)); len(names) > 0 {
		return ErrEvidenceMissing.Case(fault.Args{"evidence": names})
	}
	return nil
}
