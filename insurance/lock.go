package insurance

import (
	"context"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

var lockPolicy = pg.Select[Policy, policyKey](files, "LockPolicy")

// Locked is a policy under lock with its agreement and the open accounting months, for a wing above: a claim's lock
// comes after these.
type Locked struct {
	Policy    *Policy
	Agreement *coinsurance.Agreement // the version it was issued under; nil before issue
	Period    ledger.Period
	Dates     coinsurance.Dates // that postings of the pool may bear; whoever asks sets the business day

	number      string
	instalments []instalmentRow
}

// LockPolicyIn asks, among other reads, for the period and the policy, and holds both, in this order: a month's close,
// which holds the period and then policies, never waits in a circle with a use case. Ready completes it.
func LockPolicyIn(reads *pg.Reads, number string, into *Locked) {
	key := keyOf(number)
	into.number = number
	ledger.LockPeriodIn(reads, key.Pool, &into.Period)
	pg.FindIn(reads, lockPolicy.With(key), &into.Policy)
	pg.ListIn(reads, instalmentsOf.With(key), &into.instalments)
}

// Ready is to be called once the reads have run: it refuses with insurance.policy_not_found when there is no policy of
// that number, and has the agreement it was issued under.
func (l *Locked) Ready(ctx context.Context, tx *pg.Tx) error {
	if l.Policy == nil {
		return ErrPolicyNotFound.Case(fault.Args{"policy": l.number})
	}
	l.Policy.with(l.instalments)
	if !l.Policy.Signed() {
		return nil
	}
	var err error
	l.Agreement, err = coinsurance.AgreementVersion(ctx, tx, l.Policy.Pool, l.Policy.AgreementVersion)
	return err
}

// LockPolicyWith locks the policy of something above it, and reads in the same round trip, after that lock, what is
// added to the reads.
func LockPolicyWith(ctx context.Context, tx *pg.Tx, number string, also func(*pg.Reads)) (*Locked, error) {
	var reads pg.Reads
	locked := new(Locked)
	LockPolicyIn(&reads, number, locked)
	coinsurance.DatesIn(&reads, PoolOf(number), &locked.Dates)
	also(&reads)
	if err := reads.Run(ctx, tx); err != nil {
		return nil, err
	}
	return locked, locked.Ready(ctx, tx)
}

// lockedPolicy is a policy under lock with what every decision on it needs. Before issue its agreement is the one it
// would come under: the version in force on its first day, nil when there is none.
type lockedPolicy struct {
	Locked

	now       time.Time
	today     calendar.Date
	effective calendar.Date // as written, or the business day
}

// lock locks and loads a policy, whoever asks and for whatever reason. The clock is read after the locks, and never
// before the policy's last event or the last cut of the book.
func lock(ctx context.Context, tx *pg.Tx, clock clock.Clock, number string) (*lockedPolicy, error) {
	p := new(lockedPolicy)
	if PoolOf(number) == "" {
		return nil, ErrPolicyNotFound.Case(fault.Args{"text": number})
	}
	var reads pg.Reads
	var versions coinsurance.Versions
	LockPolicyIn(&reads, number, &p.Locked)
	coinsurance.VersionsIn(&reads, PoolOf(number), &versions)
	if err := reads.Run(ctx, tx); err != nil {
		return nil, err
	}
	if err := p.Ready(ctx, tx); err != nil {
		return nil, err
	}
	p.now = p.Period.After(clock.Now())
	if p.now.Before(p.Policy.Recorded) {
		p.now = p.Policy.Recorded
	}
	p.today = calendar.DateOf(p.now)
	p.effective = p.today
	p.Dates = coinsurance.Dates{First: versions.First(), Today: p.today}
	version := versions.At(p.Policy.Starts)
	if p.Agreement != nil || version == 0 {
		return p, nil
	}
	var err error
	p.Agreement, err = coinsurance.AgreementVersion(ctx, tx, p.Policy.Pool, version)
	return p, err
}

// admit refuses, in this order, a written day that no posting may bear, whoever may not act on the policy, and a policy
// that has changed since the caller saw it.
func (p *lockedPolicy) admit(
	cmd idempotency.Command, ahead bool, may func(access.Principal, *coinsurance.Agreement) error,
) error {
	check := p.Dates.Check
	if ahead {
		check = p.Dates.CheckFirst
	}
	if err := check("effective", cmd.Effective); err != nil {
		return err
	}
	if !cmd.Effective.IsZero() {
		p.effective = cmd.Effective
	}
	if err := may(cmd.By, p.Agreement); err != nil {
		return err
	}
	if cmd.IfVersion != 0 && cmd.IfVersion != p.Policy.Version {
		return ErrPolicyChanged.Case(fault.Args{"policy": p.Policy.Number, "version": p.Policy.Version})
	}
	return nil
}

// mayUnderwrite lets the leader's and the issuer's underwriters act; where no agreement says who they are, any
// member's.
func mayUnderwrite(by access.Principal, agreement *coinsurance.Agreement) error {
	if agreement != nil {
		return by.RequireMember(access.Underwriter, agreement.Issuer, agreement.Leader)
	}
	return by.RequireKind(access.Underwriter, access.Member)
}

// next is the policy after an event.
func (p *lockedPolicy) next() Policy { return next(p.Policy, p.now) }

// posted is the accounting month of what is posted with an effective day; none while the policy is not on risk.
func (p *lockedPolicy) posted(dated calendar.Date) calendar.Month {
	if !p.Policy.OnRisk() {
		return calendar.Month{}
	}
	return p.Period.For(dated)
}

// mayChange checks that a policy that was issued and not cancelled may change with effect from the day.
func (p *lockedPolicy) mayChange() error {
	if p.Policy.Status != InForce && p.Policy.Status != Issued {
		return ErrPolicyNotInForce.Case(fault.Args{"policy": p.Policy.Number, "policy_state": p.Policy.Status})
	}
	if !p.Policy.Covers(p.effective) {
		return ErrOutsidePeriod.At("effective", "{day} is not within {start} to {end}",
			fault.Args{"day": p.effective, "start": p.Policy.Starts, "end": p.Policy.Ends})
	}
	return nil
}
