-- name: ItemsAreInBook
-- The items of the statements that stand, added up again from the book: a posting is on the first statement that it is effective
-- for and was recorded by the cut of. Where both sides come to nothing there is no row.
WITH standing AS (
	SELECT number, cut, ends FROM statement WHERE pool = @pool AND state IN ('drawn', 'issued')
), booked AS (
	SELECT on_it.number AS statement, p.policy, p.claim, CASE p.stream WHEN 'net_received' THEN 'premium' WHEN 'vat_received' THEN 'premium'
			WHEN 'issuing_fee' THEN 'fee' WHEN 'issuing_fee_vat' THEN 'fee' WHEN 'commission' THEN 'commission'
			WHEN 'late_interest' THEN 'interest' ELSE 'claims'
			END AS grp,
		p.book AS a, p.counterparty AS b, p.currency, sum(p.due_to)::bigint AS a_owes, sum(p.due_from)::bigint AS b_owes,
		count(*)::int AS postings, max(p.agreement_version) AS agreement_version
	FROM inter_member_posting AS p CROSS JOIN LATERAL (SELECT min(s.number) AS number FROM standing AS s
		WHERE p.recorded <= s.cut AND p.effective <= s.ends) AS on_it
	WHERE p.pool = @pool AND p.counterparty > p.book AND p.stream <> 'settlement' AND (p.due_to <> 0 OR p.due_from <> 0)
		AND on_it.number IS NOT NULL
	GROUP BY on_it.number, p.policy, p.claim, grp, p.book, p.counterparty, p.currency
	HAVING sum(p.due_to) <> 0 OR sum(p.due_from) <> 0
), drawn AS (
	SELECT i.statement, i.policy, i.claim, i.grp, i.a, i.b, i.currency, i.a_owes, i.b_owes, i.postings, i.agreement_version
	FROM statement_item AS i JOIN standing AS s ON s.number = i.statement WHERE i.pool = @pool
)
SELECT 'statement ' || coalesce(b.statement, d.statement), concat_ws(' ', 'statement', coalesce(b.statement, d.statement), 'item',
	coalesce(b.policy, d.policy), coalesce(b.claim, d.claim), coalesce(b.grp, d.grp), coalesce(b.a, d.a), coalesce(b.b, d.b))
	|| ': the book has ' || coalesce(b.a_owes || ' and ' || b.b_owes || ' of ' || b.postings || ' postings', 'none')
	|| ', the statement ' || coalesce(d.a_owes || ' and ' || d.b_owes || ' of ' || d.postings || ' postings', 'none')
FROM booked AS b FULL JOIN drawn AS d ON d.statement = b.statement AND d.policy = b.policy AND d.claim = b.claim AND d.grp = b.grp
	AND d.a = b.a AND d.b = b.b AND d.currency = b.currency
WHERE (b.a_owes, b.b_owes, b.postings, b.agreement_version)
	IS DISTINCT FROM (d.a_owes, d.b_owes, d.postings, d.agreement_version)
ORDER BY 1, 2 LIMIT 1000

-- name: MembersAddUp
-- A member's movement is the sum of its items, and a statement counts its items and postings.
WITH pair AS (
	SELECT statement, a, b, sum(b_owes - a_owes)::bigint AS net, count(*) FILTER (WHERE a_owes <> b_owes) AS items,
		sum(postings)::bigint AS postings
	FROM statement_item WHERE pool = @pool GROUP BY statement, a, b
), moved AS (
	SELECT p.statement, side.member, sum(side.net)::bigint AS movement, sum(p.items)::bigint AS items
	FROM pair AS p CROSS JOIN LATERAL (VALUES (p.a, p.net), (p.b, -p.net)) AS side (member, net) GROUP BY p.statement, side.member
), counted AS (
	SELECT statement, sum(items)::bigint AS items, sum(postings)::bigint AS postings FROM pair GROUP BY statement
)
SELECT 'statement ' || coalesce(t.statement, m.statement), 'statement ' || coalesce(t.statement, m.statement) || ' of '
	|| coalesce(t.member, m.member) || ': movement ' || coalesce(t.movement::text, 'none') || ' of ' || coalesce(t.items::text, 'no')
	|| ' items, the items come to ' || coalesce(m.movement, 0) || ' of ' || coalesce(m.items, 0)
