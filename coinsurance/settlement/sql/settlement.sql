-- name: SettlementsOfPool
SELECT :columns FROM settlement WHERE pool = @pool ORDER BY number

-- name: LockSettlement
SELECT :columns FROM settlement WHERE pool = @pool AND number = @number FOR UPDATE

-- name: SettlementOfStatement
-- The run of a statement that is neither withdrawn nor unwound.
SELECT :columns FROM settlement WHERE pool = @pool AND statement = @number AND state NOT IN ('withdrawn', 'unwound')

-- name: NextSettlement
SELECT coalesce(max(number), 0) + 1 FROM settlement WHERE pool = @pool

-- name: OrdersOfSettlement
SELECT :columns FROM payment_order WHERE pool = @pool AND settlement = @number ORDER BY number

-- name: AttemptsOfSettlement
-- The present attempts at the orders of a run, as far as they are in files.
SELECT :columns(a) FROM payment_attempt AS a JOIN payment_order AS o
	ON o.pool = a.pool AND o.id = a.order_id AND o.attempt = a.attempt
WHERE o.pool = @pool AND o.settlement = @number ORDER BY a.order_id

-- name: SkipHeld
-- The items of a statement that a query holds.
INSERT INTO settlement_skip (pool, statement, policy, claim, grp, a, b, currency, settlement, why)
SELECT DISTINCT i.pool, i.statement, i.policy, i.claim, i.grp, i.a, i.b, i.currency, @settlement::int, 'held'
FROM statement_item AS i JOIN statement_query AS q ON q.pool = i.pool AND q.statement = i.statement
	AND q.subject = CASE i.claim WHEN '' THEN i.policy ELSE i.claim END AND q.grp IN ('', i.grp) AND q.member IN (i.a, i.b)
WHERE i.pool = @pool AND i.statement = @statement AND i.a_owes <> i.b_owes AND q.state <> 'resolved'
ON CONFLICT DO NOTHING

-- name: SkipUnconfirmed
-- The items of a statement of which one of the two members has not confirmed.
INSERT INTO settlement_skip (pool, statement, policy, claim, grp, a, b, currency, settlement, why)
SELECT i.pool, i.statement, i.policy, i.claim, i.grp, i.a, i.b, i.currency, @settlement::int, 'not_confirmed'
FROM statement_item AS i JOIN statement_answer AS a ON a.pool = i.pool AND a.statement = i.statement AND a.member = i.a
	JOIN statement_answer AS b ON b.pool = i.pool AND b.statement = i.statement AND b.member = i.b
WHERE i.pool = @pool AND i.statement = @statement AND i.a_owes <> i.b_owes AND (a.state = 'issued' OR b.state = 'issued')
ON CONFLICT DO NOTHING

-- name: SkipTaken
-- The items of a statement that a run of another one took late, when this statement's first run was unwound.
INSERT INTO settlement_skip (pool, statement, policy, claim, grp, a, b, currency, settlement, why)
SELECT l.pool, l.statement, l.policy, l.claim, l.grp, l.a, l.b, l.currency, @settlement::int, 'taken'
FROM settlement_late AS l JOIN settlement AS r ON r.pool = l.pool AND r.number = l.settlement
WHERE l.pool = @pool AND l.statement = @statement AND r.state NOT IN ('withdrawn', 'unwound')
ON CONFLICT DO NOTHING

-- name: TakeLate
-- The items that the runs of other statements left out, and all of statements whose run was unwound and that have no other, which
-- nothing holds any more and no other run has taken. What was left out because a member had not confirmed waits until both have.
-- A row of which both sides are the same goes with the rest.
INSERT INTO settlement_late (pool, statement, policy, claim, grp, a, b, currency, settlement)
SELECT k.pool, k.statement, k.policy, k.claim, k.grp, k.a, k.b, k.currency, @settlement::int
FROM (
	SELECT k.pool, k.statement, k.policy, k.claim, k.grp, k.a, k.b, k.currency, k.why, false AS even
	FROM settlement_skip AS k
	JOIN settlement AS r ON r.pool = k.pool AND r.number = k.settlement AND r.state IN ('approved', 'completed')
	UNION ALL
	SELECT i.pool, i.statement, i.policy, i.claim, i.grp, i.a, i.b, i.currency, 'not_confirmed', i.a_owes = i.b_owes
	FROM statement AS s JOIN statement_item AS i ON i.pool = s.pool AND i.statement = s.number
	WHERE s.state = 'issued'
		AND EXISTS (SELECT 1 FROM settlement AS r WHERE r.pool = s.pool AND r.statement = s.number AND r.state = 'unwound')
		AND NOT EXISTS (SELECT 1 FROM settlement AS r WHERE r.pool = s.pool AND r.statement = s.number
			AND r.state NOT IN ('withdrawn', 'unwound'))
) AS k
JOIN statement_answer AS a ON a.pool = k.pool AND a.statement = k.statement AND a.member = k.a
JOIN statement_answer AS b ON b.pool = k.pool AND b.statement = k.statement AND b.member = k.b
WHERE k.pool = @pool AND k.statement <> @statement
	AND (k.even OR k.why <> 'not_confirmed' AND NOT @confirmed_only::boolean OR a.state <> 'issued' AND b.state <> 'issued')
	AND (k.even OR NOT EXISTS (SELECT 1 FROM statement_query AS q WHERE q.pool = k.pool AND q.statement = k.statement
		AND q.state <> 'resolved' AND q.subject = CASE k.claim WHEN '' THEN k.policy ELSE k.claim END AND q.grp IN ('', k.grp)
		AND q.member IN (k.a, k.b)))
	AND NOT EXISTS (SELECT 1 FROM settlement_late AS l JOIN settlement AS o ON o.pool = l.pool AND o.number = l.settlement
		AND o.state NOT IN ('withdrawn', 'unwound')
		WHERE l.pool = k.pool AND l.statement = k.statement AND l.policy = k.policy AND l.claim = k.claim AND l.grp = k.grp
		AND l.a = k.a AND l.b = k.b AND l.currency = k.currency)

