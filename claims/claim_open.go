package claims

import (
	"context"

	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// OpenClaim is first notice and filing 报案立案.
type OpenClaim struct {
	Policy  string        `json:"policy"`
	Number  string        `json:"number"` // begins with the pool's code and a dash; made up when empty
	LossDay calendar.Date `json:"loss_day"`
	Filed   calendar.Date `json:"filed"` // today when left out
	// DocumentsCompleteOn is when the claim documents were complete; the day of filing when left out.
	DocumentsCompleteOn calendar.Date `json:"papers"`

	idempotency.Command // its effective day is the day of filing when left out

	Occurrence string `json:"occurrence,omitempty"` // that it comes from, with other claims
}

// OpenClaim refuses, in this order: claims.claim_invalid (shape), insurance.policy_not_found, ledger.date_out_of_range
// (of the effective day or that of filing), insurance.policy_not_in_force (never issued), access.forbidden,
// claims.loss_outside_period, claims.occurrence_not_found, claims.claim_exists.
func (s *Service) OpenClaim(ctx context.Context, cmd OpenClaim) (*Claim, error) {
	var check fault.Check
	pool := insurance.PoolOf(cmd.Policy)
	check.Require(!cmd.LossDay.IsZero(), "loss_day", "the day is needed")
	if cmd.Number != "" {
		insurance.CheckNumber(&check, "number", pool, cmd.Number)
	}
	if err := check.Refuse(ErrClaimInvalid); err != nil {
		return nil, err
	}
	claim, err := idempotency.Once(ctx, s.db, s.once(cmd.Policy, cmd.By, "open_claim", cmd.IdempotencyKey), cmd,
		func(ctx context.Context, tx *pg.Tx) (*Claim, error) {
			under, err := insurance.HoldPolicy(ctx, tx, s.clock, cmd.By, cmd.Policy)
			if err != nil {
				return nil, err
			}
			h := newHeld(under, &Claim{})
			h.read(s.clock)
			filed := cmd.Filed
			if filed.IsZero() {
				filed = h.today
			}
			if err := h.date("effective", cmd.Effective, filed); err != nil {
				return nil, err
			}
			if err := h.dates.Check("filed", cmd.Filed); err != nil {
				return nil, err
			}
			if !h.policy.Signed() {
				return nil, insurance.ErrPolicyNotInForce.With("%s is %s", h.policy.Number, h.policy.Status)
			}
			if err := mayHandle(cmd.By, h); err != nil {
				return nil, err
			}
			h.dial = h.dialOf(ctx, tx)
			if err := covers(h.policy, cmd.LossDay, filed); err != nil {
				return nil, err
			}
			claim := &Claim{
				Pool: pool, Number: cmd.Number, Policy: cmd.Policy, LossDay: cmd.LossDay, Filed: filed,
				DocumentsCompleteOn: cmd.DocumentsCompleteOn, Status: Filed, AgreementVersion: h.agreement.Version,
				Occurrence: cmd.Occurrence,
			}
			if claim.Number == "" {
				claim.Number = pool + "-C" + fact.NewID(h.now).String()
			}
			if claim.DocumentsCompleteOn.IsZero() {
				claim.DocumentsCompleteOn = filed
			}
			if err := h.knowOccurrence(ctx, tx, cmd.Occurrence); err != nil {
				return nil, err
			}
			var taken bool
			if err := pg.Row(ctx, tx, `SELECT EXISTS (SELECT FROM claim WHERE pool = $1 AND number = $2)`,
				[]any{pool, claim.Number}, &taken); err != nil {
				return nil, err
			}
			if taken {
				return nil, ErrClaimExists.With("%s", claim.Number)
			}
			return h.book(ctx, tx, cmd.By, EventClaimFiled, claim, nil)
		})
	return claim, broken(err, cmd.Number)
}

// newHeld is a claim to be on a policy under lock.
func newHeld(under *insurance.Held, claim *Claim) *held {
	return &held{
		policy: under.Policy, agreement: under.Agreement, period: under.Period, dates: under.Dates, claim: claim,
	}
}

// covers holds the policy's period: a loss lies within it, before a cancellation and not after the filing. With a
// retroactive date (claims-made) the loss may lie before the period, and the filing must lie in it, also after a
// cancellation. A policy that was cancelled from its first day on answers for nothing: all of its premium went back.
func covers(p *insurance.Policy, loss, filed calendar.Date) error {
	refuse := func(why string) error {
		return ErrLossOutsidePeriod.At("loss_day", "loss on %s, filed on %s: %s", loss, filed, why)
	}
	first := p.Starts
	if !p.Retroactive.IsZero() {
		first = p.Retroactive
	}
	switch {
	case loss.Before(first) || loss.After(p.Ends):
		return refuse("the policy covers losses from " + first.String() + " to " + p.Ends.String())
	case loss.After(filed):
		return refuse("a loss is not filed before it happens")
	case !p.Retroactive.IsZero() && (filed.Before(p.Starts) || filed.After(p.Ends)):
		return refuse("claims are made from " + p.Starts.String() + " to " + p.Ends.String())
	case p.Status == insurance.Cancelled && (!loss.Before(p.CancelledFrom) || !p.CancelledFrom.After(p.Starts)):
		return refuse("the policy was cancelled from " + p.CancelledFrom.String())
	}
	return nil
}
