package claims

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// ApproveClaim gives what is approved to date 核赔. It replaces the former approval.
type ApproveClaim struct {
	Command

	Indemnity *money.Amount `json:"indemnity,omitempty"` // nil leaves it as it was
	Expense   *money.Amount `json:"expense,omitempty"`
}

// ApproveClaim refuses, in this order: claims.claim_invalid (shape), claims.claim_not_found, access.forbidden,
// claims.claim_changed, claims.claim_closed, claims.exceeds_payable, claims.approval_below_paid,
// access.authority_exceeded (more than the person decides alone).
func (s *Service) ApproveClaim(ctx context.Context, cmd ApproveClaim) (*Claim, error) {
	if err := notNegative(cmd.Indemnity, cmd.Expense); err != nil {
		return nil, err
	}
	return s.actIn(ctx, cmd.Command, "approve_claim", EventClaimApproved, cmd,
		func(ctx context.Context, tx bun.Tx, h *held, after *Claim) (any, error) {
			if err := after.stay(); err != nil {
				return nil, err
			}
			set(&after.ApprovedIndemnity, cmd.Indemnity)
			set(&after.ApprovedExpense, cmd.Expense)
			if err := h.payable(ctx, tx, after.ApprovedIndemnity); err != nil {
				return nil, err
			}
			if after.ApprovedIndemnity.Cmp(after.PaidIndemnity) < 0 || after.ApprovedExpense.Cmp(after.PaidExpense) < 0 {
				return nil, ErrApprovalBelowPaid.With("%s and %s of expense are paid", after.PaidIndemnity, after.PaidExpense)
			}
			all := after.ApprovedIndemnity.Add(after.ApprovedExpense)
			err := coinsurance.CheckAuthority(ctx, tx, cmd.By, access.Claims, h.policy.Line, h.today, all)
			if err != nil {
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

// payable refuses an indemnity above what the policy pays for the loss: the assessed loss less the deductible, within
// what the policy's other claims leave of its limit.
func (h *held) payable(ctx context.Context, tx bun.Tx, indemnity money.Amount) error {
	if h.claim.Loss == nil {
		return ErrExceedsPayable.At("indemnity", "the loss has not been assessed")
	}
	var others int64
	err := pg.Row(ctx, tx, `SELECT coalesce(sum(approved_indemnity), 0)::bigint FROM claim
		WHERE pool = $1 AND policy = $2 AND number <> $3`, []any{h.claim.Pool, h.claim.Policy, h.claim.Number}, &others)
	if err != nil {
		return err
	}
	left := h.policy.SumInsured.Sub(money.Fen(others))
	payable := money.Min(left, money.Max(money.Amount{}, h.claim.Loss.Sub(h.policy.Deductible)))
	if indemnity.Cmp(payable) > 0 {
		return ErrExceedsPayable.At("indemnity", "%s is payable: the loss is %s, the deductible %s, %s of the limit is left",
			payable, h.claim.Loss, h.policy.Deductible, left)
	}
	return nil
}
