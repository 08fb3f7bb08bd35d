package claims

import (
	"context"

	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone"
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
// claims.approval_below_paid, claims.second_lead_missing, access.authority_exceeded (more than the person decides
// alone), access.maker_is_checker (who assessed it, above what a claims handler decides alone).
func (s *Service) ApproveClaim(ctx context.Context, cmd ApproveClaim) (*Claim, error) {
	if err := checkFigures(cmd.Payable, cmd.Indemnity, cmd.Expense); err != nil {
		return nil, err
	}
	if cmd.Payable && cmd.Indemnity != nil {
		return nil, ErrClaimInvalid.At("payable", "an amount is given as well")
	}
	return s.actIn(ctx, cmd.Command, "approve_claim", EventClaimApproved, cmd,
		func(ctx context.Context, tx *pg.Tx, h *held, after *Claim) (any, error) {
			if err := after.stay(); err != nil {
				return nil, err
			}
			if err := h.checkEvidence(ctx, tx); err != nil {
				return nil, err
			}
			set(&after.ApprovedIndemnity, cmd.Indemnity)
			set(&after.ApprovedExpense, cmd.Expense)
			most, err := h.payable(ctx, tx, after)
			if err != nil {
				return nil, err
			}
			if cmd.Payable {
				after.ApprovedIndemnity = most.total()
			}
			if err := most.allows(after.ApprovedIndemnity); err != nil {
				return nil, err
			}
			after.Payable = &most.loss
			if after.ApprovedIndemnity.Cmp(after.PaidIndemnity) < 0 || after.ApprovedExpense.Cmp(after.PaidExpense) < 0 {
				return nil, ErrApprovalBelowPaid.With("%s and %s of expense are paid", after.PaidIndemnity, after.PaidExpense)
			}
			if err := h.checkSecondLead(after); err != nil {
				return nil, err
			}
			if err := h.mayApprove(ctx, tx, cmd.By, after); err != nil {
				return nil, err
			}
			after.ApprovedOn = h.today
			if err := after.move(Approved); err != nil {
				return nil, err
			}
			after.settle()
			return nil, nil
		})
}

// allows refuses an indemnity above what the policy pays.
func (p payable) allows(indemnity money.Amount) error {
	if indemnity.Cmp(p.total()) > 0 {
		return ErrExceedsPayable.At("indemnity", "%s is payable: %s", p.total(), p.because)
	}
	return nil
}

// mayApprove holds who may approve the amount: within the person's own limit and, above that of a claims handler, not
// the person who assessed the loss 双人复核.
func (h *held) mayApprove(ctx context.Context, tx *pg.Tx, by access.Principal, after *Claim) error {
	all := after.ApprovedIndemnity.Add(after.ApprovedExpense)
	handler := by
	handler.Roles = []access.Role{access.Claims}
	var reads pg.Reads
	own := zone.LimitIn(&reads, by, access.Claims, h.policy.Line, h.today)
	handlers := zone.LimitIn(&reads, handler, access.Claims, h.policy.Line, h.today)
	if err := reads.Run(ctx, tx); err != nil {
		return err
	}
	if limit := own(); limit != nil && all.Cmp(*limit) > 0 {
		return zone.Exceeded(by, access.Claims, h.policy.Line, *limit, all)
	}
	if limit := handlers(); limit != nil && all.Cmp(*limit) > 0 {
		return by.RequireOther(after.AssessedBy)
	}
	return nil
}
