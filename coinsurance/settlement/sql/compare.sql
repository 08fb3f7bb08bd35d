-- name: ConfirmedLast
-- The statement that a member confirmed last, of those drawn before another.
SELECT :columns(s) FROM statement AS s JOIN statement_answer AS a ON a.pool = s.pool AND a.statement = s.number AND a.member = @member
WHERE s.pool = @pool AND s.number < @number AND a.state <> 'issued' ORDER BY a.confirmed DESC, s.number DESC LIMIT 1

-- name: ItemsCompared
-- A page of the items that are on one of two statements and not, or otherwise, on the other: of one member where only its own
-- are asked for. Both sides are read in the order of their key. Where the earlier statement stands, an item that is on it alone
-- is there still, or a run has taken it.
SELECT c.policy, c.claim, c.grp, c.a, c.b, c.currency, c.was, c.is_there, c.a_owed, c.b_owed, c.a_owes, c.b_owes,
	s.pool IS NOT NULL AS stands, s.settlement IS NOT NULL AS settled
FROM (
	SELECT policy, claim, grp, a, b, currency, o.a_owes IS NOT NULL AS was, n.a_owes IS NOT NULL AS is_there,
		coalesce(o.a_owes, 0) AS a_owed, coalesce(o.b_owes, 0) AS b_owed, coalesce(n.a_owes, 0) AS a_owes,
		coalesce(n.b_owes, 0) AS b_owes
	FROM (SELECT policy, claim, grp, a, b, currency, a_owes, b_owes FROM statement_item
		WHERE pool = @pool AND statement = @earlier AND a_owes <> b_owes AND (@member::text = '' OR @member IN (a, b))
		AND (policy, claim, grp, a, b) > (@after_policy, @after_claim, @after_grp, @after_a, @after_b)) AS o
	FULL JOIN (SELECT policy, claim, grp, a, b, currency, a_owes, b_owes FROM statement_item
		WHERE pool = @pool AND statement = @statement AND a_owes <> b_owes AND (@member::text = '' OR @member IN (a, b))
		AND (policy, claim, grp, a, b) > (@after_policy, @after_claim, @after_grp, @after_a, @after_b)) AS n
		USING (policy, claim, grp, a, b, currency)
	WHERE (o.a_owes, o.b_owes) IS DISTINCT FROM (n.a_owes, n.b_owes)
	ORDER BY policy, claim, grp, a, b LIMIT @most
) AS c LEFT JOIN item_state AS s ON s.pool = @pool AND s.statement = @earlier AND s.policy = c.policy AND s.claim = c.claim
	AND s.grp = c.grp AND s.a = c.a AND s.b = c.b AND s.currency = c.currency
ORDER BY c.policy, c.claim, c.grp, c.a, c.b

-- name: ComparedInAll
-- How many of a member's items differ between two statements, by what became of them, and what they come to for it. The conditions
-- are those of ItemsCompared.
WITH compared AS (
	SELECT policy, claim, grp, a, b, currency, o.a_owes IS NOT NULL AS was, n.a_owes IS NOT NULL AS is_there,
		coalesce(o.b_owes - o.a_owes, 0) AS before, coalesce(n.b_owes - n.a_owes, 0) AS now
	FROM (SELECT policy, claim, grp, a, b, currency, a_owes, b_owes FROM statement_item
		WHERE pool = @pool AND statement = @earlier AND a_owes <> b_owes AND (@member::text = '' OR @member IN (a, b))) AS o
	FULL JOIN (SELECT policy, claim, grp, a, b, currency, a_owes, b_owes FROM statement_item
		WHERE pool = @pool AND statement = @statement AND a_owes <> b_owes AND (@member::text = '' OR @member IN (a, b))) AS n
		USING (policy, claim, grp, a, b, currency)
	WHERE (o.a_owes, o.b_owes) IS DISTINCT FROM (n.a_owes, n.b_owes)
)
SELECT side.member, count(*) FILTER (WHERE NOT c.was) AS new, count(*) FILTER (WHERE c.was AND c.is_there) AS changed,
	count(*) FILTER (WHERE NOT c.is_there AND s.settlement IS NOT NULL) AS settled,
	count(*) FILTER (WHERE NOT c.is_there AND s.pool IS NOT NULL AND s.settlement IS NULL) AS standing,
	count(*) FILTER (WHERE NOT c.is_there AND s.pool IS NULL) AS gone,
	coalesce(sum(side.before), 0)::bigint AS before, coalesce(sum(side.now), 0)::bigint AS now
FROM compared AS c LEFT JOIN item_state AS s ON NOT c.is_there AND s.pool = @pool AND s.statement = @earlier AND s.policy = c.policy
	AND s.claim = c.claim AND s.grp = c.grp AND s.a = c.a AND s.b = c.b AND s.currency = c.currency
CROSS JOIN LATERAL (VALUES (c.a, c.before, c.now), (c.b, -c.before, -c.now)) AS side (member, before, now)
WHERE @member::text = '' OR side.member = @member GROUP BY side.member ORDER BY side.member

-- name: EventsBehind
-- The events whose postings, between the two members of some items, one of two statements took in and the other did not.
SELECT policy, claim, a, b, stream, type, event, effective, recorded, sum(CASE WHEN is_there THEN owes ELSE -owes END)::bigint AS difference
FROM (
	SELECT p.policy, p.claim, p.book AS a, p.counterparty AS b, p.stream, e.type, p.event, p.effective, p.recorded,
		p.due_to - p.due_from AS owes,
		p.recorded <= @cut AND p.effective <= @ends AND NOT EXISTS (SELECT 1
			FROM unnest(@cuts::timestamptz[], @ends_before::text[]::date[]) AS s (cut, ends)
			WHERE p.recorded <= s.cut AND p.effective <= s.ends) AS is_there,
		p.recorded <= @cut_earlier AND p.effective <= @ends_earlier AND NOT EXISTS (SELECT 1
			FROM unnest(@cuts_earlier::timestamptz[], @ends_before_earlier::text[]::date[]) AS s (cut, ends)
			WHERE p.recorded <= s.cut AND p.effective <= s.ends) AS was
	FROM unnest(@policies::text[], @claims::text[], @as::text[], @bs::text[]) AS k (policy, claim, a, b)
	JOIN inter_member_posting AS p ON p.pool = @pool AND p.policy = k.policy AND p.claim = k.claim AND p.book = k.a
		AND p.counterparty = k.b AND p.stream <> 'settlement' AND (p.due_to <> 0 OR p.due_from <> 0)
	JOIN announced_event AS e ON e.pool = p.pool AND e.id = p.event
) AS moved WHERE is_there <> was
GROUP BY policy, claim, a, b, stream, type, event, effective, recorded ORDER BY recorded, event, stream