FROM (SELECT statement, member, movement, items FROM statement_member WHERE pool = @pool) AS t
	FULL JOIN moved AS m ON m.statement = t.statement AND m.member = t.member
WHERE t.member IS NULL OR t.movement <> coalesce(m.movement, 0) OR t.items <> coalesce(m.items, 0)
UNION ALL
SELECT 'statement ' || s.number, 'statement ' || s.number || ' counts ' || s.items || ' items of ' || s.postings
	|| ' postings, it has ' || coalesce(c.items, 0) || ' of ' || coalesce(c.postings, 0)
FROM statement AS s LEFT JOIN counted AS c ON c.statement = s.number
WHERE s.pool = @pool AND s.state <> 'cut' AND (s.items <> coalesce(c.items, 0) OR s.postings <> coalesce(c.postings, 0))

-- name: OpeningsFollow
-- A member opens with what it closed with on the statement that stood last before, less what was settled of it in between. Who
-- closed before, or had something settled, has a total.
WITH standing AS (
	SELECT number, cut, lag(number) OVER w AS before, lag(cut) OVER w AS cut_before FROM statement
	WHERE pool = @pool AND state IN ('drawn', 'issued') WINDOW w AS (ORDER BY number)
), due AS (
	SELECT s.number, b.member, b.closing AS amount
	FROM standing AS s JOIN statement_member AS b ON b.pool = @pool AND b.statement = s.before
	UNION ALL
	SELECT s.number, p.book, p.due_from - p.due_to FROM standing AS s JOIN inter_member_posting AS p ON p.pool = @pool
		AND p.stream = 'settlement' AND p.recorded > s.cut_before AND p.recorded <= s.cut
), wanted AS (
	SELECT number, member, sum(amount)::bigint AS opening FROM due GROUP BY number, member
), kept AS (
	SELECT s.number, t.member, t.opening FROM standing AS s JOIN statement_member AS t ON t.pool = @pool AND t.statement = s.number
)
SELECT 'statement ' || number, 'statement ' || number || ' of ' || member || ' opens with ' || coalesce(k.opening::text, 'no total')
	|| ', what stood before less what was settled is ' || coalesce(w.opening, 0)
FROM kept AS k FULL JOIN wanted AS w USING (number, member)
WHERE k.opening IS NULL OR k.opening <> coalesce(w.opening, 0)

-- name: ClearingIsZero
-- What stands in settlement clearing is the cash of orders whose items wait for others, or stand again, less what was given back.
WITH waits AS (
	SELECT side.book, sum(side.amount)::bigint AS amount
	FROM payment_order AS o JOIN settlement AS r ON r.pool = o.pool AND r.number = o.settlement
	CROSS JOIN LATERAL (VALUES (o.payer, o.executed), (o.payee, -o.executed)) AS side (book, amount)
	WHERE o.pool = @pool AND r.state <> 'completed' AND (r.netting = 'multilateral' OR o.state <> 'executed' OR o.opposite_of <> ''
		OR r.state = 'unwound' OR r.state = 'unwinding' AND o.executed <= (SELECT coalesce(sum(b.executed), 0)
			FROM payment_order AS b WHERE b.pool = o.pool AND b.settlement = o.settlement AND b.opposite_of = o.id))
	GROUP BY side.book
), booked AS (
	SELECT book, sum(amount)::bigint AS amount FROM account_movement WHERE pool = @pool AND account = 'settlement_clearing' GROUP BY book
)
SELECT 'book ' || coalesce(b.book, w.book), 'settlement clearing of ' || coalesce(b.book, w.book) || ' stands at ' || coalesce(b.amount, 0)
	|| ', the orders whose items wait come to ' || coalesce(w.amount, 0)
FROM booked AS b FULL JOIN waits AS w ON w.book = b.book
WHERE coalesce(b.amount, 0) <> coalesce(w.amount, 0)

