-- name: FilesOfPaper
SELECT :columns FROM issued_file
WHERE pool = @pool AND kind = @kind AND reference = @reference AND member = @member

-- name: PaperIsDue
SELECT EXISTS (SELECT FROM paper_due
	WHERE pool = @pool AND kind = @kind AND reference = @reference AND member = @member)

-- name: PapersDue
-- What is to be written in one database. One that has the pools only as a reference has none of their papers.
SELECT :columns FROM paper_due ORDER BY recorded, pool, kind, reference, member

-- name: TakePaper
DELETE FROM paper_due WHERE pool = @pool AND kind = @kind AND reference = @reference AND member = @member

-- name: IssuedFiles
-- A database that has the pools only as a reference has none of their papers.
SELECT DISTINCT sha256, size FROM issued_file ORDER BY sha256

-- name: LinesOfMember
-- The items of a statement in which the member is a party, with the printed facts of their subjects as they stood at the cut:
-- the totals to date at 100 % of the group, the share of whoever does not act for the other, and the days on which the
-- postings count.
SELECT i.policy, i.claim, i.grp, CASE i.a WHEN @member THEN i.b ELSE i.a END AS counterparty,
	CASE i.a WHEN @member THEN i.b_owes ELSE i.a_owes END AS owed_to_member,
	CASE i.a WHEN @member THEN i.a_owes ELSE i.b_owes END AS owed_by_member, i.currency, i.agreement_version,
	coalesce(f.insured, '') AS insured, coalesce(f.line, '') AS line, f.period_from, f.period_to, f.loss_day,
	coalesce(f.total, 0) AS total, coalesce(CASE i.grp WHEN 'claims' THEN m.claim_share ELSE m.premium_share END, 0) AS share,
	d.first, d.last, coalesce(d.first < s.starts, false) AS late
FROM statement AS s JOIN statement_item AS i ON i.pool = s.pool AND i.statement = s.number
LEFT JOIN accepted_agreement AS g ON g.pool = i.pool AND g.version = i.agreement_version
LEFT JOIN participation AS m ON m.pool = i.pool AND m.version = i.agreement_version
	AND m.member = CASE CASE i.grp WHEN 'claims' THEN g.servicer ELSE g.issuer END WHEN i.a THEN i.b WHEN i.b THEN i.a END
LEFT JOIN LATERAL (
	SELECT min(w.insured) AS insured, min(w.line) AS line, min(w.period_from) AS period_from, min(w.period_to) AS period_to,
		min(w.loss_day) AS loss_day, sum(CASE WHEN w.stream IN ('recovery', 'salvage') THEN -w.total ELSE w.total END)::bigint AS total
	FROM (SELECT DISTINCT ON (k.stream) k.stream, k.total, k.insured, k.line, k.period_from, k.period_to, k.loss_day
		FROM split_working AS k JOIN announced_event AS e ON e.pool = k.pool AND e.id = k.event
		WHERE k.pool = i.pool AND k.subject = CASE i.claim WHEN '' THEN i.policy ELSE i.claim END AND e.recorded <= s.cut
			AND CASE i.grp WHEN 'premium' THEN k.stream IN ('net_received', 'vat_received')
				WHEN 'fee' THEN k.stream IN ('issuing_fee', 'issuing_fee_vat') WHEN 'commission' THEN k.stream = 'commission'
				ELSE k.stream IN ('indemnity', 'expense', 'recovery', 'salvage') END
		ORDER BY k.stream, k.subject_version DESC) AS w) AS f ON true
LEFT JOIN LATERAL (
	SELECT min(p.effective) AS first, max(p.effective) AS last FROM inter_member_posting AS p
	WHERE p.pool = i.pool AND p.policy = i.policy AND p.claim = i.claim AND p.book = i.a AND p.counterparty = i.b
		AND p.stream <> 'settlement' AND p.recorded <= s.cut AND p.effective <= s.ends
		AND i.grp = CASE WHEN p.stream IN ('net_received', 'vat_received') THEN 'premium'
			WHEN p.stream IN ('issuing_fee', 'issuing_fee_vat') THEN 'fee' WHEN p.stream = 'commission' THEN 'commission'
			WHEN p.stream = 'late_interest' THEN 'interest' ELSE 'claims' END
		AND NOT EXISTS (SELECT 1 FROM standing_statement AS o WHERE o.pool = i.pool AND o.number < s.number
			AND p.recorded <= o.cut AND p.effective <= o.ends)) AS d ON true
WHERE s.pool = @pool AND s.number = @number AND @member IN (i.a, i.b) AND i.a_owes <> i.b_owes
ORDER BY i.policy, i.claim, i.grp, counterparty LIMIT nullif(@most, 0)