-- name: DebtsOfSettlement
-- What the items that a run takes come to, by ring and pair: those in which A is the debtor, and those in which B is.
SELECT ring, a, b, sum(greatest(a_owes - b_owes, 0))::bigint AS a_owes, sum(greatest(b_owes - a_owes, 0))::bigint AS b_owes,
	count(*) FILTER (WHERE a_owes <> b_owes) AS items
FROM settlement_item WHERE pool = @pool AND settlement = @number GROUP BY ring, a, b ORDER BY ring, a, b

-- name: OutdatedItem
-- An item that a run takes and that a query holds: it was raised after the run was proposed.
SELECT s.period, q.subject FROM statement_query AS q JOIN statement AS s ON s.pool = q.pool AND s.number = q.statement
WHERE q.pool = @pool AND q.state <> 'resolved' AND EXISTS (SELECT 1 FROM settlement_item AS i
	WHERE i.pool = q.pool AND i.settlement = @number AND i.statement = q.statement AND i.a_owes <> i.b_owes
	AND q.subject = CASE i.claim WHEN '' THEN i.policy ELSE i.claim END AND q.grp IN ('', i.grp) AND q.member IN (i.a, i.b))
ORDER BY q.statement, q.number LIMIT 1

-- name: OfRuns
-- What each run of a pool comes to for one member. Its items are those of the run's statement, without those that the run leaves
-- out and with those that it takes of statements before: only rows that are written down are counted.
SELECT r.number, m.items
	- (SELECT count(*) FROM settlement_skip AS k WHERE k.pool = r.pool AND k.statement = r.statement AND k.settlement = r.number
		AND @member IN (k.a, k.b))
	+ (SELECT count(*) FROM settlement_late AS l JOIN statement_item AS i ON i.pool = l.pool AND i.statement = l.statement
		AND i.policy = l.policy AND i.claim = l.claim AND i.grp = l.grp AND i.a = l.a AND i.b = l.b AND i.currency = l.currency
		WHERE l.pool = r.pool AND l.settlement = r.number AND i.a_owes <> i.b_owes AND @member IN (l.a, l.b)) AS items,
	o.orders, o.net
FROM settlement AS r JOIN statement_member AS m ON m.pool = r.pool AND m.statement = r.statement AND m.member = @member
CROSS JOIN LATERAL (SELECT count(*) AS orders, coalesce(sum(CASE p.payee WHEN @member THEN p.amount ELSE -p.amount END), 0)::bigint AS net
	FROM payment_order AS p WHERE p.pool = r.pool AND p.settlement = r.number AND p.opposite_of = '' AND @member IN (p.payer, p.payee)) AS o
WHERE r.pool = @pool ORDER BY r.number

-- name: PeriodOfSettlement
SELECT s.period FROM settlement AS r JOIN statement AS s ON s.pool = r.pool AND s.number = r.statement
WHERE r.pool = @pool AND r.number = @number

-- name: ClearingNumber
SELECT coalesce(max(number), 0) FROM settlement_clearing WHERE pool = @pool AND settlement = @number

-- name: OwnItems
-- The items of a run's own statement after one of them, in the order of the key: those that some orders stand for, or all others.
SELECT :columns(i) FROM statement_item AS i JOIN settlement AS r ON r.pool = i.pool AND r.number = @number::int
LEFT JOIN LATERAL (SELECT f.ring FROM item_ring AS f WHERE f.pool = i.pool AND f.ring_fence = r.ring_fence
	AND f.subject = i.policy
	AND r.ring_fence <> 'none' LIMIT 1) AS f ON true -- so that it is looked up item by item, and only behind a fence