-- name: ClearedItemsAreAtZero
-- What settlement moved between two members on a subject is what the items come to that were brought to zero there.
WITH done AS (
	SELECT i.policy, i.claim, i.a, i.b, sum(i.a_owes)::bigint AS a_owes, sum(i.b_owes)::bigint AS b_owes
	FROM settlement_item AS i JOIN settlement AS r ON r.pool = i.pool AND r.number = i.settlement
	WHERE i.pool = @pool AND (r.state = 'completed' OR r.state IN ('approved', 'unwinding') AND r.netting <> 'multilateral' AND EXISTS (
		SELECT 1 FROM payment_order AS o WHERE o.pool = i.pool AND o.settlement = i.settlement AND o.ring = i.ring
		AND o.state = 'executed' AND o.opposite_of = '' AND o.executed > (SELECT coalesce(sum(b.executed), 0)
			FROM payment_order AS b WHERE b.pool = o.pool AND b.settlement = o.settlement AND b.opposite_of = o.id)
		AND (o.payer = i.a AND o.payee = i.b AND (r.netting = 'bilateral' OR i.a_owes > i.b_owes)
			OR o.payer = i.b AND o.payee = i.a AND (r.netting = 'bilateral' OR i.b_owes > i.a_owes))))
	GROUP BY i.policy, i.claim, i.a, i.b
), booked AS (
	SELECT policy, claim, book AS a, counterparty AS b, sum(due_to)::bigint AS a_owes, sum(due_from)::bigint AS b_owes
	FROM inter_member_posting WHERE pool = @pool AND stream = 'settlement' AND counterparty > book
	GROUP BY policy, claim, book, counterparty
)
SELECT coalesce(nullif(coalesce(b.claim, d.claim), ''), coalesce(b.policy, d.policy)), concat_ws(' ', coalesce(b.policy, d.policy),
	coalesce(b.claim, d.claim), coalesce(b.a, d.a), coalesce(b.b, d.b)) || ': settlement moved '
	|| coalesce(b.a_owes, 0) || ' and ' || coalesce(b.b_owes, 0) || ', the settled items come to '
	|| coalesce(d.a_owes, 0) || ' and ' || coalesce(d.b_owes, 0)
FROM booked AS b FULL JOIN done AS d ON d.policy = b.policy AND d.claim = b.claim AND d.a = b.a AND d.b = b.b
WHERE coalesce(b.a_owes, 0) <> -coalesce(d.a_owes, 0) OR coalesce(b.b_owes, 0) <> -coalesce(d.b_owes, 0)
ORDER BY 1, 2 LIMIT 1000

-- name: ExceptionsHaveReasons
-- What a run left out is an item of its statement and has its reason: a query that was raised by then, a member that had not
-- confirmed, or another run that took it; that also takes rows that are level, and no items. What a run takes late was left out by
-- the run of its own statement, or that was unwound, and no other takes it. Whether anything is missing is told by the count of the
-- run's items. What was done at the very instant of the proposal may have been done after it.
WITH run AS (
	SELECT r.number, r.statement, r.confirmed_only, r.state NOT IN ('withdrawn', 'unwound') AS live, e.recorded AS proposed
	FROM settlement AS r LEFT JOIN announced_event AS e ON e.pool = r.pool AND e.subject_version = 1
		AND e.subject = 'settlement/' || r.pool || '/' || r.number
	WHERE r.pool = @pool
), skip AS (
	SELECT k.settlement, k.statement, k.policy, k.claim, k.grp, k.a, k.b, k.why,
		r.number IS NULL OR r.statement <> k.statement OR i.pool IS NULL OR i.a_owes = i.b_owes AND k.why <> 'taken'
		OR NOT CASE k.why
		WHEN 'held' THEN disputed.it
		WHEN 'not_confirmed' THEN r.confirmed_only AND NOT (disputed.held AND NOT EXISTS (SELECT 1 FROM statement_answer AS m
			WHERE m.pool = k.pool AND m.statement = k.statement AND m.member IN (k.a, k.b)
			AND (m.confirmed IS NULL OR m.confirmed >= r.proposed)))
		ELSE EXISTS (SELECT 1 FROM settlement_late AS l WHERE l.pool = k.pool AND l.statement = k.statement AND l.policy = k.policy
			AND l.claim = k.claim AND l.grp = k.grp AND l.a = k.a AND l.b = k.b AND l.currency = k.currency
			AND l.settlement <> k.settlement) END AS wrong
	FROM settlement_skip AS k LEFT JOIN run AS r ON r.number = k.settlement
	LEFT JOIN statement_item AS i ON i.pool = k.pool AND i.statement = k.statement AND i.policy = k.policy AND i.claim = k.claim
		AND i.grp = k.grp AND i.a = k.a AND i.b = k.b AND i.currency = k.currency
	CROSS JOIN LATERAL (SELECT count(*) > 0 AS it,
			count(*) FILTER (WHERE q.raised < r.proposed AND (q.resolved IS NULL OR q.resolved > r.proposed)) > 0 AS held
		FROM statement_query AS q WHERE q.pool = k.pool AND q.statement = k.statement
		AND q.subject = CASE k.claim WHEN '' THEN k.policy ELSE k.claim END AND q.grp IN ('', k.grp) AND q.member IN (k.a, k.b)
		AND q.raised <= r.proposed) AS disputed
	WHERE k.pool = @pool
), late AS (
	SELECT l.settlement, l.statement, l.policy, l.claim, l.grp, l.a, l.b,
		r.number IS NULL OR r.statement = l.statement OR NOT EXISTS (SELECT 1 FROM settlement_skip AS k
		WHERE k.pool = l.pool AND k.statement = l.statement AND k.policy = l.policy AND k.claim = l.claim AND k.grp = l.grp
		AND k.a = l.a AND k.b = l.b AND k.currency = l.currency AND k.settlement <> l.settlement AND k.why <> 'taken')
		AND NOT EXISTS (SELECT 1 FROM settlement AS u WHERE u.pool = l.pool AND u.statement = l.statement AND u.state = 'unwound')
		OR r.live AND EXISTS (SELECT 1 FROM run AS own WHERE own.statement = l.statement AND own.live AND NOT EXISTS (
			SELECT 1 FROM settlement_skip AS k WHERE k.pool = l.pool AND k.statement = l.statement AND k.policy = l.policy
			AND k.claim = l.claim AND k.grp = l.grp AND k.a = l.a AND k.b = l.b AND k.currency = l.currency
			AND k.settlement = own.number))
		OR r.live AND count(*) FILTER (WHERE r.live) OVER (PARTITION BY l.statement, l.policy, l.claim, l.grp, l.a, l.b, l.currency) > 1
		AS wrong
	FROM settlement_late AS l LEFT JOIN run AS r ON r.number = l.settlement WHERE l.pool = @pool
)
SELECT 'settlement ' || settlement, concat_ws(' ', 'settlement', settlement, 'leaves out item', policy, claim, grp, a, b, 'of statement',
	statement, 'for no reason:', why) FROM skip WHERE wrong