-- name: GroupsOfMember
-- What each other member and the member owe each other on a statement, by group.
SELECT CASE a WHEN @member THEN b ELSE a END AS counterparty, grp,
	sum(CASE a WHEN @member THEN b_owes ELSE a_owes END)::bigint AS owed_to_member,
	sum(CASE a WHEN @member THEN a_owes ELSE b_owes END)::bigint AS owed_by_member,
	count(*) FILTER (WHERE a_owes <> b_owes) AS items
FROM statement_item WHERE pool = @pool AND statement = @number AND @member IN (a, b)
GROUP BY 1, grp ORDER BY 1, grp

-- name: AdvancesOfMember
-- What the member received on cash calls and has not used, less what it paid so, as of the statement's end and cut.
SELECT coalesce(sum(p.advance_received - p.advance_paid), 0)::bigint
FROM statement AS s JOIN inter_member_posting AS p ON p.pool = s.pool AND p.recorded <= s.cut AND p.effective <= s.ends
WHERE s.pool = @pool AND s.number = @number AND p.book = @member

-- name: TakenOfMember
-- What a run takes of the member's items, by ring and counterparty.
SELECT ring, CASE a WHEN @member THEN b ELSE a END AS counterparty,
	sum(CASE a WHEN @member THEN b_owes ELSE a_owes END)::bigint AS owed_to_member,
	sum(CASE a WHEN @member THEN a_owes ELSE b_owes END)::bigint AS owed_by_member,
	count(*) FILTER (WHERE a_owes <> b_owes) AS items
FROM settlement_item WHERE pool = @pool AND settlement = @number AND @member IN (a, b) GROUP BY ring, 2 ORDER BY ring, 2

-- name: SkippedOfMember
-- The member's items that a run left out, and why.
SELECT k.policy, k.claim, k.grp, CASE k.a WHEN @member THEN k.b ELSE k.a END AS counterparty, k.why,
	CASE k.a WHEN @member THEN i.b_owes - i.a_owes ELSE i.a_owes - i.b_owes END AS net
FROM settlement_skip AS k JOIN statement_item AS i ON i.pool = k.pool AND i.statement = k.statement AND i.policy = k.policy
	AND i.claim = k.claim AND i.grp = k.grp AND i.a = k.a AND i.b = k.b AND i.currency = k.currency
WHERE k.pool = @pool AND k.settlement = @number AND @member IN (k.a, k.b) AND k.why <> 'taken'
ORDER BY k.policy, k.claim, k.grp, counterparty LIMIT @most

-- name: BalancesBetween
-- What two members owe each other by one's book: what counts by the day and was recorded by the instant, by group.
SELECT CASE WHEN stream IN ('net_received', 'vat_received') THEN 'premium' WHEN stream IN ('issuing_fee', 'issuing_fee_vat') THEN 'fee'
		WHEN stream = 'commission' THEN 'commission' WHEN stream = 'late_interest' THEN 'interest' WHEN stream = 'settlement' THEN 'settled'
		WHEN due_to = 0 AND due_from = 0 THEN 'advance' ELSE 'claims' END AS grp, currency,
	sum(due_to + advance_received)::bigint AS owes, sum(due_from + advance_paid)::bigint AS owed, count(*) AS postings
FROM inter_member_posting
WHERE pool = @pool AND book = @debtor AND counterparty = @creditor AND effective <= @day AND recorded <= @known
GROUP BY 1, 2 ORDER BY 1, 2

-- name: FilesOfPool
SELECT :columns FROM issued_file WHERE pool = @pool ORDER BY kind, reference, member, format

-- name: PapersDueInPool
SELECT :columns FROM paper_due WHERE pool = @pool ORDER BY kind, reference, member

-- name: PapersOfActs
-- What the issue of a statement and the approval of a run ask for: a paper for each member of the statement.
SELECT 'statement', s.period || '/' || s.issue, m.member, s.issued, s.issued_by
FROM statement AS s JOIN statement_member AS m ON m.pool = s.pool AND m.statement = s.number
WHERE s.pool = @pool AND s.issued IS NOT NULL
UNION ALL
SELECT 'letter', s.period || '/' || r.number, m.member, r.approved, r.approved_by
FROM settlement AS r JOIN statement AS s ON s.pool = r.pool AND s.number = r.statement
JOIN statement_member AS m ON m.pool = s.pool AND m.statement = s.number
WHERE r.pool = @pool AND r.approved IS NOT NULL

-- name: PapersTold
-- What was announced of papers, one subject after the other.
SELECT type, subject, common->'data' FROM announced_event
WHERE pool = @pool AND type IN ('coinsurance.paper_written', 'coinsurance.balance_confirmation_requested')
ORDER BY subject, subject_version