WHERE i.pool = @pool AND i.statement = @statement AND (i.policy, i.claim, i.grp, i.a, i.b) > (@policy, @claim, @grp, @a, @b)
	AND NOT EXISTS (SELECT 1 FROM settlement_skip AS k WHERE k.pool = i.pool AND k.statement = i.statement AND k.policy = i.policy
		AND k.claim = i.claim AND k.grp = i.grp AND k.a = i.a AND k.b = i.b AND k.currency = i.currency AND k.settlement = r.number)
	AND @others::boolean <> EXISTS (SELECT 1 FROM unnest(@rings::text[], @payers::text[], @payees::text[]) AS o (ring, payer, payee)
		WHERE o.ring = coalesce(f.ring, '') AND (
			i.a = o.payer AND i.b = o.payee AND (NOT @directed::boolean OR i.a_owes > i.b_owes)
			OR i.b = o.payer AND i.a = o.payee AND (NOT @directed::boolean OR i.b_owes > i.a_owes)))
ORDER BY i.policy, i.claim, i.grp, i.a, i.b LIMIT @limit

-- name: LateItems
-- The same for items of statements before that the run takes late.
SELECT :columns(i) FROM settlement_late AS l JOIN settlement AS r ON r.pool = l.pool AND r.number = l.settlement
JOIN statement_item AS i ON i.pool = l.pool AND i.statement = l.statement AND i.policy = l.policy AND i.claim = l.claim
	AND i.grp = l.grp AND i.a = l.a AND i.b = l.b AND i.currency = l.currency
LEFT JOIN LATERAL (SELECT f.ring FROM item_ring AS f WHERE f.pool = i.pool AND f.ring_fence = r.ring_fence
	AND f.subject = i.policy
	AND r.ring_fence <> 'none' LIMIT 1) AS f ON true -- so that it is looked up item by item, and only behind a fence
WHERE l.pool = @pool AND l.settlement = @number::int
	AND (i.statement, i.policy, i.claim, i.grp, i.a, i.b) > (@statement, @policy, @claim, @grp, @a, @b)
	AND @others::boolean <> EXISTS (SELECT 1 FROM unnest(@rings::text[], @payers::text[], @payees::text[]) AS o (ring, payer, payee)
		WHERE o.ring = coalesce(f.ring, '') AND (
			i.a = o.payer AND i.b = o.payee AND (NOT @directed::boolean OR i.a_owes > i.b_owes)
			OR i.b = o.payer AND i.a = o.payee AND (NOT @directed::boolean OR i.b_owes > i.a_owes)))
ORDER BY i.statement, i.policy, i.claim, i.grp, i.a, i.b LIMIT @limit

-- name: SettlementOfOrder
SELECT settlement FROM payment_order WHERE pool = @pool AND id = @id

-- name: ExceptionsOf
-- What a run leaves out of its statement after one item, in the order of the key, and the live run that takes it since.
SELECT k.policy, k.claim, k.grp, k.a, k.b, i.a_owes, i.b_owes, k.why, coalesce((SELECT max(l.settlement) FROM settlement_late AS l
	JOIN settlement AS r ON r.pool = l.pool AND r.number = l.settlement AND r.state NOT IN ('withdrawn', 'unwound')
	WHERE l.pool = k.pool AND l.statement = k.statement AND l.policy = k.policy AND l.claim = k.claim AND l.grp = k.grp
	AND l.a = k.a AND l.b = k.b AND l.currency = k.currency), 0) AS taker
FROM settlement_skip AS k JOIN statement_item AS i ON i.pool = k.pool AND i.statement = k.statement AND i.policy = k.policy
	AND i.claim = k.claim AND i.grp = k.grp AND i.a = k.a AND i.b = k.b AND i.currency = k.currency
WHERE k.pool = @pool AND k.settlement = @number AND (@member = '' OR @member IN (k.a, k.b))
	AND (k.policy, k.claim, k.grp, k.a, k.b) > (@policy, @claim, @grp, @a, @b)
ORDER BY k.policy, k.claim, k.grp, k.a, k.b LIMIT @limit

-- name: OrderOf
SELECT :columns FROM payment_order WHERE pool = @pool AND id = @id

-- name: OrdersListed
-- A page of the payment orders of one or all pools: of one member where only its own may be seen. Pools come in the order of their
-- bytes, in which those of several databases are merged.
SELECT :columns FROM payment_order
WHERE (@pool::text = '' OR pool = @pool) AND (@member::text = '' OR @member IN (payer, payee)) AND (@state::text = '' OR state = @state)
	AND (pool COLLATE "C", settlement, number) > (@after_pool, @after_settlement, @after_number)
ORDER BY pool COLLATE "C", settlement, number LIMIT @most
