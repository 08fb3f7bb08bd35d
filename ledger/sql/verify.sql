-- name: CountBook
-- How many journals and postings each pool has, and every pool that any table of the book names: a row that was moved to a
-- pool that does not exist is found too.
SELECT pool, sum(journals)::bigint, sum(postings)::bigint FROM (
	SELECT pool, 0 AS journals, 0 AS postings FROM period_head
	UNION ALL SELECT pool, count(*), 0 FROM journal GROUP BY pool
	UNION ALL SELECT pool, 0, count(*) FROM posting GROUP BY pool
	UNION ALL SELECT pool, 0, 0 FROM period_seal GROUP BY pool
	UNION ALL SELECT pool, 0, 0 FROM turnover GROUP BY pool
	UNION ALL SELECT pool, 0, 0 FROM balance_snapshot GROUP BY pool
) AS each GROUP BY pool ORDER BY pool

-- name: BrokenJournals
-- The journals whose postings do not hash to their digest, or whose event says otherwise. It is one pass over the primary
-- key; only what is broken is looked at closer. The line of text is the one that the program hashes when it posts.
WITH again AS (
	SELECT journal, count(*) AS postings, sha256(convert_to(string_agg(concat_ws('|', line, mirror, amount,
			to_char(recorded AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), effective, period, debit, credit, stream,
			agreement_version, book, counterparty, policy, claim, currency), E'\n' ORDER BY line), 'UTF8')) AS digest
	FROM posting WHERE pool = @pool GROUP BY journal)
SELECT j.id::text, coalesce(a.postings, 0) <> j.postings OR a.digest IS DISTINCT FROM j.digest, e.id IS NULL, e.common,
	(SELECT json_agg(convert_from(s, 'UTF8')) FROM unnest(e.sections) AS s), j.effective::text, j.period::text
FROM journal AS j LEFT JOIN again AS a ON a.journal = j.id
LEFT JOIN event AS e ON e.pool = j.pool AND e.pool = @pool AND e.id = j.id
WHERE j.pool = @pool AND (coalesce(a.postings, 0) <> j.postings OR a.digest IS DISTINCT FROM j.digest OR e.id IS NULL
	OR position(convert_to('"digest":"' || encode(j.digest, 'hex') || '"', 'UTF8') IN e.common) = 0)

-- name: FindPostings
-- A journal's postings as they stand, to be compared with what its event told.
SELECT line, mirror, amount, to_char(recorded AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), effective::text, period::text,
	debit::text, credit::text, stream::text, agreement_version, book, counterparty, policy, claim, currency
FROM posting WHERE pool = @pool AND journal = @journal::uuid

-- name: PostingsWithoutJournal
SELECT p.journal::text, 'line ' || p.line || ' of journal ' || p.journal || ' belongs to no journal'
FROM posting AS p LEFT JOIN journal AS j ON j.pool = p.pool AND j.pool = @pool AND j.id = p.journal
WHERE p.pool = @pool AND j.id IS NULL

-- name: BrokenMirrors
-- A mirrored pair is two postings of the same amount in two books, each of which names the other.
SELECT a.journal::text, 'pair ' || a.mirror || ' of journal ' || a.journal || ' is no mirror'
FROM (SELECT journal, mirror, count(*) AS n, min(book) = max(book) AS alone,
		min(amount) = max(amount) AND min(currency) = max(currency) AS equal,
		min(book) = min(counterparty) AND max(book) = max(counterparty) AS crossed
	FROM posting WHERE pool = @pool AND mirror > 0 GROUP BY 1, 2) AS a
WHERE a.n <> 2 OR a.alone OR NOT a.equal OR NOT a.crossed

-- name: SumBook
-- Adds a pool's book up once, by month and day, book, pair of accounts, counterparty and currency, and gives a row for every
-- pair of accounts that is used, and one for every fault. It is one pass over the postings, however many months there are.
WITH tally AS MATERIALIZED (
	SELECT period, effective, book, debit, credit, counterparty, currency, sum(amount)::bigint AS amount FROM posting
	WHERE pool = @pool GROUP BY 1, 2, 3, 4, 5, 6, 7),