UNION ALL
SELECT 'settlement ' || settlement, concat_ws(' ', 'settlement', settlement, 'takes item', policy, claim, grp, a, b, 'of statement',
	statement, 'late, which nobody left out, or another takes') FROM late WHERE wrong

-- name: PaidIsGivenBack
-- Of a run that is unwound, or is being, the opposite orders of an order come to what was paid of it, from its payee to its payer,
-- and nothing else of it is owed; while the run is being unwound one of them waits. No other run has opposite or void orders.
WITH back AS (
	SELECT o.settlement, o.id, o.state, o.opposite_of, b.id IS NOT NULL AND b.opposite_of = '' AND b.settlement = o.settlement
		AND (o.payer, o.payee, o.ring, o.currency) = (b.payee, b.payer, b.ring, b.currency) AS sound
	FROM payment_order AS o LEFT JOIN payment_order AS b ON b.pool = o.pool AND b.id = o.opposite_of WHERE o.pool = @pool
), given AS (
	SELECT o.settlement, o.id, o.state, o.executed, coalesce((SELECT sum(b.amount) FROM payment_order AS b
		WHERE b.pool = o.pool AND b.opposite_of = o.id AND b.state <> 'void'), 0)::bigint AS amount
	FROM payment_order AS o WHERE o.pool = @pool AND o.opposite_of = ''
), run AS (
	SELECT number, state, state IN ('unwinding', 'unwound') AS unwinds FROM settlement WHERE pool = @pool
)
SELECT 'settlement ' || r.number, 'order ' || b.id || ' of settlement ' || r.number || ', which is ' || r.state || ', is ' || b.state
	|| CASE b.opposite_of WHEN '' THEN '' ELSE ' and gives back what was paid of ' || b.opposite_of END
FROM run AS r JOIN back AS b ON b.settlement = r.number
WHERE b.opposite_of <> '' AND NOT (r.unwinds AND b.sound) OR b.opposite_of = '' AND (r.unwinds AND b.state NOT IN ('executed', 'void')
	OR NOT r.unwinds AND b.state = 'void')
