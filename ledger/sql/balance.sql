-- name: SumAccount
-- Adds up one account of one book in a pool, with one counterparty or all, by a day, as known at an instant; "infinity" is no
-- bound. What a sealed month says is kept: its balances at the end, and what it moved by day. So these are added:
--
--   - the balances kept at the close of the last sealed month that has ended by the day (head.base);
--   - when the day is in a month that is sealed too, what that month moved by the day;
--   - what later sealed months moved that was back-dated to the day or before;
--   - the postings that no seal takes in: those effective after the last sealed month (head.last), and those back-dated
--     into it or before. Adding nothing to the effective day keeps the back-dated ones from being looked up in the index of
--     all postings: the index of the back-dated ones is much the smaller.
--
-- Only seals count that were known at the instant. What was known at an instant is decided by the feed: an event that has a
-- position is known at the position's instant, one that waits for it at its own.
WITH head AS (
	SELECT h.pool, s.period AS closed, coalesce(s.last, '-infinity'::date) AS last,
		CASE WHEN s.last <= @effective::date THEN s.period
			ELSE (date_trunc('month', @effective::date + 1) - interval '1 month')::date END AS base
	FROM period_head AS h LEFT JOIN LATERAL (
		SELECT period, (period + interval '1 month - 1 day')::date AS last FROM period_seal AS s
		WHERE s.pool = h.pool AND coalesce((SELECT known FROM feed_position AS f
			WHERE f.pool = s.pool AND f.event = s.event), s.sealed) <= @known::timestamptz
		ORDER BY period DESC LIMIT 1) AS s ON true
	WHERE h.pool = @pool)
SELECT coalesce(sum(debit), 0)::bigint, coalesce(sum(credit), 0)::bigint FROM (
	SELECT b.debit, b.credit FROM head JOIN balance_snapshot AS b ON b.pool = head.pool AND b.period = head.base
	WHERE head.base <= head.closed AND b.book = @book AND b.account = @account::text::account AND b.currency = @currency
		AND (@counterparty = '' OR b.counterparty = @counterparty)
	UNION ALL
	SELECT t.debit, t.credit FROM head JOIN turnover AS t
		ON t.pool = head.pool AND t.period = (head.base + interval '1 month')::date
	WHERE t.period <= head.closed AND t.book = @book AND t.account = @account::text::account AND t.currency = @currency
		AND t.effective <= @effective::date AND (@counterparty = '' OR t.counterparty = @counterparty)
	UNION ALL
	SELECT t.debit, t.credit FROM head JOIN turnover AS t ON t.pool = head.pool AND t.period > t.effective
	WHERE t.period > (head.base + interval '1 month')::date AND t.period <= head.closed AND t.book = @book
		AND t.account = @account::text::account AND t.currency = @currency AND t.effective <= @effective::date
		AND (@counterparty = '' OR t.counterparty = @counterparty)
	UNION ALL
	SELECT p.amount, 0 FROM head JOIN posting AS p
		ON p.pool = head.pool AND p.book = @book AND p.debit = @account::text::account
		AND p.effective > head.last AND p.effective <= @effective::date
	WHERE p.currency = @currency AND (@counterparty = '' OR p.counterparty = @counterparty)
		AND coalesce((SELECT known FROM feed_position AS f WHERE f.pool = p.pool AND f.event = p.journal), p.recorded)
			<= @known::timestamptz
	UNION ALL
	SELECT 0, p.amount FROM head JOIN posting AS p
		ON p.pool = head.pool AND p.book = @book AND p.credit = @account::text::account
		AND p.effective > head.last AND p.effective <= @effective::date
	WHERE p.currency = @currency AND (@counterparty = '' OR p.counterparty = @counterparty)
		AND coalesce((SELECT known FROM feed_position AS f WHERE f.pool = p.pool AND f.event = p.journal), p.recorded)
			<= @known::timestamptz
	UNION ALL
	SELECT p.amount, 0 FROM head JOIN posting AS p
		ON p.pool = head.pool AND p.book = @book AND p.debit = @account::text::account
		AND p.period > p.effective AND p.period > head.closed
		AND p.effective + 0 <= head.last AND p.effective + 0 <= @effective::date
	WHERE p.currency = @currency AND (@counterparty = '' OR p.counterparty = @counterparty)
		AND coalesce((SELECT known FROM feed_position AS f WHERE f.pool = p.pool AND f.event = p.journal), p.recorded)
			<= @known::timestamptz
	UNION ALL
	SELECT 0, p.amount FROM head JOIN posting AS p
		ON p.pool = head.pool AND p.book = @book AND p.credit = @account::text::account
		AND p.period > p.effective AND p.period > head.closed
		AND p.effective + 0 <= head.last AND p.effective + 0 <= @effective::date
	WHERE p.currency = @currency AND (@counterparty = '' OR p.counterparty = @counterparty)
		AND coalesce((SELECT known FROM feed_position AS f WHERE f.pool = p.pool AND f.event = p.journal), p.recorded)
			<= @known::timestamptz
) AS moved

-- name: SumPolicy
-- Adds up what one policy moved in an account, posting by posting: there are few.
SELECT coalesce(sum(amount) FILTER (WHERE debit = @account::text::account), 0)::bigint,
	coalesce(sum(amount) FILTER (WHERE credit = @account::text::account), 0)::bigint
