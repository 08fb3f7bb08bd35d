package insurance

import (
	"cmp"
	"context"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// Service is the insurance wing: it needs the database and a clock.
type Service struct {
	db    *pg.DB
	clock clock.Clock
}

// NewService gives the wing what it needs.
func NewService(db *pg.DB, clock clock.Clock) *Service { return &Service{db: db, clock: clock} }

func (s *Service) once(number string, by access.Principal, operation, key string) idempotency.Scope {
	return idempotency.Scope{
		Pool: PoolOf(
			number,
		), Organisation: by.Organisation, Operation: "insurance." + operation, Key: key, Clock: s.clock,
	}
}

// ask is what every command on a policy says.
type ask struct {
	policy    string
	by        access.Principal
	match     int64         // the version the caller saw; 0 for any
	effective calendar.Date // as written; zero for none
	ahead     bool          // the effective day may lie ahead
}

// held is a policy under lock with what every use case on it needs. The period is locked before the policy, so that a
// month's close, which holds the period and then touches policies, never waits in a circle with a use case. The clock
// is read after both locks.
type held struct {
	policy    *Policy
	agreement *coinsurance.Agreement // bound, or in force on the first day; nil when there is none
	period    ledger.Period
	now       time.Time
	today     calendar.Date
	effective calendar.Date // as written, or the business day
}

// hold locks and loads; it refuses, in this order, a policy that is not there, a written day that no posting may bear,
// whoever may not underwrite the policy, and one that has changed since the caller saw it. A policy whose first day has
// come goes on risk before anything else happens to it.
func (s *Service) hold(ctx context.Context, tx *pg.Tx, a ask) (held, error) {
	var h held
	var err error
	pool := PoolOf(a.policy)
	if pool == "" {
		return h, ErrPolicyNotFound.With("%s names no pool", a.policy)
	}
	var versions coinsurance.Versions
	var dates coinsurance.Dates
	h.period, h.policy, err = lock(ctx, tx, pool, "$2", a.policy, func(reads *pg.Reads) {
		coinsurance.VersionsIn(reads, pool, &versions)
		if !a.effective.IsZero() {
			coinsurance.DatesIn(reads, pool, &dates)
		}
	})
	if err != nil {
		return h, err
	}
	h.read(s.clock)
	dates.Today = h.today
	check := dates.Check
	if a.ahead {
		check = dates.CheckFirst
	}
	if err := check("effective", a.effective); err != nil {
		return h, err
	}
	h.effective = orDay(a.effective, h.today)
	inForce := cmp.Or(h.policy.AgreementVersion, versions.At(h.policy.Starts))
	if inForce > 0 {
		if h.agreement, err = coinsurance.AgreementVersion(ctx, tx, pool, inForce); err != nil {
			return h, err
		}
	}
	if err := mayUnderwrite(a.by, h.agreement); err != nil {
		return h, err
	}
	if a.match != 0 && a.match != h.policy.Version {
		return h, ErrPolicyChanged.With("%s is at version %d", a.policy, h.policy.Version)
	}
	return h, h.begin(ctx, tx, a.by)
}

// read reads the clock, never before the policy's last event.
func (h *held) read(clock clock.Clock) {
	h.now = clock.Now()
	if h.now.Before(h.policy.Recorded) {
		h.now = h.policy.Recorded
	}
	h.today = calendar.DateOf(h.now)
}

// mayUnderwrite lets the leader's and the issuer's underwriters act; where no agreement says who they are, any
// member's.
func mayUnderwrite(by access.Principal, agreement *coinsurance.Agreement) error {
	if agreement != nil {
		return by.RequireMember(access.Underwriter, agreement.Issuer, agreement.Leader)
	}
	return by.RequireKind(access.Underwriter, access.Member)
}

// bound is the agreement a policy was issued under; nil before issue.
func (h *held) bound() *coinsurance.Agreement {
	if h.policy.Signed() {
		return h.agreement
	}
	return nil
}

// holdForDay locks and loads for the day's own work, which no underwriter asks for.
func (s *Service) holdForDay(ctx context.Context, tx *pg.Tx, number string) (held, error) {
	var h held
	var err error
	if h.period, h.policy, err = lock(ctx, tx, PoolOf(number), "$2", number, nil); err != nil {
		return h, err
	}
	h.read(s.clock)
	if h.policy.Signed() {
		h.agreement, err = agreementOf(ctx, tx, h.policy)
	}
	return h, err
}

// Held is a policy under lock with its agreement and the open accounting months, for a wing above: a claim's lock comes
// after these.
type Held struct {
	Policy    *Policy
	Agreement *coinsurance.Agreement // the version it was issued under; nil before issue
	Period    ledger.Period
	Dates     coinsurance.Dates // that postings of the pool may bear
}

// HoldPolicy locks a policy; ErrPolicyNotFound when there is none of that number. One whose first day has come goes on
// risk, by whoever acts.
func HoldPolicy(ctx context.Context, tx *pg.Tx, clock clock.Clock, by access.Principal, number string) (*Held, error) {
	pool := PoolOf(number)
	if pool == "" {
		return nil, ErrPolicyNotFound.With("%s names no pool", number)
	}
	under, err := HoldPolicyOf(ctx, tx, pool, "$2", number, nil)
	if err != nil {
		return nil, err
	}
	h := held{policy: under.Policy, agreement: under.Agreement, period: under.Period}
	h.read(clock)
	under.Dates.Today = h.today
	err = h.begin(ctx, tx, by)
	under.Policy = h.policy
	return under, err
}

// HoldPolicyOf locks the policy of something above it, and reads in the same round trip, after that lock, what is
// added to the reads. The policy's number is an SQL expression with the pool ($1) and one argument ($2). Whoever asks
// sets the business day of the dates.
func HoldPolicyOf(
	ctx context.Context, tx *pg.Tx, pool, number, arg string, also func(*pg.Reads),
) (_ *Held, err error) {
	var h Held
	h.Period, h.Policy, err = lock(ctx, tx, pool, number, arg, func(reads *pg.Reads) {
		coinsurance.DatesIn(reads, pool, &h.Dates)
		if also != nil {
			also(reads)
		}
	})
	if err != nil {
		return nil, err
	}
	if h.Policy.Signed() {
		h.Agreement, err = agreementOf(ctx, tx, h.Policy)
	}
	return &h, err
}

// lock holds the period and the policy, in this order and in one round trip.
func lock(
	ctx context.Context, tx *pg.Tx, pool, number, arg string, also func(*pg.Reads),
) (period ledger.Period, policy *Policy, err error) {
	var reads pg.Reads
	ledger.LockPeriodIn(&reads, pool, &period)
	found := policyIn(&reads, pool, number, arg, untilTheEnd)
	if also != nil {
		also(&reads)
	}
	if err := reads.Run(ctx, tx); err != nil {
		return period, nil, err
	}
	if period.Pool == "" {
		return period, nil, ErrPolicyNotFound.With("%s", arg)
	}
	policy, err = found()
	return period, policy, err
}