UNION ALL
SELECT 'settlement ' || r.number, 'order ' || g.id || ' of settlement ' || r.number || ': ' || g.executed
	|| ' was paid, its opposite orders come to ' || g.amount
FROM run AS r JOIN given AS g ON g.settlement = r.number WHERE r.unwinds AND g.executed <> g.amount
UNION ALL
SELECT 'settlement ' || r.number, 'settlement ' || r.number || ' is being unwound, and no opposite order waits' FROM run AS r
WHERE r.state = 'unwinding' AND NOT EXISTS (SELECT 1 FROM back AS b
	WHERE b.settlement = r.number AND b.opposite_of <> '' AND b.state NOT IN ('executed', 'void'))

-- name: ClearingIsAsTold
-- Every journal of clearing is in the list of its run, with its number, and says how many items it brings to zero.
SELECT coalesce('settlement ' || c.settlement, e.subject), 'journal ' || coalesce(c.journal, e.id) || ': the list of settlement '
	|| coalesce(c.settlement::text, 'none') || ' has it as number ' || coalesce(c.number::text, 'none') || ' of '
	|| coalesce(c.items::text, 'no') || ' items, it was announced as ' || coalesce(e.subject || ' number ' || e.subject_version
	|| ' of ' || e.items || ' items', 'nothing')
