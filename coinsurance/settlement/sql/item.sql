-- name: DrawItems
-- What is effective by the period's end, was recorded by the cut and lies in no rectangle (ends, cut) of a statement that
-- stands: what was recorded after the last of their cuts, and, of what was recorded before, what was posted ahead of its day.
-- That is later than the end of the statement of that cut, and is found by journal, so that it costs what it is. One side of
-- each mirrored pair is read, and the rows are written in the order of their key.
INSERT INTO statement_item (pool, statement, policy, claim, grp, a, b, currency, a_owes, b_owes, agreement_version, postings)
SELECT @pool, @number, policy, claim, grp, a, b, currency, a_owes, b_owes, agreement_version, postings FROM (
	SELECT p.policy, p.claim, CASE p.stream WHEN 'net_received' THEN 'premium' WHEN 'vat_received' THEN 'premium'
			WHEN 'issuing_fee' THEN 'fee' WHEN 'issuing_fee_vat' THEN 'fee' WHEN 'commission' THEN 'commission'
			WHEN 'late_interest' THEN 'interest' ELSE 'claims' END AS grp,
		p.book AS a, p.counterparty AS b, p.currency, sum(p.due_to)::bigint AS a_owes, sum(p.due_from)::bigint AS b_owes,
		max(p.agreement_version) AS agreement_version, count(*)::int AS postings
	FROM (
		SELECT policy, claim, stream, book, counterparty, currency, due_to, due_from, agreement_version
		FROM inter_member_posting WHERE pool = @pool AND owed_since > coalesce(@after::timestamptz, '-infinity')
			AND owed_since <= @cut AND effective <= @ends
			AND counterparty > book AND (due_to <> 0 OR due_from <> 0)
		UNION ALL
		SELECT ahead.policy, ahead.claim, ahead.stream, ahead.book, ahead.counterparty, ahead.currency, ahead.due_to,
			ahead.due_from, ahead.agreement_version
		FROM dated_journal AS j JOIN inter_member_posting AS ahead ON ahead.pool = j.pool AND ahead.journal = j.journal
		WHERE j.pool = @pool AND j.effective > @after_ends::date AND j.effective <= @ends AND j.recorded <= @after::timestamptz
			AND NOT EXISTS (SELECT 1 FROM unnest(@cuts::timestamptz[], @ends_before::text[]::date[]) AS s (cut, ends)
				WHERE j.recorded <= s.cut AND j.effective <= s.ends)
			AND ahead.owed_since IS NOT NULL AND ahead.counterparty > ahead.book
			AND (ahead.due_to <> 0 OR ahead.due_from <> 0)
	) AS p
	GROUP BY p.policy, p.claim, grp, p.book, p.counterparty, p.currency
	HAVING sum(p.due_to) <> 0 OR sum(p.due_from) <> 0
) AS drawn ORDER BY policy, claim, grp, a, b

-- name: MakeRoom
-- What a drawing or a run may use in the server, so that its sums are made without files. The events of clearing are long:
-- where the server has lz4 it packs them in a fraction of the time.
SELECT set_config(name, value, true) FROM (
	SELECT 'work_mem' AS name, '256MB' AS value
	UNION ALL SELECT name, 'lz4' FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) AS room

-- name: PairTotals
-- What each pair owes each other on a statement. Where both sides of a row are the same it is no item.
SELECT a, b, sum(a_owes)::bigint AS a_owes, sum(b_owes)::bigint AS b_owes, count(*) FILTER (WHERE a_owes <> b_owes) AS items,
	sum(postings)::bigint AS postings
FROM statement_item WHERE pool = @pool AND statement = @number GROUP BY a, b ORDER BY a, b

-- name: SettledBetween
-- What was settled of each member between two cuts, positive when it received.
SELECT m.member, sum(m.settled)::bigint AS settled
FROM settlement_clearing AS c CROSS JOIN LATERAL unnest(c.members, c.settled) AS m (member, settled)
WHERE c.pool = @pool AND c.recorded > @after AND c.recorded <= @cut GROUP BY m.member ORDER BY m.member

-- name: ItemsInOrder
SELECT :columns FROM statement_item WHERE pool = @pool AND statement = @number ORDER BY policy, claim, grp, a, b, currency

-- name: UnsettledOf
-- The items of a subject in which a member is a party and that no run takes.
SELECT grp, a, b FROM item_state WHERE pool = @pool AND statement = @number AND @member IN (a, b) AND a_owes <> b_owes
	AND settlement IS NULL AND CASE claim WHEN '' THEN policy ELSE claim END = @subject ORDER BY grp, a, b

-- name: ItemStates
-- A page of the items of a statement, as they stand: of one member where only its own may be seen.
SELECT :columns FROM item_state
WHERE pool = @pool AND statement = @statement AND a_owes <> b_owes AND (@own::text = '' OR @own IN (a, b))
	AND (@member::text = '' OR @member IN (a, b)) AND (@counterparty::text = '' OR @counterparty IN (a, b))
	AND (@policy::text = '' OR policy = @policy) AND (@claim::text = '' OR claim = @claim) AND (@grp::text = '' OR grp = @grp)
	AND (held OR NOT @held::boolean) AND (policy, claim, grp, a, b) > (@after_policy, @after_claim, @after_grp, @after_a, @after_b)
ORDER BY policy, claim, grp, a, b LIMIT @most
