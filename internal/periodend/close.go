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
	scope := cmd.Scope(cmd.Pool, "ledger.close_period", s.clock)
	return idempotency.Once(ctx, s.db, scope, cmd, func(ctx context.Context, tx *pg.Tx) (Closed, error) {
		return s.closePeriod(ctx, tx, cmd)
	})
}

// closePeriod lets policies begin whose first day has come, books what each policy holds back, and seals the month. The
// clock is read after the lock: whatever was recorded before is in the book.
func (s *Service) closePeriod(ctx context.Context, tx *pg.Tx, cmd ClosePeriod) (closed Closed, err error) {
	period, next, err := ledger.LockForClose(ctx, tx, cmd.Pool)
	if err != nil {
		return closed, err
	}
	now := s.clock.Now()
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
	announced := closed.fact(cmd.By, now)
	announced.ID = seal.Event
	return closed, outbox.Append(ctx, tx, announced)
}
