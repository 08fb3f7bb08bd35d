package claims

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
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
	Claim string `json:"claim"`

	idempotency.Command
}

// held is a claim under lock with what every use case on it needs. Locks are taken in one order everywhere: the period,
// the policy, the claim. The clock is read after them.
type held struct {
	claim     *Claim // as it stands before this step
	policy    *insurance.Policy
	agreement *coinsurance.Agreement
	period    ledger.Period
	dates     coinsurance.Dates // that a person may write

	calls     []Call
	callsWere []Call // as they stood before this step
	notices   []Notice
	queries   []Query
	rows      []sectionRow          // of the worksheet, as kept
	sheet     []indemnity.SheetLine // of a claim assessed by section
	clocks    []Deadline
	dial      *dial
	owes      map[string]money.Amount // what each member owes the others for the claim; nil until it is asked

	now       time.Time
	today     calendar.Date
	effective calendar.Date // dates the postings, never before the policy was on risk; states and clocks go by today

	payment  *Payment              // that this step makes or takes back; nil for none
	reverses *uuid.UUID            // the journal this step takes back
	told     map[string]memberData // when not nil, this step concerns these members only, and who handles the claim
	asked    int                   // the question for consent that this step may decide; 0 for none
}

// hold locks and loads; it refuses, in this order, a claim that is not there, a written day that no posting may bear,
// whoever may not act on the claim, and one that has changed since the caller saw it.
func (s *Service) hold(
	ctx context.Context, tx *pg.Tx, cmd Command, may func(access.Principal, *held) error,
) (*held, error) {
	h, err := s.lock(ctx, tx, cmd.Claim)
	if err != nil {
		return nil, err
	}
	h.read(s.clock)
	if err := h.date("effective", cmd.Effective, h.today); err != nil {
		return nil, err
	}
	if err := may(cmd.By, h); err != nil {
		return nil, err
	}
	if cmd.IfVersion != 0 && cmd.IfVersion != h.claim.Version {
		return nil, ErrClaimChanged.With("%s is at version %d", cmd.Claim, h.claim.Version)
	}
	h.dial = h.dialOf(ctx, tx)
	return h, nil
}

// lock locks and loads, whoever asks; ErrClaimNotFound when there is no claim of that number.
func (s *Service) lock(ctx context.Context, tx *pg.Tx, number string) (*held, error) {
	pool := insurance.PoolOf(number)
	if pool == "" {
		return nil, ErrClaimNotFound.With("%s", number)
	}
	h := new(held)
	under, err := insurance.HoldPolicyOf(ctx, tx, pool, policyOfClaim, number, func(reads *pg.Reads) {
		pg.Find(reads, &h.claim, claimByNumber+` FOR NO KEY UPDATE`, pool, number)
		belongings(reads, h, pool, number)
	})
	switch {
	case errors.Is(err, insurance.ErrPolicyNotFound): // the policy of a claim never goes, so there is no such claim
		return nil, ErrClaimNotFound.With("%s", number)
	case err != nil:
		return nil, err
	}
	h.policy, h.agreement, h.period, h.dates = under.Policy, under.Agreement, under.Period, under.Dates
	h.callsWere = slices.Clone(h.calls)
	h.sheet = h.lines()
	return h, nil
}

// policyOfClaim is the number of the policy that a claim ($2) is of; that never changes.
const policyOfClaim = `(SELECT policy FROM claim WHERE pool = $1 AND number = $2)`

// read reads the clock, never before the claim's last event.
func (h *held) read(clock clock.Clock) {
	h.now = clock.Now()
	if h.now.Before(h.claim.Recorded) {
		h.now = h.claim.Recorded
	}
	h.today = calendar.DateOf(h.now)
	h.dates.Today = h.today
}

// date sets the day that the postings bear: the one that was written in the field, which it may refuse with
// ledger.date_out_of_range, or another.
func (h *held) date(field string, written, otherwise calendar.Date) error {
	if err := h.dates.Check(field, written); err != nil {
		return err
	}
	if written.IsZero() {
		written = otherwise
	}
	h.effective = h.policy.Dated(written)
	return nil
}

// servicer is who handles and pays the claim.
func (h *held) servicer() string { return orElse(h.claim.Servicer, h.agreement.Servicer) }

// leader is who leads it.
func (h *held) leader() string { return orElse(h.claim.Leader, h.agreement.Leader) }

// mayHandle lets the claims people of the servicer and of the leader act.
func mayHandle(by access.Principal, h *held) error {
	return by.RequireMember(access.Claims, h.servicer(), h.leader())
}

// act is what every use case on a claim does: lock, load, decide, write, post and announce, once.
func (s *Service) act(
	ctx context.Context, cmd Command, name, kind string, body any, decide func(*held, *Claim) (any, error),
) (*Claim, error) {
	return s.actIn(ctx, cmd, name, kind, body, func(_ context.Context, _ *pg.Tx, h *held, after *Claim) (any, error) {
		return decide(h, after)
	})
}

// actIn is act for a decision that reads more of the book.
func (s *Service) actIn(
	ctx context.Context, cmd Command, name, kind string, body any,
	decide func(context.Context, *pg.Tx, *held, *Claim) (any, error),
) (*Claim, error) {
	return s.actAs(ctx, cmd, mayHandle, name, kind, body, decide)
}

// actAs is actIn for others than those who handle the claim.
func (s *Service) actAs(
	ctx context.Context, cmd Command, may func(access.Principal, *held) error, name, kind string, body any,
	decide func(context.Context, *pg.Tx, *held, *Claim) (any, error),
) (*Claim, error) {
	return idempotency.Once(ctx, s.db, s.once(cmd.Claim, cmd.By, name, cmd.IdempotencyKey), body,
		func(ctx context.Context, tx *pg.Tx) (*Claim, error) {
			h, err := s.hold(ctx, tx, cmd, may)
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