FROM posting AS p
WHERE p.pool = @pool AND p.policy = @policy AND p.book = @book AND @account::text::account IN (p.debit, p.credit)
	AND p.currency = @currency AND (@counterparty = '' OR p.counterparty = @counterparty)
	AND p.effective <= @effective::date
	AND coalesce((SELECT known FROM feed_position AS f WHERE f.pool = p.pool AND f.event = p.journal), p.recorded)
		<= @known::timestamptz

-- name: SumClaim
-- Adds up what one claim moved in an account, posting by posting. Saying that the claim is not empty lets the index of the
-- postings of claims be used.
SELECT coalesce(sum(amount) FILTER (WHERE debit = @account::text::account), 0)::bigint,
	coalesce(sum(amount) FILTER (WHERE credit = @account::text::account), 0)::bigint
FROM posting AS p
WHERE p.pool = @pool AND p.claim <> '' AND p.claim = @claim AND (@policy = '' OR p.policy = @policy) AND p.book = @book
	AND @account::text::account IN (p.debit, p.credit) AND p.currency = @currency
	AND (@counterparty = '' OR p.counterparty = @counterparty) AND p.effective <= @effective::date
	AND coalesce((SELECT known FROM feed_position AS f WHERE f.pool = p.pool AND f.event = p.journal), p.recorded)
		<= @known::timestamptz

-- name: FinalAt
-- Whether every position still to come in a pool will be known later than the instant.
SELECT coalesce(h.watermark >= @known, false)
FROM period_head AS p LEFT JOIN feed_head AS h ON h.pool = p.pool WHERE p.pool = @pool

-- name: ListDebts
-- Who owes whom in a pool, net, in the currency of its book: each pair once, from the side of the one that owes.
SELECT pool, book AS debtor, counterparty AS creditor, sum(amount)::bigint AS amount FROM inter_member_posting
WHERE pool = @pool AND currency = (SELECT currency FROM period_head WHERE pool = @pool)
GROUP BY pool, book, counterparty HAVING sum(amount) > 0 ORDER BY book, counterparty

-- name: DebtMatrix
-- What each member of a pool owes each other as of a day, from either side, by the four accounts it comes of; of one member's
-- row and column, or of all.
SELECT book AS debtor, counterparty AS creditor, sum(due_to)::bigint AS due_to, sum(due_from)::bigint AS due_from,
	sum(advance_paid)::bigint AS advance_paid, sum(advance_received)::bigint AS advance_received, sum(amount)::bigint AS owed
FROM inter_member_posting
WHERE pool = @pool AND currency = (SELECT currency FROM period_head WHERE pool = @pool) AND effective <= @day::date
	AND (@member = '' OR @member IN (book, counterparty))
GROUP BY book, counterparty ORDER BY book, counterparty

-- name: TrialBalance
-- Sealed months are kept; what comes after the last of them is added up posting by posting.
WITH head AS (SELECT currency, coalesce(closed, '-infinity') AS closed FROM period_head WHERE pool = @pool),
moved AS (
	SELECT book, account, sum(debit - credit) AS opening, 0 AS debit, 0 AS credit FROM balance_snapshot
	WHERE pool = @pool AND currency = (SELECT currency FROM head)
		AND period = least((SELECT closed FROM head), (@month::date - interval '1 month')::date)
	GROUP BY book, account
	UNION ALL
	SELECT book, account, 0, sum(debit), sum(credit) FROM turnover
	WHERE pool = @pool AND currency = (SELECT currency FROM head) AND period = @month::date GROUP BY book, account
	UNION ALL
	SELECT p.book, side.account, sum(CASE WHEN p.period < @month::date THEN side.debit - side.credit ELSE 0 END),
		sum(CASE WHEN p.period = @month::date THEN side.debit ELSE 0 END),
		sum(CASE WHEN p.period = @month::date THEN side.credit ELSE 0 END)
	FROM posting AS p
	CROSS JOIN LATERAL (VALUES (p.debit, p.amount, 0::bigint), (p.credit, 0::bigint, p.amount)) AS side (account, debit, credit)
	WHERE p.pool = @pool AND p.currency = (SELECT currency FROM head) AND p.period <= @month::date
		AND p.period > (SELECT closed FROM head) AND @month::date > (SELECT closed FROM head)
	GROUP BY p.book, side.account)
SELECT book, account::text, sum(opening) AS opening, sum(debit) AS debit, sum(credit) AS credit,
	sum(opening) + sum(debit) - sum(credit) AS closing
FROM moved WHERE @book = '' OR book = @book GROUP BY book, account ORDER BY book, account

-- name: StandOn
-- Goes book by book, so that the indexes find the few postings of an account that is closed: this is asked whenever an
-- embedded database is opened.
SELECT code AS book, credit FROM unnest(@books::text[]) AS each (code) CROSS JOIN LATERAL (SELECT (
	coalesce((SELECT sum(p.amount) FROM posting AS p
		WHERE p.pool = @pool AND p.book = each.code AND p.credit = @account::text::account), 0) -
	coalesce((SELECT sum(p.amount) FROM posting AS p
		WHERE p.pool = @pool AND p.book = each.code AND p.debit = @account::text::account), 0))::bigint) AS moved (credit)
WHERE credit <> 0 ORDER BY code
