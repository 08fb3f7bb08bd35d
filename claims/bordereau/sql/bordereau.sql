-- name: ClaimsInBooks
-- Each stream of each claim, from the postings up to the month, over all books and for the member, as known at the instant.
-- Whoever may not see the member's book sees the claims it leads or services.
WITH rule (stream, account, sign) AS (VALUES
	('indemnity'::stream, 'claims_paid'::account, 1), ('expense_adjuster', 'claim_expense', 1),
	('expense_expert', 'claim_expense', 1), ('expense_legal', 'claim_expense', 1),
	('expense_other', 'claim_expense', 1), ('recovery', 'claims_recovered', -1), ('salvage', 'salvage_recovered', -1),
	('recovery', 'recovery_income', -1), ('salvage', 'salvage_income', -1), -- before these accounts were closed
	('outstanding_indemnity', 'outstanding_claims_reserve', -1),
	('outstanding_expense', 'outstanding_claims_reserve', -1)),
moved AS (
	SELECT p.claim, p.stream, p.book, p.period, p.currency, rule.sign * p.amount AS amount
	FROM account_movement AS p JOIN rule ON rule.stream = p.stream AND rule.account = p.account
	WHERE p.pool = @pool AND p.claim <> '' AND p.period <= @month AND p.known <= @known),
summed AS (
	SELECT claim, stream, min(currency) AS currency, sum(amount)::bigint AS all_to_date,
		coalesce(sum(amount) FILTER (WHERE period = @month), 0)::bigint AS all_month,
		coalesce(sum(amount) FILTER (WHERE book = @member), 0)::bigint AS own_to_date,
		coalesce(sum(amount) FILTER (WHERE book = @member AND period = @month), 0)::bigint AS own_month
	FROM moved GROUP BY claim, stream),
listed AS (
	SELECT summed.claim, summed.stream, all_to_date, all_month, own_to_date, own_month, c.policy, p.insured, p.line, c.loss_day, c.filed,
		coalesce(nullif(c.servicer, ''), a.servicer) AS servicer, c.occurrence, summed.currency, said.state,
		CASE WHEN said.state IN ('closed', 'refused', 'withdrawn') THEN ended.day END AS closed,
		coalesce(on_them.named, '') AS statement
	FROM summed JOIN claim AS c ON c.pool = @pool AND c.number = summed.claim
	JOIN policy_insured AS p ON p.pool = c.pool AND p.number = c.policy
	JOIN accepted_agreement AS a ON a.pool = c.pool AND a.version = c.agreement_version
	-- what the newest event says that was known then, and the day on which it came to an end
	LEFT JOIN LATERAL (
		SELECT e.common->'data'->>'state' AS state FROM announced_event AS e
		WHERE e.pool = c.pool AND e.subject = 'claim/' || c.number AND e.recorded <= @known
			AND e.common->'data'->>'state' IS NOT NULL
		ORDER BY e.subject_version DESC LIMIT 1) AS said ON true
	LEFT JOIN LATERAL (
		SELECT (e.recorded AT TIME ZONE 'Asia/Shanghai')::date AS day FROM announced_event AS e
		WHERE e.pool = c.pool AND e.subject = 'claim/' || c.number AND e.recorded <= @known
			AND e.type IN ('claims.claim_closed', 'claims.claim_refused', 'claims.claim_withdrawn',
			'claims.claim_imported')
		ORDER BY e.subject_version DESC LIMIT 1) AS ended ON true
	-- the statements that have what moved between the members in the month
	LEFT JOIN LATERAL (
		SELECT string_agg(DISTINCT t.reference, ' ' ORDER BY t.reference) AS named FROM account_movement AS p
		CROSS JOIN LATERAL (SELECT f.reference, f.state FROM standing_statement AS f
			WHERE f.pool = @pool AND p.effective <= f.ends AND p.recorded <= f.cut ORDER BY f.number LIMIT 1) AS t
		WHERE p.pool = @pool AND p.policy = c.policy AND p.claim = c.number AND p.book = @member AND p.period = @month
			AND p.account IN ('due_from_coinsurer', 'due_to_coinsurer') AND p.stream <> 'settlement' AND p.known <= @known
			AND t.state = 'issued') AS on_them ON true
	WHERE EXISTS (SELECT 1 FROM participation AS m WHERE m.pool = c.pool AND m.version = c.agreement_version
			AND m.member = @member)
		AND (@all OR @reader IN (coalesce(nullif(c.servicer, ''), a.servicer), coalesce(nullif(c.leader, ''), a.leader))))
SELECT :columns FROM listed ORDER BY claim, stream