-- Mirrors: for every pair of members and currency, what one book says is due to the other is what the other's says is due
-- from it; and the same for the two advance accounts.
side (account, kind, sign) AS (VALUES
	('due_to_coinsurer'::account, 'due', 1), ('due_from_coinsurer', 'due', -1),
	('claim_advance_received', 'advance', 1), ('claim_advance_paid', 'advance', -1)),
netted AS (
	SELECT book, debit, credit, counterparty, currency, sum(amount) AS amount FROM tally GROUP BY 1, 2, 3, 4, 5),
moved AS (
	SELECT s.kind, s.sign, b.book, b.counterparty, b.currency,
		sum(CASE WHEN b.credit = s.account THEN b.amount ELSE -b.amount END) AS amount
	FROM netted AS b JOIN side AS s ON s.account IN (b.debit, b.credit) GROUP BY 1, 2, 3, 4, 5),
mirrors_differ AS (
	SELECT coalesce(a.book, b.counterparty), coalesce(a.book, b.counterparty) || ' says ' || coalesce(a.amount, 0) ||
		CASE coalesce(a.currency, b.currency) WHEN 'CNY' THEN ' fen' ELSE ' minor units of ' || coalesce(a.currency, b.currency) END
		|| ' are ' || coalesce(a.kind, b.kind) || ' to ' || coalesce(a.counterparty, b.book) || ', which says ' ||
		coalesce(-b.amount, 0)
	FROM (SELECT kind, book, counterparty, currency, amount FROM moved WHERE sign = 1) AS a
	FULL JOIN (SELECT kind, book, counterparty, currency, amount FROM moved WHERE sign = -1) AS b
		ON b.kind = a.kind AND b.book = a.counterparty AND b.counterparty = a.book AND b.currency = a.currency
	WHERE coalesce(a.amount, 0) <> coalesce(-b.amount, 0)),

-- Seals: every sealed month counts and hashes to its seal, in a chain, and the head knows of every seal.
journals AS (
	SELECT period, sum(postings) AS postings, string_agg(digest, ''::bytea ORDER BY id) AS digests
	FROM journal WHERE pool = @pool GROUP BY period),
amounts AS (SELECT period, sum(amount) AS total FROM tally GROUP BY period),
seals AS (SELECT period, postings, total, digest FROM period_seal WHERE pool = @pool),
sealed AS (
	SELECT s.period, s.postings, s.total, s.digest, coalesce(j.postings, 0) AS postings_now,
		coalesce(a.total, 0) AS total_now,
		sha256(coalesce(b.digest, ''::bytea) || coalesce(j.digests, ''::bytea)) AS digest_now
	FROM seals AS s
	LEFT JOIN seals AS b ON b.period = (s.period - interval '1 month')::date
	LEFT JOIN journals AS j ON j.period = s.period
	LEFT JOIN amounts AS a ON a.period = s.period),
seals_differ AS (
	SELECT period::text, 'month ' || to_char(period, 'YYYY-MM') || ' was sealed with ' || postings ||
		' postings of ' || total || ' fen and now has ' || postings_now || ' of ' || total_now ||
		CASE WHEN digest <> digest_now THEN ', another digest' ELSE '' END
	FROM sealed WHERE postings <> postings_now OR total <> total_now OR digest <> digest_now
	UNION ALL
	SELECT a.period::text, 'month ' || to_char(a.period, 'YYYY-MM') || ' has postings, is closed and has no seal'
	FROM amounts AS a LEFT JOIN seals AS s USING (period)
	WHERE a.period <= (SELECT closed FROM period_head WHERE pool = @pool) AND s.period IS NULL
	UNION ALL
	SELECT 'head', 'the last closed month is not the last sealed one'
	FROM (SELECT closed FROM period_head WHERE pool = @pool) AS h, (SELECT max(period) AS period FROM seals) AS s
	WHERE h.closed IS DISTINCT FROM s.period
	UNION ALL
	SELECT 'head', 'month ' || to_char(closing, 'YYYY-MM') || ' is being closed, and does not follow the last closed one'
	FROM period_head WHERE pool = @pool AND closing <> closed + interval '1 month'),

