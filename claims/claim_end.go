package claims

import (
	"context"
	"strconv"

	"gongbao/internal/fault"
	"gongbao/internal/text/field"
	"gongbao/product"
	"gongbao/zone/authority"
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
	return s.change(ctx, cmd)
}

func (cmd RefuseClaim) check() error {
	var check fault.Check
	field.Prose(&check, "reason", cmd.Reason, reasonMax)
	return check.Refuse(ErrClaimInvalid)
}

func (cmd RefuseClaim) decide(o *Outcome) error {
	after := &o.after
	if err := after.mayEnd(); err != nil {
		return err
	}
	line, _ := product.FindLine(o.policy.Line)
	ground, known := line.Ground(cmd.Ground)
	if cmd.Ground != "" && !known {
		return ErrClaimInvalid.At("ground", "{line} is not refused for {ground}",
			fault.Args{"line": line.Code, "ground": strconv.Quote(cmd.Ground)})
	}
	if cmd.Ground == groundRescission && !after.Rescindable {
		return ErrConsentMissing.Case(fault.Args{"ground": cmd.Ground})
	}
	after.Reason, after.Ground, after.RefusedOn = cmd.Reason, cmd.Ground, o.today
	o.pass = authority.RefuseClaim.Pass()
	o.say(EventClaimRefused, reasonDetail{Reason: cmd.Reason, Ground: cmd.Ground, Clause: ground.Source})
	return after.end(Refused)
}

// WithdrawClaim is the claimant's own end of a claim 注销.
type WithdrawClaim struct{ Command }

// WithdrawClaim refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed. What was approved and is not paid lapses: the claimant does not want it.
func (s *Service) WithdrawClaim(ctx context.Context, cmd WithdrawClaim) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (WithdrawClaim) decide(o *Outcome) error {
	o.pass = authority.WithdrawClaim.Pass()
	o.say(EventClaimWithdrawn, nil)
	return o.after.end(Withdrawn)
}

// CloseClaim ends a claim 结案: nothing more is to come, and what is held back is set free.
type CloseClaim struct{ Command }

// CloseClaim refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.approved_unpaid.
func (s *Service) CloseClaim(ctx context.Context, cmd CloseClaim) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (CloseClaim) decide(o *Outcome) error {
	if err := o.after.mayEnd(); err != nil {
		return err
	}
	o.pass = authority.EndClaim.Pass()
	o.say(EventClaimClosed, nil)
	return o.after.end(Closed)
}

// ReopenClaim opens a claim again that was closed, refused or withdrawn 重开.
type ReopenClaim struct{ Command }

// ReopenClaim refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_open.
func (s *Service) ReopenClaim(ctx context.Context, cmd ReopenClaim) (*Claim, error) {
	return s.change(ctx, cmd)
}

func (ReopenClaim) decide(o *Outcome) error {
	o.pass = authority.ReopenClaim.Pass()
	o.say(EventClaimReopened, nil)
	return o.after.move(Reopened)
}
