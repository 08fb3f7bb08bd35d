-- name: DrawItems
-- What is effective by the period's end, was recorded by the cut and lies in no rectangle (ends, cut) of a statement that
-- stands. One side of each mirrored pair is read, and the rows are written in the order of their key.
INSERT INTO statement_item (pool, statement, policy, claim, grp, a, b, currency, a_owes, b_owes, agreement_version, postings)
SELECT @pool, @number, policy, claim, grp, a, b, currency, a_owes, b_owes, agreement_version, postings FROM (
	SELECT p.policy, p.claim, CASE p.stream WHEN 'net_received' THEN 'premium' WHEN 'vat_received' THEN 'premium'
			WHEN 'issuing_fee' THEN 'fee' WHEN 'issuing_fee_vat' THEN 'fee' WHEN 'commission' THEN 'commission'
			WHEN 'late_interest' THEN 'interest' ELSE 'claims' END AS grp,
		p.book AS a, p.counterparty AS b, p.currency, sum(p.due_to)::bigint AS a_owes, sum(p.due_from)::bigint AS b_owes,
		max(p.agreement_version) AS agreement_version, count(*)::int AS postings
	FROM inter_member_posting AS p
	WHERE p.pool = @pool AND p.counterparty > p.book AND p.stream <> 'settlement' AND (p.due_to <> 0 OR p.due_from <> 0)
		AND p.recorded > coalesce(@low::timestamptz, '-infinity') AND p.recorded <= @cut AND p.effective <= @ends
		AND NOT EXISTS (SELECT 1 FROM unnest(@cuts::timestamptz[], @ends_before::text[]::date[]) AS s (cut, ends)
			WHERE p.recorded <= s.cut AND p.effective <= s.ends)
	GROUP BY p.policy, p.claim, grp, p.book, p.counterparty, p.currency
	HAVING sum(p.due_to) <> 0 OR sum(p.due_from) <> 0
) AS drawn ORDER BY policy, claim, grp, a, b

-- name: MakeRoom
-- What a drawing or a run may use in the server, so that its sums are made without files.
SELECT set_config('work_mem', '256MB', true)

-- name: PairTotals
-- What each pair owes each other on a statement. Where both sides of a row are the same it is no item.
SELECT a, b, sum(a_owes)::bigint AS a_owes, sum(b_owes)::bigint AS b_owes, count(*) FILTER (WHERE a_owes <> b_owes) AS items,
	sum(postings)::bigint AS postings
FROM statement_item WHERE pool = @pool AND statement = @number GROUP BY a, b ORDER BY a, b

-- name: SettledBetween
-- What was settled of each member between two cuts, positive when it received.
SELECT book AS member, sum(due_to - due_from)::bigint AS settled FROM inter_member_posting
WHERE pool = @pool AND stream = 'settlement' AND recorded > @after AND recorded <= @cut GROUP BY book ORDER BY book

-- name: ItemsInOrder
SELECT :columns FROM statement_item WHERE pool = @pool AND statement = @number ORDER BY policy, claim, grp, a, b, currency

-- name: UnsettledOf
-- The items of a subject in which a member is a party and that no run takes.
SELECT grp, a, b FROM item_state WHERE pool = @pool AND statement = @number AND @member IN (a, b) AND a_owes <> b_owes
	AND settlement IS NULL AND CASE claim WHEN '' THEN policy ELSE claim END = @subject ORDER BY grp, a, b
