// Package periodend runs the end of an accounting month across the wings: what each wing holds back, then the seal.
package periodend

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// EventPeriodClosed is the type of the fact that a month was closed.
const EventPeriodClosed = "ledger.period_closed"

// Service closes months: it needs the database and a clock.
type Service struct {
	db    *pg.DB
	clock clock.Clock
}

// NewService gives the service what it needs.
func NewService(db *pg.DB, clock clock.Clock) *Service { return &Service{db: db, clock: clock} }

// ClosePeriod closes and seals an accounting month of a pool 关账.
type ClosePeriod struct {
	idempotency.Command

	Pool  string         `json:"pool"`
	Month calendar.Month `json:"month"`
}

// Closed is what a close came to, and the data of ledger.period_closed.
type Closed struct {
	Pool     string         `json:"pool"`
	Month    calendar.Month `json:"month"`
	Reserves int            `json:"reserves"` // policies whose unearned premium moved
	Postings int64          `json:"postings"` // in the sealed month
	Digest   string         `json:"digest"`   // hex; over the month's journals and the seal before
}

// ClosePeriod refuses: access.forbidden, coinsurance.pool_not_found, ledger.period_closed (a second or out-of-order
// close, a month that has not ended, a pool without postings).
func (s *Service) ClosePeriod(ctx context.Context, cmd ClosePeriod) (Closed, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return Closed{}, err
	}
	if _, err := coinsurance.FindPool(ctx, s.db, cmd.Pool); err != nil {
		return Closed{}, err
	}
	scope := cmd.Scope(cmd.Pool, "ledger.close_period", s.clock)
	return idempotency.Once(ctx, s.db, scope, cmd, func(ctx context.Context, tx *pg.Tx) (Closed, error) {
		today := calendar.DateOf(s.clock.Now())
		period, err := ledger.LockForClose(ctx, tx, cmd.Pool, cmd.Month, today)
		if err != nil {
			return Closed{}, err
		}
		now := s.clock.Now() // after the lock: whatever was recorded before is in the book
		closed := Closed{Pool: cmd.Pool, Month: cmd.Month}
		if err := insurance.BeginPolicies(ctx, tx, period, cmd.Month, cmd.By, now); err != nil {
			return Closed{}, err
		}
		if closed.Reserves, err = insurance.BookUnearned(
			ctx, tx, period, cmd.Pool, cmd.Month, cmd.By, now,
		); err != nil {
			return Closed{}, err
		}
		event := fact.NewID(now)
		seal := ledger.PeriodSeal{Pool: cmd.Pool, Month: cmd.Month, Event: event, Sealed: now, Actor: cmd.By.Subject}
		if err := ledger.SealPeriod(ctx, tx, &seal); err != nil {
			return Closed{}, err
		}
		closed.Postings, closed.Digest = seal.Postings, seal.DigestHex()
		// The close is known after everything it booked, so that a kept balance is never used before its postings are.
		return closed, outbox.Append(ctx, tx, fact.Fact{
			ID: event, Pool: cmd.Pool, Type: EventPeriodClosed,
			Subject: "period/" + cmd.Pool + "/" + cmd.Month.String(), SubjectVersion: 1,
			Effective: cmd.Month.Last(), Recorded: now.Add(clock.Precision), By: cmd.By, Audience: fact.Everyone,
			Data: closed,
		})
	})
}

// EventTypes are the types of event of this package with what their data looks like; schemas are written from them.
func EventTypes() map[string]any {
	return map[string]any{EventPeriodClosed: Closed{}, ledger.AccountsTransferred: Transferred{}}
}