FROM (SELECT settlement, number, journal, items, restores FROM settlement_clearing WHERE pool = @pool) AS c
FULL JOIN (SELECT id, type, subject, subject_version, (common #>> '{data,items}')::int AS items FROM announced_event
	WHERE pool = @pool AND type IN ('coinsurance.items_cleared', 'coinsurance.items_restored')) AS e ON e.id = c.journal
	AND e.subject = 'clearing/settlement/' || @pool || '/' || c.settlement AND e.subject_version = c.number
WHERE c.journal IS NULL OR e.id IS NULL OR c.items <> e.items
	OR e.type <> CASE WHEN c.restores THEN 'coinsurance.items_restored' ELSE 'coinsurance.items_cleared' END

-- name: ClearingIsInBook
-- What a journal of clearing says that it settled of each member is what its postings moved.
WITH said AS (
	SELECT c.journal, m.member, c.recorded, sum(m.settled)::bigint AS settled, count(*) AS times
	FROM settlement_clearing AS c CROSS JOIN LATERAL unnest(c.members, c.settled) AS m (member, settled)
	WHERE c.pool = @pool GROUP BY c.journal, m.member, c.recorded
), booked AS (
	SELECT journal, book AS member, recorded, sum(due_to - due_from)::bigint AS settled FROM inter_member_posting
	WHERE pool = @pool AND stream = 'settlement' GROUP BY journal, book, recorded
)
SELECT 'journal ' || coalesce(b.journal, s.journal), 'journal ' || coalesce(b.journal, s.journal) || ': settlement of '
	|| coalesce(b.member, s.member, 'nobody') || ' comes to ' || coalesce(b.settled::text, 'nothing') || ', recorded '
	|| coalesce(b.recorded::text, 'never') || ', its list says ' || coalesce(s.settled::text, 'nothing') || ', recorded '
	|| coalesce(s.recorded::text, 'never')
FROM booked AS b FULL JOIN said AS s ON s.journal = b.journal AND s.member = b.member
WHERE (b.settled, b.recorded, 1) IS DISTINCT FROM (s.settled, s.recorded, s.times)
ORDER BY 1, 2 LIMIT 1000

-- name: EventsTold
-- What was announced of a pool's statements, runs and orders, one subject after the other.
SELECT type, subject, subject_version, recorded, coalesce(common #>> '{by,person}', ''),
	coalesce((common->>'agreement_version')::int, 0), common->'data',
	CASE type WHEN 'coinsurance.statement_issued' THEN array_to_json(sections) ELSE '[]' END,
	array_to_string(members, ' ')
FROM announced_event WHERE pool = @pool AND split_part(subject, '/', 1) IN ('statement', 'settlement', 'order')
ORDER BY subject, subject_version

-- name: PaymentsTold
-- What was announced of a pool's payment files and of the payment of its orders, one subject after the other.
SELECT type, subject, subject_version, recorded, coalesce(common #>> '{by,person}', ''), common->'data'
FROM announced_event WHERE pool = @pool AND (split_part(subject, '/', 1) = 'file' OR split_part(subject, '/', 1) = 'order'
	AND type <> 'coinsurance.order_made')
ORDER BY subject, subject_version

-- name: AttemptsToCheck
SELECT :columns FROM payment_attempt WHERE pool = @pool ORDER BY file, order_id, attempt

-- name: MatchesFitEntries
-- An allocation is on the side of its entry, and none of them come to more than the entry. What is undone is undone once, whole.
WITH mine AS (
	SELECT DISTINCT account, key FROM bank_match WHERE pool = 'ZONE' AND order_pool = @pool
), matched AS (
	SELECT m.account, m.key, m.number, m.order_pool, m.order_id, m.attempt, m.credit, m.returned, m.amount, m.how, m.undoes
	FROM mine JOIN bank_match AS m ON m.pool = 'ZONE' AND m.account = mine.account AND m.key = mine.key
)
SELECT 'entry ' || e.account || ' ' || e.key, 'entry ' || e.account || ' ' || e.key || ' is of ' || e.amount || ', ' || sum(m.amount)
	|| ' of it are allocated, in ' || count(*) || ' steps of which the last is number ' || max(m.number)
FROM matched AS m JOIN bank_entry AS e ON e.pool = 'ZONE' AND e.account = m.account AND e.key = m.key
GROUP BY e.account, e.key, e.amount HAVING sum(m.amount) NOT BETWEEN 0 AND e.amount OR count(*) <> max(m.number)
UNION ALL
SELECT 'entry ' || m.account || ' ' || m.key, concat_ws(' ', 'allocation', m.number, 'of', m.account, m.key, 'to', m.order_id,
	'is not on the side of its entry, or undoes what is not there')
FROM matched AS m JOIN bank_entry AS e ON e.pool = 'ZONE' AND e.account = m.account AND e.key = m.key
LEFT JOIN matched AS u ON u.account = m.account AND u.key = m.key AND u.number = m.undoes
WHERE m.order_pool = @pool AND (m.credit <> (e.credit <> e.returned) OR m.returned <> e.returned OR (m.amount < 0) <> (m.undoes <> 0)
	OR m.undoes <> 0 AND (m.how <> 'undo' OR (u.order_pool, u.order_id, u.attempt, u.credit, u.returned, u.undoes, -u.amount)
		IS DISTINCT FROM (m.order_pool, m.order_id, m.attempt, m.credit, m.returned, 0, m.amount)))

-- name: BankFilesAreAsRead
-- What a file brought is what is there of it, and at home a file is as it was announced. Of files that were read before either was
-- kept nothing is known but that they were read.
WITH brought AS (
	SELECT file, count(*) AS entries, sha256(string_agg(sha256(convert_to(jsonb_build_array(account, key, day, amount, credit,
		returned, end_to_end, payment, reference, counterparty, counterparty_account, remark)::text, 'UTF8')), ''::bytea
		ORDER BY account COLLATE "C", key COLLATE "C")) AS digest
	FROM bank_entry WHERE pool = @pool GROUP BY file
), told AS (
	SELECT split_part(subject, '/', 2) AS file, recorded, common #>> '{by,person}' AS person, common->'data' AS data
	FROM announced_event WHERE pool = @pool AND type = 'coinsurance.bank_file_read'
), kept AS (
	SELECT encode(sha256, 'hex') AS file, sha256, kind, read_by, read, entries, entries_sha256 FROM bank_file WHERE pool = @pool
), named AS (
	SELECT coalesce(k.file, encode(b.file, 'hex')) AS file, k.file IS NOT NULL AS kept, k.kind, k.read_by, k.read, k.entries,
		k.entries_sha256, coalesce(b.entries, 0) AS there, coalesce(b.digest, sha256(''::bytea)) AS digest
	FROM kept AS k FULL JOIN brought AS b ON b.file = k.sha256
)
SELECT 'bank file ' || coalesce(n.file, t.file), 'bank file ' || coalesce(n.file, t.file) || CASE
	WHEN n.kept IS NOT TRUE THEN ' is not there, its entries or its event are'
	WHEN n.entries <> n.there OR n.entries_sha256 <> n.digest THEN ' brought ' || n.entries || ' entries, of which ' || n.there
		|| ' are there, or they are others'
	WHEN t.file IS NULL THEN ' was never announced' ELSE ' is not as it was announced' END
FROM named AS n FULL JOIN told AS t ON t.file = n.file
WHERE n.kept IS NOT TRUE OR n.entries <> n.there OR n.entries_sha256 <> n.digest OR (n.entries IS NULL) <> (n.entries_sha256 IS NULL)
	OR @home::boolean AND (t.file IS NULL AND n.entries IS NOT NULL OR t.file IS NOT NULL AND (n.kind, n.read_by, n.read, n.read,
		n.entries, encode(n.entries_sha256, 'hex')) IS DISTINCT FROM (t.data->>'kind', t.data->>'read_by', t.recorded,
		(t.data->>'read')::timestamptz, (t.data->>'entries')::bigint, t.data->>'entries_sha256'))

-- name: QueriesOfPool
SELECT :columns FROM statement_query WHERE pool = @pool

-- name: AnswersOfPool
SELECT :columns FROM statement_answer WHERE pool = @pool ORDER BY statement, member

-- name: TotalsOfPool
SELECT :columns FROM statement_member WHERE pool = @pool ORDER BY statement, member

-- name: DebtsOfPool
-- What the items of every run come to, as DebtsOfSettlement says it of one.
SELECT ring, a, b, sum(greatest(a_owes - b_owes, 0))::bigint AS a_owes, sum(greatest(b_owes - a_owes, 0))::bigint AS b_owes,
	count(*) FILTER (WHERE a_owes <> b_owes) AS items, settlement
FROM settlement_item WHERE pool = @pool GROUP BY settlement, ring, a, b ORDER BY settlement, ring, a, b

-- name: OrdersToCheck
SELECT :columns FROM payment_order WHERE pool = @pool ORDER BY settlement, number

-- name: MovementsAreAsTold
-- What was paid of orders, and late interest, row by row against the events that made their journals.
WITH told AS (
	SELECT id, type, subject, subject_version AS version, effective, recorded, common->'data' AS data,
		round((common #>> '{data,paid}')::numeric * 100)::bigint AS paid, round((common #>> '{data,amount}')::numeric * 100)::bigint AS amount,
		coalesce((common->>'agreement_version')::int, 0) AS agreement_version
	FROM announced_event WHERE pool = @pool
		AND type IN ('coinsurance.order_paid', 'coinsurance.order_returned', 'coinsurance.late_interest_booked')
), moved AS (
	SELECT m.journal, 'order/' || m.pool || '/' || m.payment_order AS subject, m.number, m.effective, m.recorded, m.amount,
		m.currency = o.currency AS same
	FROM order_movement AS m JOIN payment_order AS o ON o.pool = m.pool AND o.id = m.payment_order WHERE m.pool = @pool
), late AS (
	SELECT journal, to_char(month, 'YYYY-MM') AS month, debtor, creditor, amount, currency, agreement_version, recorded,
		number = row_number() OVER (PARTITION BY month, debtor, creditor ORDER BY number) AS dense
	FROM late_interest WHERE pool = @pool
)
SELECT coalesce(m.subject, t.subject), coalesce(m.subject || ' version ' || m.number, t.subject || ' version ' || t.version)
	|| ': what was paid is not as it was announced'
FROM moved AS m FULL JOIN (SELECT id, subject, version, effective, recorded, paid FROM told WHERE paid IS NOT NULL) AS t
	ON t.id = m.journal
WHERE NOT coalesce(m.same, false) OR (m.subject, m.number, m.effective, m.recorded, m.amount)
	IS DISTINCT FROM (t.subject, t.version, t.effective, t.recorded, t.paid)
UNION ALL
SELECT coalesce(t.subject, 'late interest of ' || l.month), 'late interest of ' || concat_ws(' ', coalesce(l.month, t.data->>'month'),
	coalesce(l.debtor, t.data->>'debtor'), coalesce(l.creditor, t.data->>'creditor')) || ' is not as it was announced'
FROM late AS l FULL JOIN (SELECT id, subject, recorded, amount, data, agreement_version FROM told WHERE paid IS NULL) AS t
	ON t.id = l.journal
WHERE NOT coalesce(l.dense, false) OR l.currency <> 'CNY' OR (l.month, l.debtor, l.creditor, l.amount, l.recorded, l.agreement_version)
	IS DISTINCT FROM (t.data->>'month', t.data->>'debtor', t.data->>'creditor', t.amount, t.recorded, t.agreement_version)
