package periodend

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/idempotency"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// ClosePeriod closes and seals an accounting month of a pool 关账.
type ClosePeriod struct {
	idempotency.Command

	Pool  string         `json:"pool"`
	Month calendar.Month `json:"month"`
}

// ClosePeriod refuses, in this order: access.forbidden, coinsurance.pool_not_found, ledger.period_closed (a pool
// without postings, a second or out-of-order close, a month that has not ended).
func (s *Service) ClosePeriod(ctx context.Context, cmd ClosePeriod) (Closed, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return Closed{}, err
	}
	if _, err := coinsurance.FindPool(ctx, s.db, cmd.Pool); err != nil {
		return Closed{}, err
	}
	var begun error
	if cmd.Rehearsal == nil { // which takes everything back, so it begins nothing that others see
		begun = s.beginClose(ctx, cmd)
	}
	scope := cmd.Scope(cmd.Pool, "ledger.close_period", s.clock)
	return idempotency.Once(ctx, s.db, scope, cmd, func(ctx context.Context, tx *pg.Tx) (Closed, error) {
		if begun != nil { // a repetition is refused here too, and gets the first answer
			return Closed{}, begun
		}
		return s.closePeriod(ctx, tx, cmd)
	})
}

// beginClose sends postings to the next month, and waits until all that go into this one are in the book. Commands go
// on meanwhile.
func (s *Service) beginClose(ctx context.Context, cmd ClosePeriod) error {
	err := pg.InTx(ctx, s.db.Of(cmd.Pool), func(ctx context.Context, tx *pg.Tx) error {
		return ledger.BeginClose(ctx, tx, cmd.Pool, cmd.Month, calendar.DateOf(s.clock.Now()))
	})
	if err != nil {
		return err
	}
	return ledger.Barrier(ctx, s.db, cmd.Pool, nil)
}

// closePeriod lets policies begin whose first day has come, books what each policy holds back, and seals the month.
func (s *Service) closePeriod(ctx context.Context, tx *pg.Tx, cmd ClosePeriod) (closed Closed, err error) {
	period, next, err := ledger.LockForClose(ctx, tx, cmd.Pool)
	if err != nil {
		return closed, err
	}
	now := period.After(s.clock.Now())
	if err := ledger.CheckClose(cmd.Pool, next, cmd.Month, calendar.DateOf(now)); err != nil {
		return closed, err
	}
	if err := insurance.BeginPolicies(ctx, tx, period, cmd.Month, cmd.By, now); err != nil {
		return closed, err
	}
	reserves, err := insurance.BookUnearned(ctx, tx, period, cmd.Month, cmd.By, now)
	if err != nil {
		return closed, err
	}
	seal := ledger.PeriodSeal{
		Pool: cmd.Pool, Month: cmd.Month, Event: fact.NewID(now), Sealed: now, Actor: cmd.By.Subject,
	}
	if err := ledger.SealPeriod(ctx, tx, &seal); err != nil {
		return closed, err
	}
	closed = Closed{
		Pool: cmd.Pool, Month: cmd.Month, Reserves: reserves, Postings: seal.Postings, Digest: seal.DigestHex(),
	}
	announced := closed.fact(cmd.By, seal.Sealed)
	announced.ID = seal.Event
	return closed, outbox.Append(ctx, tx, announced)
}
