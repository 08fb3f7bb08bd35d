package claims

import (
	"context"

	"gongbao/insurance"
	"gongbao/internal/fault"
	"gongbao/internal/text/field"
)

const (
	reasonMax        = 1000 // runes
	groundRescission = "rescission"
)

// RefuseClaim refuses a claim 拒赔; the reason names the clause or article.
type RefuseClaim struct {
	Command

	Reason string `json:"reason"`
	Ground string `json:"ground,omitempty"` // of the line's list of exclusions; the reason names its own when left out
}

// RefuseClaim refuses: claims.claim_invalid (shape), claims.claim_not_found, ledger.date_out_of_range,
// access.forbidden, claims.claim_changed, claims.claim_closed, claims.approved_unpaid, claims.claim_invalid (a ground
// that is not on the line's list), claims.consent_missing (to rescind).
func (s *Service) RefuseClaim(ctx context.Context, cmd RefuseClaim) (*Claim, error) {
	var check fault.Check
	field.Prose(&check, "reason", cmd.Reason, reasonMax)
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	return s.act(ctx, cmd.Command, "refuse_claim", EventClaimRefused, cmd, func(h *held, after *Claim) (any, error) {
		if err := after.mayEnd(); err != nil {
			return nil, err
		}
		line, _ := insurance.FindLine(h.policy.Line)
		ground, known := line.Ground(cmd.Ground)
		if cmd.Ground != "" && !known {
			return nil, ErrClaimInvalid.At("ground", "%s is not refused for %q", line.Code, cmd.Ground)
		}
		if cmd.Ground == groundRescission && !after.Rescindable {
			return nil, ErrConsentMissing.With("ask the other members first")
		}
		after.Reason, after.Ground, after.RefusedOn = cmd.Reason, cmd.Ground, h.today
		return reasonDetail{Reason: cmd.Reason, Ground: cmd.Ground, Clause: ground.Source}, after.end(Refused)
	})
}

// WithdrawClaim is the claimant's own end of a claim 注销.
type WithdrawClaim struct{ Command }

// WithdrawClaim refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed. What was approved and is not paid lapses: the claimant does not want it.
func (s *Service) WithdrawClaim(ctx context.Context, cmd WithdrawClaim) (*Claim, error) {
	return s.act(ctx, cmd.Command, "withdraw_claim", EventClaimWithdrawn, cmd, func(_ *held, after *Claim) (any, error) {
		return nil, after.end(Withdrawn)
	})
}

// CloseClaim ends a claim 结案: nothing more is to come, and what is held back is set free.
type CloseClaim struct{ Command }

// CloseClaim refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.approved_unpaid.
func (s *Service) CloseClaim(ctx context.Context, cmd CloseClaim) (*Claim, error) {
	return s.act(ctx, cmd.Command, "close_claim", EventClaimClosed, cmd, func(_ *held, after *Claim) (any, error) {
		if err := after.mayEnd(); err != nil {
			return nil, err
		}
		return nil, after.end(Closed)
	})
}

// ReopenClaim opens a claim again that was closed, refused or withdrawn 重开.
type ReopenClaim struct{ Command }

// ReopenClaim refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_open.
func (s *Service) ReopenClaim(ctx context.Context, cmd ReopenClaim) (*Claim, error) {
	return s.act(ctx, cmd.Command, "reopen_claim", EventClaimReopened, cmd, func(_ *held, after *Claim) (any, error) {
		return nil, after.move(Reopened)
	})
}
