-- name: LockPeriod
-- Keeps a close away until the transaction ends; postings do not hinder each other.
SELECT pool, currency, closed FROM period_head WHERE pool = @pool FOR KEY SHARE

-- name: LockPeriodForClose
-- Waits for whoever posts, and lets nobody post until the transaction ends.
SELECT currency, closed FROM period_head WHERE pool = @pool FOR UPDATE

-- name: NextToClose
-- The last closed month, and the first day that a journal counts on: before the first close that day says where to begin.
SELECT closed, (SELECT min(effective) FROM journal WHERE pool = @pool) FROM period_head WHERE pool = @pool

-- name: FirstEffective
-- Where the first close begins; NULL while the pool has no postings.
SELECT min(effective) FROM journal WHERE pool = @pool

-- name: OpenPools
-- The pools whose books are open in this database.
SELECT pool FROM period_head ORDER BY pool

-- name: SealMonth
-- Counts and hashes a month: the digests of its journals in the order of their ids, after the digest of the month before.
INSERT INTO period_seal (pool, period, event, postings, total, digest, sealed, actor)
SELECT @pool, @month::date, @event, coalesce(sum(j.postings), 0)::bigint,
	(SELECT coalesce(sum(amount), 0) FROM posting WHERE pool = @pool AND period = @month::date),
	sha256(coalesce((SELECT digest FROM period_seal
			WHERE pool = @pool AND period = (@month::date - interval '1 month')::date), ''::bytea)
		|| coalesce(string_agg(j.digest, ''::bytea ORDER BY j.id), ''::bytea)),
	@sealed, @actor
FROM journal AS j WHERE j.pool = @pool AND j.period = @month::date
RETURNING postings, digest

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
