package ledger

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"gongbao/internal/calendar"
	"gongbao/internal/pg"
)

// PeriodSeal is a sealed accounting month: what is in it can be counted and hashed again at any time.
type PeriodSeal struct {
	Pool     string
	Month    calendar.Month
	Postings int64
	Digest   []byte // over the digests of the month's journals and the seal before
}

// DigestHex is the digest in hexadecimal.
func (s PeriodSeal) DigestHex() string { return hex.EncodeToString(s.Digest) }

// LockForClose begins the close of a month: from here on no posting is made in the pool but by this transaction. The
// first close is that of the earliest effective month among the pool's postings, then month by month. It refuses with
// ErrPeriodClosed a second or out-of-order close, a month that has not ended, and a pool without postings. The Period
// it gives still counts the month as open.
func LockForClose(
	ctx context.Context, tx *pg.Tx, pool string, month calendar.Month, today calendar.Date,
) (Period, error) {
	period := Period{Pool: pool}
	err := pg.Row(ctx, tx, `SELECT closed FROM period_head WHERE pool = $1 FOR UPDATE`, []any{pool}, &period.Closed)
	if err != nil {
		return period, err
	}
	next := period.Closed.Next()
	if period.Closed.IsZero() {
		var first calendar.Date
		if err := pg.Row(
			ctx, tx, `SELECT min(effective) FROM journal WHERE pool = $1`, []any{pool}, &first,
		); err != nil {
			return period, err
		}
		if first.IsZero() {
			return period, ErrPeriodClosed.With("pool %s has no postings", pool)
		}
		next = first.Month()
	}
	switch {
	case month != next:
		return period, ErrPeriodClosed.With("the next month of pool %s to close is %s, not %s", pool, next, month)
	case !today.After(month.Last()):
		return period, ErrPeriodClosed.With("%s has not ended", month)
	}
	return period, nil
}

// SealPeriod ends a close: the month is counted and hashed, and its balances are kept. LockForClose came before, in
// the same transaction; the event says that the month was closed.
func SealPeriod(
	ctx context.Context, tx *pg.Tx, pool string, month calendar.Month, event uuid.UUID, by string, now time.Time,
) (PeriodSeal, error) {
	if err := tx.Flush(ctx); err != nil { // what the close itself posted belongs to the month
		return PeriodSeal{}, err
	}
	first := month.First().SQL()
	if _, err := pg.Exec(ctx, tx, `
		INSERT INTO period_seal (pool, period, event, postings, total, digest, sealed, actor)
		SELECT $1, $2, $3, postings, total, digest, $4, $5 FROM (`+sealOf+`) AS s`, pool, first, event, now, by); err != nil {
		return PeriodSeal{}, err
	}
	if _, err := pg.Exec(ctx, tx, `
		INSERT INTO turnover (pool, period, effective, book, account, counterparty, debit, credit)
		SELECT $1, $2, effective, book, account, counterparty, debit, credit FROM (`+turnoverOf+`) AS t`,
		pool, first); err != nil {
		return PeriodSeal{}, err
	}
	if _, err := pg.Exec(ctx, tx, `
		INSERT INTO balance_snapshot (pool, period, book, account, counterparty, debit, credit)
		SELECT $1, $2, book, account, counterparty, debit, credit FROM (`+snapshotOf+`) AS s`, pool, first); err != nil {
		return PeriodSeal{}, err
	}
	if _, err := pg.Exec(ctx, tx, `UPDATE period_head SET closed = $2 WHERE pool = $1`, pool, first); err != nil {
		return PeriodSeal{}, err
	}
	seal := PeriodSeal{Pool: pool, Month: month}
	err := pg.Row(ctx, tx, `SELECT postings, digest FROM period_seal WHERE pool = $1 AND period = $2`, []any{
		pool, first,
	},
		&seal.Postings, &seal.Digest)
	return seal, err
}

// sealOf counts and hashes a month ($2) of a pool ($1): the digests of its journals in the order of their ids, after
// the digest of the month before.
const sealOf = `
	SELECT coalesce(sum(j.postings), 0)::bigint AS postings,
		(SELECT coalesce(sum(amount), 0) FROM posting WHERE pool = $1 AND period = $2::date) AS total,
		sha256(coalesce((SELECT digest FROM period_seal
				WHERE pool = $1 AND period = ($2::date - interval '1 month')::date), ''::bytea)
			|| coalesce(string_agg(j.digest, ''::bytea ORDER BY j.id), ''::bytea)) AS digest
	FROM journal AS j WHERE j.pool = $1 AND j.period = $2::date`

// turnoverOf adds up what a month ($2) of a pool ($1) moved in every account of every book, by effective day.
const turnoverOf = `
	SELECT p.effective, p.book, e.account, p.counterparty, sum(e.debit)::bigint AS debit, sum(e.credit)::bigint AS credit
	FROM (SELECT effective, book, debit, credit, counterparty, sum(amount)::bigint AS amount FROM posting
			WHERE pool = $1 AND period = $2::date GROUP BY 1, 2, 3, 4, 5) AS p
	CROSS JOIN LATERAL (VALUES (p.debit, p.amount, 0::bigint), (p.credit, 0::bigint, p.amount))
		AS e (account, debit, credit)
	GROUP BY 1, 2, 3, 4`

// snapshotOf adds up every account of every book of a pool ($1) to the end of a month ($2): the balances kept a month
// before, and what the month moved.
const snapshotOf = `
	SELECT book, account, counterparty, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit FROM (
		SELECT book, account, counterparty, debit, credit FROM balance_snapshot
			WHERE pool = $1 AND period = ($2::date - interval '1 month')::date
		UNION ALL
		SELECT book, account, counterparty, debit, credit FROM turnover WHERE pool = $1 AND period = $2::date
	) AS p GROUP BY book, account, counterparty`
