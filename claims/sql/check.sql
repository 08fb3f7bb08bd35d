-- name: ClaimPostingsAgree
-- For each stream of a claim, what a member's book says on the stream's own account is the portion of the newest split. Of
-- recoveries and salvage, what was posted before their accounts were closed counts with what is posted now; the journal that
-- brought the closed accounts over is of no claim.
WITH rule AS (
	SELECT posted, stream, account, sign
	FROM unnest(@streams::stream[], @totals::stream[], @accounts::account[], @signs::int[]) AS r (posted, stream, account, sign)),
posted AS (
	SELECT m.claim AS subject, rule.stream, m.book AS member, sum(rule.sign * m.amount) AS amount
	FROM account_movement AS m JOIN rule ON rule.posted = m.stream AND rule.account = m.account
	WHERE m.pool = @pool AND m.claim <> '' GROUP BY 1, 2, 3),
portion AS (
	SELECT n.subject, n.stream, n.member, n.amount
	FROM newest_portion AS n JOIN (SELECT DISTINCT stream FROM rule) AS rule USING (stream) WHERE n.pool = @pool)
SELECT coalesce(portion.subject, posted.subject), coalesce(portion.subject, posted.subject) || ': ' ||
	coalesce(portion.stream, posted.stream) || ' of ' || coalesce(portion.member, posted.member) ||
	': postings say ' || coalesce(posted.amount, 0) || ' fen, the portion is ' || coalesce(portion.amount, 0)
FROM portion FULL JOIN posted USING (subject, stream, member)
WHERE coalesce(portion.amount, 0) <> coalesce(posted.amount, 0)

-- name: SplitsAgreeWithClaims
-- The newest split of each stream is that of the claim's own total.
WITH total (number, stream, amount) AS (
	SELECT number, each.stream::stream, each.amount FROM claim, LATERAL (VALUES
		('indemnity', paid_indemnity), ('expense', paid_expense), ('recovery', recovery), ('salvage', salvage),
		('reserve_indemnity', estimate_indemnity), ('reserve_expense', estimate_expense),
		('outstanding_indemnity', CASE WHEN state IN ('closed', 'refused', 'withdrawn') THEN 0
			ELSE greatest(0, estimate_indemnity - paid_indemnity) END),
		('outstanding_expense', CASE WHEN state IN ('closed', 'refused', 'withdrawn') THEN 0
			ELSE greatest(0, estimate_expense - paid_expense) END)) AS each (stream, amount)
	WHERE claim.pool = @pool)
SELECT total.number, total.number || ': ' || total.stream || ' is ' || total.amount || ' fen, split was ' ||
	coalesce(newest.total, 0)
FROM total LEFT JOIN newest_split AS newest
	ON newest.pool = @pool AND newest.subject = total.number AND newest.stream = total.stream
WHERE total.amount <> coalesce(newest.total, 0)

-- name: ExpenseKindsAgree
-- Over all books, each kind of expense is what the claim says of it.
WITH total (number, stream, amount) AS (
	SELECT number, each.stream::stream, each.amount FROM claim, LATERAL (VALUES
		('expense_adjuster', paid_adjuster), ('expense_expert', paid_expert), ('expense_legal', paid_legal),
		('expense_other', paid_expense - paid_adjuster - paid_expert - paid_legal)) AS each (stream, amount)
	WHERE claim.pool = @pool),
posted AS (
	SELECT claim AS number, stream, sum(amount) FILTER (WHERE account = 'claim_expense') AS amount
	FROM account_movement
	WHERE pool = @pool AND stream IN ('expense_adjuster', 'expense_expert', 'expense_legal', 'expense_other')
	GROUP BY 1, 2)
SELECT coalesce(total.number, posted.number), coalesce(total.number, posted.number) || ': ' || stream || ' is ' ||
	coalesce(total.amount, 0) || ' fen, the books say ' || coalesce(posted.amount, 0)
FROM total FULL JOIN posted USING (number, stream)
WHERE coalesce(total.amount, 0) <> coalesce(posted.amount, 0)

-- name: PaymentsAgree
-- A claim's payments add up to what it says is paid.
WITH listed AS (
	SELECT claim AS number, sum(indemnity) AS indemnity, sum(adjuster) AS adjuster, sum(expert) AS expert,
		sum(legal) AS legal, sum(other) AS other, count(*) AS payments
	FROM claim_payment WHERE pool = @pool GROUP BY 1)
