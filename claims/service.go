package claims

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// Service is the claims wing: it needs the database and a clock.
type Service struct {
	db    *pg.DB
	clock clock.Clock
}

// NewService gives the wing what it needs.
func NewService(db *pg.DB, clock clock.Clock) *Service { return &Service{db: db, clock: clock} }

func (s *Service) once(number string, by access.Principal, operation, key string) idempotency.Scope {
	return idempotency.Scope{
		Pool: insurance.PoolOf(number), Organisation: by.Organisation, Operation: "claims." + operation, Key: key,
		Clock: s.clock,
	}
}

// Command is what every command on a claim says.
type Command struct {
	By        access.Principal `json:"-"`
	Key       string           `json:"-"`
	Claim     string           `json:"claim"`
	Match     int64            `json:"-"` // the version the caller saw; 0 for any
	Effective calendar.Date    `json:"effective"`
}

// held is a claim under lock with what every use case on it needs. Locks are taken in one order everywhere: the period,
// the policy, the claim. The clock is read after them.
type held struct {
	claim     *Claim
	calls     []Call
	policy    *insurance.Policy
	agreement *coinsurance.Agreement
	period    ledger.Period
	now       time.Time
	paying    []Call        // the calls as they were, when this step pays one
	today     calendar.Date // the business day; clocks and authority go by it
	effective calendar.Date // dates only the postings
}

// hold locks and loads; it refuses a claim that is not there, whoever may not handle it, and one that has changed since
// the caller saw it.
func (s *Service) hold(ctx context.Context, tx bun.Tx, cmd Command) (*held, error) {
	pool := insurance.PoolOf(cmd.Claim)
	seen, err := FindClaim(ctx, tx, pool, cmd.Claim) // which policy it is of never changes
	if err != nil {
		return nil, err
	}
	under, err := insurance.HoldPolicy(ctx, tx, seen.Policy)
	if err != nil {
		return nil, err
	}
	h := &held{policy: under.Policy, agreement: under.Agreement, period: under.Period, claim: new(Claim)}
	err = tx.NewSelect().Model(h.claim).Where("pool = ? AND number = ?", pool, cmd.Claim).For("NO KEY UPDATE").Scan(ctx)
	if err != nil {
		return nil, err
	}
	if h.calls, err = callsOf(ctx, tx, h.claim); err != nil {
		return nil, err
	}
	if err := mayHandle(cmd.By, h.agreement); err != nil {
		return nil, err
	}
	if cmd.Match != 0 && cmd.Match != h.claim.Version {
		return nil, ErrClaimChanged.With("%s is at version %d", cmd.Claim, h.claim.Version)
	}
	h.tell(s.clock, cmd.Effective)
	return h, nil
}

// tell reads the clock: never before the claim's last event.
func (h *held) tell(clock clock.Clock, effective calendar.Date) {
	h.now = clock.Now()
	if h.claim != nil && h.now.Before(h.claim.Recorded) {
		h.now = h.claim.Recorded
	}
	h.today = calendar.DateOf(h.now)
	if h.effective = effective; effective.IsZero() {
		h.effective = h.today
	}
}

// mayHandle lets the claims people of the servicer and of the leader act.
func mayHandle(by access.Principal, agreement *coinsurance.Agreement) error {
	return by.RequireMember(access.Claims, agreement.Servicer, agreement.Leader)
}

// act is what every use case on a claim does: lock, load, decide, write, post and announce, once.
func (s *Service) act(
	ctx context.Context, cmd Command, name, kind string, body any, decide func(*held, *Claim) (any, error),
) (*Claim, error) {
	return s.actIn(ctx, cmd, name, kind, body, func(_ context.Context, _ bun.Tx, h *held, after *Claim) (any, error) {
		return decide(h, after)
	})
}

// actIn is act for a decision that reads more of the book.
func (s *Service) actIn(
	ctx context.Context, cmd Command, name, kind string, body any,
	decide func(context.Context, bun.Tx, *held, *Claim) (any, error),
) (*Claim, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Claim, cmd.By, name, cmd.Key), body,
		func(ctx context.Context, tx bun.Tx) (*Claim, error) {
			h, err := s.hold(ctx, tx, cmd)
			if err != nil {
				return nil, err
			}
			after := *h.claim
			data, err := decide(ctx, tx, h, &after)
			if err != nil {
				return nil, err
			}
			return h.book(ctx, tx, cmd.By, kind, &after, data)
		})
}
