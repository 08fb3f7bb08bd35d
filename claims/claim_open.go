package claims

import (
	"context"

	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/zone"
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
	if err := cmd.check(); err != nil {
		return nil, err
	}
	scope := cmd.Scope(insurance.PoolOf(cmd.Policy), idempotency.OperationOf("claims", cmd), s.clock)
	claim, err := idempotency.Once(ctx, s.db, scope, cmd, func(ctx context.Context, tx *pg.Tx) (*Claim, error) {
		locked, err := lockNew(ctx, tx, s.clock, cmd.By, &Claim{Number: cmd.Number, Policy: cmd.Policy})
		if err != nil {
			return nil, err
		}
		if err := locked.loadNew(ctx, tx, cmd.load); err != nil {
			return nil, err
		}
		outcome := begin(locked, cmd.By)
		if err := cmd.decide(outcome); err != nil {
			return nil, err
		}
		return outcome.keep(ctx, tx)
	})
	if err == nil && cmd.Rehearsal == nil {
		pg.Keep(s.db.Of(claim.Pool), claimNumber{claim.Pool, claim.Number}, claim.Policy) // for its next lock
	}
	return claim, broken(err, cmd.Number)
}

func (cmd OpenClaim) check() error {
	var check fault.Check
	check.Require(!cmd.LossDay.IsZero(), "loss_day", "the day is needed")
	if cmd.Number != "" {
		insurance.CheckNumber(&check, "number", insurance.PoolOf(cmd.Policy), cmd.Number)
	}
	return check.Refuse(ErrClaimInvalid)
}

func (cmd OpenClaim) load(reads *pg.Reads, l *lockedClaim) {
	if cmd.Number != "" {
		claimExists.With(claimNumber{l.policy.Pool, cmd.Number}).In(reads, &l.found.exists)
	}
	l.occurrenceIn(reads, cmd.Occurrence)
}

func (cmd OpenClaim) decide(o *Outcome) error {
	filed := cmd.Filed
	if filed.IsZero() {
		filed = o.today
	}
	if err := o.date("effective", cmd.Effective, filed); err != nil {
		return err
	}
	if err := o.dates.Check("filed", cmd.Filed); err != nil {
		return err
	}
	if err := o.signed(); err != nil {
		return err
	}
	if err := mayHandle(cmd.By, o.lockedClaim); err != nil {
		return err
	}
	if err := covers(o.policy, cmd.LossDay, filed); err != nil {
		return err
	}
	if err := o.knowsOccurrence(cmd.Occurrence); err != nil {
		return err
	}
	if o.found.exists {
		return ErrClaimExists.Case(fault.Args{"claim": cmd.Number})
	}

	after := &o.after
	after.LossDay, after.Filed, after.DocumentsCompleteOn = cmd.LossDay, filed, cmd.DocumentsCompleteOn
	after.Status, after.AgreementVersion, after.Occurrence = Filed, o.agreement.Version, cmd.Occurrence
	if after.Number == "" {
		after.Number = o.policy.Pool + "-C" + fact.NewID(o.now).String()
	}
	if after.DocumentsCompleteOn.IsZero() {
		after.DocumentsCompleteOn = filed
	}
	o.say(EventClaimFiled, nil)
	return nil
}

// lockNew locks the policy that a claim is to be opened under.
func lockNew(
	ctx context.Context, tx *pg.Tx, clock clock.Clock, by access.Principal, claim *Claim,
) (*lockedClaim, error) {
	under, err := insurance.LockPolicy(ctx, tx, clock, by, claim.Policy)
	if err != nil {
		return nil, err
	}
	l := &lockedClaim{before: claim}
	l.before.Pool = under.Policy.Pool
	l.stand(under)
	l.read(clock.Now())
	return l, nil
}

// loadNew runs what the decision on a new claim asks for, with the calendar, in one round trip.
func (l *lockedClaim) loadNew(ctx context.Context, tx *pg.Tx, ask func(*pg.Reads, *lockedClaim)) error {
	var workdays func() calendar.Workdays
	err := l.load(ctx, tx, func(reads *pg.Reads, l *lockedClaim) {
		workdays = zone.WorkdaysIn(reads)
		ask(reads, l)
	})
	l.workdays = workdays()
	return err
}

// signed refuses a claim on a policy that was never issued.
func (l *lockedClaim) signed() error {
	if !l.policy.Signed() {
		return insurance.ErrPolicyNotInForce.Case(fault.Args{
			"policy": l.policy.Number, "policy_state": l.policy.Status,
		})
	}
	return nil
}

// knowsOccurrence refuses an occurrence that the pool does not have.
func (l *lockedClaim) knowsOccurrence(code string) error {
	if code != "" && l.found.occurrence == nil {
		return ErrOccurrenceNotFound.Case(fault.Args{"occurrence": code, "pool": l.policy.Pool})
	}
	return nil
}

// covers holds the policy's period: a loss lies within it, before a cancellation and not after the filing. With a
// retroactive date (claims-made) the loss may lie before the period, and the filing must lie in it, also after a
// cancellation. A policy that was cancelled from its first day on answers for nothing: all of its premium went back.
func covers(p *insurance.Policy, loss, filed calendar.Date) error {
	refuse := func(why fault.Said) error {
		return ErrLossOutsidePeriod.At("loss_day", "loss on {loss_day}, filed on {filed}: {why}",
			fault.Args{"loss_day": loss, "filed": filed, "why": why})
	}
	first := p.Starts
	if !p.Retroactive.IsZero() {
		first = p.Retroactive
	}
	switch {
	case loss.Before(first) || loss.After(p.Ends):
		return refuse(fault.Say("the policy covers losses from {start} to {end}",
			fault.Args{"start": first, "end": p.Ends}))
	case loss.After(filed):
		return refuse(fault.Say("a loss is not filed before it happens"))
	case !p.Retroactive.IsZero() && (filed.Before(p.Starts) || filed.After(p.Ends)):
		return refuse(fault.Say("claims are made from {start} to {end}", fault.Args{"start": p.Starts, "end": p.Ends}))
	case p.Status == insurance.Cancelled && (!loss.Before(p.CancelledFrom) || !p.CancelledFrom.After(p.Starts)):
		return refuse(fault.Say("the policy was cancelled from {day}", fault.Args{"day": p.CancelledFrom}))
	}
	return nil
}
