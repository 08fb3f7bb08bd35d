package ledger

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// PeriodSeal is a sealed accounting month: what is in it can be counted and hashed again at any time.
type PeriodSeal struct {
	bun.BaseModel `bun:"table:period_seal"`

	Pool     string         `bun:"pool,pk"`
	Month    calendar.Month `bun:"period,pk"`
	Event    uuid.UUID      `bun:"event"` // that the month was closed
	Postings int64          `bun:"postings"`
	Digest   []byte         `bun:"digest"` // over the digests of the month's journals and the seal before
	Sealed   time.Time      `bun:"sealed"`
	Actor    string         `bun:"actor"`
}

// DigestHex is the digest in hexadecimal.
func (s *PeriodSeal) DigestHex() string { return hex.EncodeToString(s.Digest) }

type ofMonth struct {
	Pool  string
	Month calendar.Month
}

type sealArgs struct {
	Pool   string
	Month  calendar.Month
	Event  uuid.UUID
	Sealed time.Time
	Actor  string
}

var (
	lockForClose = pg.SQL[OfPool](files, "LockPeriodForClose")
	firstMonth   = pg.SQL[OfPool](files, "FirstMonth")
	sealMonth    = pg.SQL[sealArgs](files, "SealMonth")
	keepTurnover = pg.SQL[ofMonth](files, "KeepTurnover")
	keepBalances = pg.SQL[ofMonth](files, "KeepBalances")
	listSeals    = pg.Select[PeriodSeal, OfPool](files, "ListSeals")

	periodClosed  = pg.ColumnsOf[Period]("closed", "closing")
	periodClosing = pg.ColumnsOf[Period]("closing")
)

// BeginClose is the first of a close's two transactions. Once it is committed, nothing is posted into the month any
// more: what is dated in it stands in the next. Behind a Barrier the second one books and seals, and if it never comes,
// the next close of the month does the same. BeginClose refuses what CheckClose refuses.
func BeginClose(ctx context.Context, tx *pg.Tx, pool string, month calendar.Month, today calendar.Date) error {
	_, next, err := LockForClose(ctx, tx, pool)
	if err == nil {
		err = CheckClose(pool, next, month, today)
	}
	if err == nil {
		pg.Update(tx, &Period{Pool: pool, Closing: month}, periodClosing)
	}
	return err
}

// LockForClose keeps other closes and cuts of the pool away until the transaction ends. It also gives the month that is
// to be closed next: the first is the earliest that has postings, and none while there are no postings. CheckClose
// comes next. The Period counts the month as open, for what the close itself posts.
func LockForClose(ctx context.Context, tx *pg.Tx, pool string) (period Period, next calendar.Month, err error) {
	if err = lockForClose.With(OfPool{pool}).Row(ctx, tx, period.columns()...); err != nil {
		return period, next, err
	}
	period.Closing = calendar.Month{}
	if !period.Closed.IsZero() {
		return period, period.Closed.Next(), nil
	}
	err = firstMonth.With(OfPool{pool}).Row(ctx, tx, &next)
	return period, next, err
}

// CheckClose refuses with ErrPeriodClosed, in this order, the close of a pool without postings, a second or
// out-of-order close, and that of a month which has not ended today.
func CheckClose(pool string, next, month calendar.Month, today calendar.Date) error {
	switch {
	case next.IsZero():
		return ErrPeriodClosed.Case(fault.Args{"pool": pool})
	case month != next:
		return ErrPeriodClosed.Case(fault.Args{"pool": pool, "next": next, "month": month})
	case !today.After(month.Last()):
		return ErrPeriodClosed.Case(fault.Args{"month": month})
	default:
		return nil
	}
}

// SealPeriod ends a close: the month is counted and hashed, and its balances are kept. LockForClose came before, in
// the same transaction. Pool, month, event, instant and actor of the seal are given; what it counts is filled in, and
// the instant is that of the month's last posting, if that is later.
func SealPeriod(ctx context.Context, tx *pg.Tx, seal *PeriodSeal) error {
	if err := tx.Flush(ctx); err != nil { // what the close itself posted belongs to the month
		return err
	}
	err := sealMonth.With(sealArgs{
		Pool: seal.Pool, Month: seal.Month, Event: seal.Event, Sealed: seal.Sealed, Actor: seal.Actor,
	}).Row(ctx, tx, &seal.Postings, &seal.Digest, &seal.Sealed)
	if err != nil {
		return err
	}
	seal.Sealed = seal.Sealed.UTC()
	month := ofMonth{seal.Pool, seal.Month}
	keepTurnover.With(month).Queue(tx)
	keepBalances.With(month).Queue(tx) // after the turnovers, which it reads
	pg.Update(tx, &Period{Pool: seal.Pool, Closed: seal.Month}, periodClosed)
	return tx.Flush(ctx)
}

// SealedMonth is a closed accounting month as it is shown.
type SealedMonth struct {
	Month    calendar.Month `json:"month"`
	Postings int64          `json:"postings"`
	Digest   string         `json:"digest"` // hex
	Sealed   time.Time      `json:"sealed"`
	Actor    string         `json:"actor"`
}

// Seals lists the sealed months of a pool, oldest first.
func Seals(ctx context.Context, handle bun.IDB, pool string) ([]SealedMonth, error) {
	seals, err := pg.Listed[PeriodSeal](ctx, handle, listSeals.With(OfPool{pool}))
	if err != nil {
		return nil, err
	}
	months := make([]SealedMonth, len(seals))
	for i, seal := range seals {
		months[i] = SealedMonth{
			Month: seal.Month, Postings: seal.Postings, Digest: seal.DigestHex(), Sealed: seal.Sealed, Actor: seal.Actor,
		}
	}
	return months, nil
}