-- Turnovers: what is kept of a sealed month is what its postings moved on each day, and nothing is kept of an open month.
kept_turnover AS (
	SELECT period, effective, book, account, counterparty, currency, debit, credit FROM turnover WHERE pool = @pool),
turnovers_differ AS (
	SELECT period::text, 'the turnover of ' || account || ' in the book of ' || book || ' on ' || effective ||
		' in ' || to_char(period, 'YYYY-MM') || ' does not add up'
	FROM (
		SELECT period, effective, book, account, counterparty, currency, debit, credit, 1 AS kept FROM kept_turnover
		UNION ALL
		SELECT period, effective, book, debit, counterparty, currency, -amount, 0, 0 FROM tally JOIN seals USING (period)
		UNION ALL
		SELECT period, effective, book, credit, counterparty, currency, 0, -amount, 0 FROM tally JOIN seals USING (period)
	) AS both_sides
	GROUP BY period, effective, book, account, counterparty, currency
	HAVING sum(debit) <> 0 OR sum(credit) <> 0 OR sum(kept) <> 1),

-- Snapshots: a kept balance is what its accounting month and all before moved. Kept balances are compared month by month:
-- each exceeds the one before by the month's turnover, none is missing in between or at the end.
numbered AS (
	SELECT period, row_number() OVER (ORDER BY period) AS number, count(*) OVER () AS last FROM seals),
month AS (
	SELECT period, book, account, counterparty, currency, sum(debit) AS debit, sum(credit) AS credit
	FROM kept_turnover GROUP BY 1, 2, 3, 4, 5),
kept AS (
	SELECT b.period, b.book, b.account, b.counterparty, b.currency, s.number, s.last,
		b.debit - coalesce(lag(b.debit) OVER account, 0) AS debit,
		b.credit - coalesce(lag(b.credit) OVER account, 0) AS credit,
		coalesce(lag(s.number) OVER account, s.number - 1) AS before,
		coalesce(lead(s.number) OVER account, s.last + 1) AS after
	FROM balance_snapshot AS b LEFT JOIN numbered AS s USING (period)
	WHERE b.pool = @pool
	WINDOW account AS (PARTITION BY b.book, b.account, b.counterparty, b.currency ORDER BY b.period)),
snapshots_differ AS (
	SELECT period::text, 'the kept balance of ' || account || ' in the book of ' || book ||
		' at the close of ' || to_char(period, 'YYYY-MM') || ' does not add up'
	FROM kept FULL JOIN month USING (period, book, account, counterparty, currency)
	WHERE kept.debit IS DISTINCT FROM coalesce(month.debit, 0) OR kept.credit IS DISTINCT FROM coalesce(month.credit, 0)
		OR kept.before <> kept.number - 1 OR kept.after <> kept.number + 1)
SELECT true AS pair, debit::text, credit::text FROM (SELECT DISTINCT debit, credit FROM tally) AS pairs
UNION ALL SELECT false, * FROM mirrors_differ
UNION ALL SELECT false, * FROM seals_differ
UNION ALL SELECT false, * FROM turnovers_differ
UNION ALL SELECT false, * FROM snapshots_differ

-- name: NamePair
-- The postings between two accounts that the chart does not pair, or pairs only in a transfer off closed accounts.
SELECT p.journal::text, p.line FROM posting AS p
WHERE p.pool = @pool AND p.debit = @debit::text::account AND p.credit = @credit::text::account
	AND NOT (@transfer AND EXISTS (
		SELECT 1 FROM journal AS j WHERE j.pool = @pool AND j.id = p.journal AND j.kind = @transfer_kind)) LIMIT 100

-- name: MakeRoom
-- What a check may use in the server: sums over a whole book are made without files then, by all its cores, and each
-- statement is planned for the pool it is asked of.
SELECT set_config('work_mem', '256MB', true), set_config('parallel_setup_cost', '0', true),
	set_config('parallel_tuple_cost', '0.001', true), set_config('plan_cache_mode', 'force_custom_plan', true)
