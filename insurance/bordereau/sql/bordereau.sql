-- name: PremiumsInBooks
-- Each journal of a policy that moved its premium, from the postings of the accounting months, over all books and in the
-- member's, as known at the instant. What is due is what its own book says the others owe it, less what it owes them.
WITH rule (stream, account, sign) AS (VALUES
	('net_premium'::stream, 'premium_written'::account, -1), ('vat', 'premium_receivable', 1),
	('net_received', 'premium_receivable', -1), ('vat_received', 'premium_receivable', -1),
	('issuing_fee', 'issuing_fee_expense', 1), ('issuing_fee_vat', 'input_vat', 1), ('commission', 'commission_expense', 1),
	('net_received', 'due_from_coinsurer', 1), ('net_received', 'due_to_coinsurer', 1),
	('vat_received', 'due_from_coinsurer', 1), ('vat_received', 'due_to_coinsurer', 1),
	('issuing_fee', 'due_from_coinsurer', 1), ('issuing_fee', 'due_to_coinsurer', 1),
	('issuing_fee_vat', 'due_from_coinsurer', 1), ('issuing_fee_vat', 'due_to_coinsurer', 1),
	('commission', 'due_from_coinsurer', 1), ('commission', 'due_to_coinsurer', 1)),
moved AS (
	SELECT p.policy, p.journal, p.book, p.stream, p.account, p.effective, p.period, p.recorded, p.agreement_version,
		rule.sign * p.amount AS amount
	FROM account_movement AS p JOIN rule ON rule.stream = p.stream AND rule.account = p.account
	WHERE p.pool = @pool AND p.policy <> '' AND p.claim = '' AND p.period >= @from AND p.period <= @to
		AND p.recorded <= @known),
summed AS (
	SELECT policy, journal, effective, period, recorded, agreement_version,
		coalesce(sum(amount) FILTER (WHERE account = 'premium_written'), 0)::bigint AS net_premium_100,
		coalesce(sum(amount) FILTER (WHERE stream = 'vat'), 0)::bigint AS vat_100,
		coalesce(sum(amount) FILTER (WHERE account = 'premium_receivable'
			AND stream IN ('net_received', 'vat_received')), 0)::bigint AS received_100,
		coalesce(sum(amount) FILTER (WHERE book = @member AND account = 'premium_written'), 0)::bigint AS net_premium,
		coalesce(sum(amount) FILTER (WHERE book = @member AND stream = 'vat'), 0)::bigint AS vat,
		coalesce(sum(amount) FILTER (WHERE book = @member AND account = 'premium_receivable'
			AND stream = 'net_received'), 0)::bigint AS net_received,
		coalesce(sum(amount) FILTER (WHERE book = @member AND account = 'premium_receivable'
			AND stream = 'vat_received'), 0)::bigint AS vat_received,
		coalesce(sum(amount) FILTER (WHERE book = @member AND account = 'issuing_fee_expense'), 0)::bigint AS issuing_fee,
		coalesce(sum(amount) FILTER (WHERE book = @member AND account = 'input_vat'), 0)::bigint AS issuing_fee_vat,
		coalesce(sum(amount) FILTER (WHERE book = @member AND account = 'commission_expense'), 0)::bigint AS commission,
		coalesce(sum(amount) FILTER (WHERE book = @member AND account IN ('due_from_coinsurer', 'due_to_coinsurer')),
			0)::bigint AS net_due,
		coalesce(bool_or(book = @member AND account IN ('due_from_coinsurer', 'due_to_coinsurer')), false) AS shared
	FROM moved GROUP BY policy, journal, effective, period, recorded, agreement_version),
listed AS (
	SELECT s.period, s.agreement_version, a.leader, m.premium_share AS share, s.policy, s.effective, s.recorded, s.journal,
		coalesce(e.common->'data'->'detail'->>'endorsement', '') AS endorsement,
		CASE e.type WHEN 'insurance.policy_endorsed' THEN 'endorsement' WHEN 'insurance.policy_cancelled' THEN 'cancellation'
			WHEN 'insurance.policy_reinstated' THEN 'reinstatement' WHEN 'insurance.premium_received' THEN 'instalment'
			WHEN 'insurance.premium_refunded' THEN 'refund' WHEN 'insurance.premium_reversed' THEN 'reversal'
			ELSE 'new' END AS transaction,
		p.line, p.insured, p.starts, p.ends, p.sum_insured, coalesce(i.number, 0) AS instalment,
		coalesce(i.instalments, greatest(1, (SELECT count(*) FROM policy_instalment AS c
			WHERE c.pool = @pool AND c.policy = s.policy))) AS instalments, i.due,
		s.net_premium_100, s.vat_100, s.net_premium, s.vat, s.net_received, s.vat_received, s.issuing_fee, s.issuing_fee_vat,
		s.commission, s.net_due, CASE t.state WHEN 'issued' THEN t.reference ELSE '' END AS statement,
		CASE WHEN NOT s.shared THEN '' WHEN o.held THEN 'held' WHEN o.settled THEN 'settled' ELSE 'open' END AS state
	FROM summed AS s
	JOIN policy AS p ON p.pool = @pool AND p.number = s.policy
	JOIN accepted_agreement AS a ON a.pool = @pool AND a.version = s.agreement_version
	JOIN participation AS m ON m.pool = @pool AND m.version = s.agreement_version AND m.member = @member
	JOIN announced_event AS e ON e.pool = @pool AND e.id = s.journal
	-- the instalment that was reached by what had been received then: the last where more came in
	LEFT JOIN LATERAL (
		SELECT o.number, o.instalments, o.due
		FROM (SELECT row_number() OVER w AS number, count(*) OVER () AS instalments, t.due,
				sum(t.amount) OVER w >= (e.common->'data'->'totals'->>'net_received')::numeric * 100 AS reached
			FROM (SELECT sequence, due, amount FROM policy_instalment AS t WHERE t.pool = @pool AND t.policy = s.policy
				UNION ALL SELECT 0, p.starts, p.premium
				WHERE NOT EXISTS (SELECT FROM policy_instalment AS n WHERE n.pool = @pool AND n.policy = s.policy)) AS t
			WINDOW w AS (ORDER BY t.sequence)) AS o
		ORDER BY NOT o.reached, CASE WHEN o.reached THEN o.number ELSE -o.number END LIMIT 1
	) AS i ON s.received_100 <> 0
	-- the statement that has it: the first that it is effective for and was recorded by the cut of
	LEFT JOIN LATERAL (SELECT f.number, f.reference, f.state FROM standing_statement AS f
		WHERE f.pool = @pool AND s.effective <= f.ends AND s.recorded <= f.cut ORDER BY f.number LIMIT 1) AS t ON s.shared
	LEFT JOIN LATERAL (SELECT bool_or(x.held) AS held, bool_and(x.settlement IS NOT NULL) AS settled FROM item_state AS x
		WHERE x.pool = @pool AND x.statement = t.number AND x.policy = s.policy AND x.claim = '' AND @member IN (x.a, x.b)
			AND x.a_owes <> x.b_owes) AS o ON t.state = 'issued'
	WHERE (SELECT k.known FROM account_movement AS k WHERE k.pool = @pool AND k.journal = s.journal LIMIT 1) <= @known)
SELECT :columns FROM listed ORDER BY policy, recorded, transaction, journal