SELECT number, number || ': its payments add up to another amount than it says is paid'
FROM claim LEFT JOIN listed USING (number)
WHERE claim.pool = @pool AND (paid_indemnity, paid_adjuster, paid_expert, paid_legal,
		paid_expense - paid_adjuster - paid_expert - paid_legal, claim.payments)
	IS DISTINCT FROM (coalesce(indemnity, 0), coalesce(adjuster, 0), coalesce(expert, 0), coalesce(legal, 0),
		coalesce(other, 0), coalesce(listed.payments, 0))

-- name: CallsAgree
-- What a member's book says it paid ahead, and owes for paying late, is what its calls say.
WITH posted AS (
	SELECT claim, book AS member,
		sum(amount) FILTER (WHERE stream = 'cash_call' AND account = 'claim_advance_paid' AND against = 'cash') AS paid,
		sum(amount) FILTER (WHERE stream = 'late_interest' AND account = 'interest_expense') AS interest
	FROM account_movement WHERE pool = @pool AND claim <> '' AND stream IN ('cash_call', 'late_interest')
	GROUP BY 1, 2)
SELECT coalesce(call.claim, posted.claim), coalesce(call.claim, posted.claim) || ': ' ||
	coalesce(call.member, posted.member) || ' paid ' || coalesce(call.paid, 0) || ' fen towards calls and owes ' ||
	coalesce(call.interest, 0) || ' of interest, its book says ' || coalesce(posted.paid, 0) || ' and ' ||
	coalesce(posted.interest, 0)
FROM (SELECT claim, member, paid, interest FROM claim_cash_call WHERE pool = @pool) AS call FULL JOIN posted USING (claim, member)
WHERE coalesce(call.paid, 0) <> coalesce(posted.paid, 0) OR coalesce(call.interest, 0) <> coalesce(posted.interest, 0)

-- name: ClaimsAsNoted
-- What a policy has to know of each of its claims.
SELECT number, policy, loss_day, state, approved_indemnity, paid_indemnity, paid_expense FROM claim WHERE pool = @pool

-- name: DeadlinesAgreeWithEvents
-- What every deadline stands at was announced, and once, since it last started.
WITH told AS (
	SELECT split_part(e.subject, '/', 2) AS claim, e.type, e.subject_version AS place, each.c->>'name' AS name,
		coalesce(each.c->>'member', '') AS member, coalesce((each.c->>'number')::int, 0) AS number
	FROM announced_event AS e, LATERAL (
		SELECT jsonb_array_elements(coalesce(e.common #> '{data,detail,clocks}', '[]')) AS c
		UNION ALL
		SELECT jsonb_array_elements(coalesce(s -> 'clocks', '[]')) FROM unnest(e.sections) AS s) AS each
	WHERE e.pool = @pool AND e.type LIKE 'claims.clock_%'),
begun AS (
	SELECT claim, name, member, number, max(place) AS place FROM told WHERE type = 'claims.clock_started'
	GROUP BY 1, 2, 3, 4),
counted AS (
	SELECT claim, name, member, number,
		count(*) FILTER (WHERE type = 'claims.clock_due_soon') AS soon,
		count(*) FILTER (WHERE type = 'claims.clock_missed') AS missed,
		count(*) FILTER (WHERE type = 'claims.clock_met') AS met,
		count(*) FILTER (WHERE type = 'claims.clock_stopped') AS stopped
	FROM begun LEFT JOIN told USING (claim, name, member, number)
	WHERE told.place >= begun.place OR told.place IS NULL GROUP BY 1, 2, 3, 4)
SELECT claim, claim || ': clock ' || name || CASE WHEN member <> '' THEN ' of ' || member ELSE '' END || CASE
		WHEN n.soon IS NULL THEN ' was never announced to have started'
		WHEN c.state IS NULL THEN ' was announced, and does not run'
		WHEN greatest(n.soon, n.missed, n.met, n.stopped) > 1 THEN ' was announced twice'
		WHEN c.warned <> (n.soon = 1) THEN ' is due soon, or was announced to be, and not both'
		ELSE ' stands at ' || c.state || ', which is not what was announced' END
FROM (SELECT claim, name, member, number, state, warned, missed FROM claim_deadline WHERE pool = @pool) AS c
FULL JOIN counted AS n USING (claim, name, member, number)
WHERE n.soon IS NULL OR c.state IS NULL OR greatest(n.soon, n.missed, n.met, n.stopped) > 1
	OR c.warned <> (n.soon = 1) OR (c.state = 'met') <> (n.met = 1) OR (c.state = 'stopped') <> (n.stopped = 1)
	OR c.state <> 'met' AND c.missed <> (n.missed = 1)
