-- name: LockPeriod
-- Whoever posts under this row holds the table's lock, by which OpenPosters finds it, from before it is read to the
-- transaction's end; nobody waits for anybody.
SELECT pool, currency, closed, closing, cut FROM period_head WHERE pool = @pool FOR KEY SHARE

-- name: CutPool
-- A cut is later than the one before, also when the clock stands still. It changes no key, so whoever posts neither waits
-- for it nor holds it up. A timestamp with a zone plus an interval depends on settings, which Citus refuses in an UPDATE;
-- without the zone it does not.
UPDATE period_head SET cut = greatest(@now::timestamptz,
	(cut AT TIME ZONE 'UTC' + interval '1 microsecond') AT TIME ZONE 'UTC')
WHERE pool = @pool RETURNING cut

-- name: OpenPosters
-- The transactions of this database that lock pools' heads, or change them, and have not ended. One that is prepared has
-- no process any more, and not the name that it had.
SELECT CASE WHEN pid IS NULL THEN 'prepared' ELSE virtualtransaction END FROM pg_locks
WHERE locktype = 'relation' AND relation = 'period_head'::regclass AND granted
	AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
	AND mode IN ('RowShareLock', 'RowExclusiveLock')

-- name: LockPeriodForClose
-- Keeps other closes and cuts of the pool away; whoever posts neither waits for it nor holds it up.
SELECT pool, currency, closed, closing, cut FROM period_head WHERE pool = @pool FOR NO KEY UPDATE

-- name: NextToClose
-- The last closed month, and the first that has journals: before the first close that is where to begin.
SELECT closed, (SELECT min(period) FROM journal WHERE pool = @pool) FROM period_head WHERE pool = @pool

-- name: FirstMonth
-- Where the first close begins; NULL while the pool has no postings. While that month is being closed, what is dated
-- before it stands in a later one.
SELECT min(period) FROM journal WHERE pool = @pool

-- name: OpenPools
-- The pools whose books are open in this database.
SELECT pool FROM period_head ORDER BY pool

-- name: SealMonth
-- Counts and hashes a month: the digests of its journals in the order of their ids, after the digest of the month before.
-- It is sealed when its last posting was recorded, or later.
INSERT INTO period_seal (pool, period, event, postings, total, digest, sealed, actor)
SELECT @pool, @month::date, @event, coalesce(sum(j.postings), 0)::bigint,
	(SELECT coalesce(sum(amount), 0) FROM posting WHERE pool = @pool AND period = @month::date),
	sha256(coalesce((SELECT digest FROM period_seal
			WHERE pool = @pool AND period = (@month::date - interval '1 month')::date), ''::bytea)
		|| coalesce(string_agg(j.digest, ''::bytea ORDER BY j.id), ''::bytea)),
	greatest(@sealed::timestamptz, max(j.recorded)), @actor
FROM journal AS j WHERE j.pool = @pool AND j.period = @month::date
RETURNING postings, digest, sealed

-- name: KeepTurnover
-- Adds up what a month moved in every account of every book, by effective day.
INSERT INTO turnover (pool, period, effective, book, account, counterparty, currency, debit, credit)
SELECT @pool, @month::date, p.effective, p.book, side.account, p.counterparty, p.currency, sum(side.debit)::bigint,
	sum(side.credit)::bigint
FROM (SELECT effective, book, debit, credit, counterparty, currency, sum(amount)::bigint AS amount FROM posting
	WHERE pool = @pool AND period = @month::date GROUP BY 1, 2, 3, 4, 5, 6) AS p
CROSS JOIN LATERAL (VALUES (p.debit, p.amount, 0::bigint), (p.credit, 0::bigint, p.amount)) AS side (account, debit, credit)
GROUP BY p.effective, p.book, side.account, p.counterparty, p.currency

-- name: KeepBalances
-- Adds up every account of every book to the end of a month: the balances kept a month before, and what the month moved.
INSERT INTO balance_snapshot (pool, period, book, account, counterparty, currency, debit, credit)
SELECT @pool, @month::date, book, account, counterparty, currency, sum(debit)::bigint, sum(credit)::bigint FROM (
	SELECT book, account, counterparty, currency, debit, credit FROM balance_snapshot
	WHERE pool = @pool AND period = (@month::date - interval '1 month')::date
	UNION ALL
	SELECT book, account, counterparty, currency, debit, credit FROM turnover
	WHERE pool = @pool AND period = @month::date
) AS moved GROUP BY book, account, counterparty, currency

-- name: ListSeals
-- The sealed months of a pool, oldest first.
SELECT :columns FROM period_seal WHERE pool = @pool ORDER BY period
