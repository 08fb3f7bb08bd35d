-- name: BankDetailsAreAsTold
-- Bank details and the members' confirmations against their events: the first is the proposal, the second the decision, the third
-- the confirmation. The account is told by its salted hash. Its holder's name is told since 2026-11-30.
WITH told AS (
	SELECT subject, subject_version AS version, recorded, common #>> '{by,person}' AS person, common->'data' AS data
	FROM announced_event WHERE pool = @pool AND subject LIKE 'bank/%'
), kept AS (
	SELECT 'bank/' || b.member || '/' || b.number AS subject, b.starts::text AS starts, b.bank, b.cnaps, b.account_name, b.state,
		encode(sha256(b.salt || convert_to(b.account_number, 'UTF8')), 'hex') AS digest, b.proposed_by, b.proposed, b.decided_by,
		b.decided, c.confirmed_by, c.confirmed
	FROM bank_details AS b LEFT JOIN bank_details_confirmation AS c ON c.pool = b.pool AND c.member = b.member AND c.number = b.number
	WHERE b.pool = @pool
), held AS (
	SELECT coalesce(k.subject, p.subject) AS subject, CASE WHEN k.subject IS NULL THEN 'it is not there'
		WHEN p.subject IS NULL THEN 'it was never announced' ELSE concat_ws(', ',
		CASE WHEN k.starts IS DISTINCT FROM l.data->>'from' THEN 'from' END,
		CASE WHEN k.bank IS DISTINCT FROM l.data->>'bank' THEN 'bank' END,
		CASE WHEN k.cnaps IS DISTINCT FROM l.data->>'cnaps' THEN 'cnaps' END,
		CASE WHEN k.account_name <> l.data->>'account_name' THEN 'account name' END,
		CASE WHEN k.digest IS DISTINCT FROM l.data->>'digest' THEN 'account' END,
		CASE WHEN k.state IS DISTINCT FROM l.data->>'state' THEN 'state' END,
		CASE WHEN (k.proposed_by, k.proposed) IS DISTINCT FROM (p.person, p.recorded) THEN 'proposal' END,
		CASE WHEN (k.decided_by, k.decided) IS DISTINCT FROM (coalesce(d.person, ''), d.recorded) THEN 'decision' END,
		CASE WHEN (k.confirmed_by, k.confirmed) IS DISTINCT FROM (c.person, c.recorded) THEN 'confirmation' END) END AS wrong
	FROM kept AS k FULL JOIN (SELECT subject, person, recorded FROM told WHERE version = 1) AS p ON p.subject = k.subject
	LEFT JOIN told AS d ON d.subject = p.subject AND d.version = 2 LEFT JOIN told AS c ON c.subject = p.subject AND c.version = 3
	LEFT JOIN LATERAL (SELECT t.data FROM told AS t WHERE t.subject = p.subject ORDER BY t.version DESC LIMIT 1) AS l ON true
)
SELECT subject, subject || ' is not as it was announced: ' || wrong FROM held WHERE wrong <> '' ORDER BY subject

-- name: MandatesAreAsTold
-- Mandates against their events: the proposal, the decision, the withdrawal.
WITH told AS (
	SELECT subject, subject_version AS version, recorded, common #>> '{by,person}' AS person, common->'data' AS data
	FROM announced_event WHERE pool = @pool AND subject LIKE 'mandate/%'
), kept AS (
	SELECT 'mandate/' || member || '/' || number AS subject, starts::text AS starts, state, proposed_by, proposed, decided_by, decided,
		withdrawn_by, withdrawn
	FROM payment_mandate WHERE pool = @pool
), held AS (
	SELECT coalesce(k.subject, p.subject) AS subject, CASE WHEN k.subject IS NULL THEN 'it is not there'
		WHEN p.subject IS NULL THEN 'it was never announced' ELSE concat_ws(', ',
		CASE WHEN k.starts IS DISTINCT FROM l.data->>'from' THEN 'from' END,
		CASE WHEN k.state IS DISTINCT FROM l.data->>'state' THEN 'state' END,
		CASE WHEN (k.proposed_by, k.proposed) IS DISTINCT FROM (p.person, p.recorded) THEN 'proposal' END,
		CASE WHEN (k.decided_by, k.decided) IS DISTINCT FROM (coalesce(d.person, ''), d.recorded) THEN 'decision' END,
		CASE WHEN (k.withdrawn_by, k.withdrawn) IS DISTINCT FROM (coalesce(w.person, ''), w.recorded) THEN 'withdrawal' END) END AS wrong
	FROM kept AS k FULL JOIN (SELECT subject, person, recorded FROM told WHERE version = 1) AS p ON p.subject = k.subject
	LEFT JOIN told AS d ON d.subject = p.subject AND d.version = 2 LEFT JOIN told AS w ON w.subject = p.subject AND w.version = 3
	LEFT JOIN LATERAL (SELECT t.data FROM told AS t WHERE t.subject = p.subject ORDER BY t.version DESC LIMIT 1) AS l ON true
)
SELECT subject, subject || ' is not as it was announced: ' || wrong FROM held WHERE wrong <> '' ORDER BY subject
