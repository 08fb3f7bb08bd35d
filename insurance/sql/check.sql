-- name: PortionsSum
-- The portions of every split of a total sum to it.
SELECT subject, subject || ': ' || stream || ' at version ' || subject_version || ': portions sum to ' || portions ||
	', not ' || total
FROM split_out_of_balance WHERE pool = @pool

-- name: PolicyPostingsAgree
-- For each stream of a policy, what a member's book says on the stream's own account is the portion of the newest split. The
-- issuer's own commission is posted and owed to nobody, so it is left out.
WITH rule AS (
	SELECT posted, stream, account, sign
	FROM unnest(@streams::stream[], @totals::stream[], @accounts::account[], @signs::int[]) AS r (posted, stream, account, sign)),
posted AS (
	SELECT m.policy AS subject, rule.stream, m.book AS member, sum(rule.sign * m.amount) AS amount
	FROM account_movement AS m JOIN rule ON rule.posted = m.stream AND rule.account = m.account
	WHERE m.pool = @pool AND m.policy <> '' AND m.claim = '' GROUP BY 1, 2, 3),
portion AS (
	SELECT n.subject, n.stream, n.agreement_version, n.member, n.amount
	FROM newest_portion AS n JOIN rule USING (stream) WHERE n.pool = @pool)
SELECT coalesce(portion.subject, posted.subject), coalesce(portion.subject, posted.subject) || ': ' ||
	coalesce(portion.stream, posted.stream) || ' of ' || coalesce(portion.member, posted.member) ||
	': postings say ' || coalesce(posted.amount, 0) || ' fen, the portion is ' || coalesce(portion.amount, 0)
FROM portion FULL JOIN posted USING (subject, stream, member)
LEFT JOIN accepted_agreement AS a ON a.pool = @pool AND a.version = portion.agreement_version
WHERE coalesce(portion.amount, 0) <> coalesce(posted.amount, 0)
	AND NOT (stream = 'commission' AND member IS NOT DISTINCT FROM a.issuer)

-- name: SplitsAgreeWithPolicies
-- The newest split of a policy's premium is that of the policy's own total, and nothing before it is on risk.
SELECT policy.number, policy.number || ': net premium on risk is ' ||
	CASE WHEN policy.on_risk IS NULL THEN 0 ELSE policy.net_premium END || ' fen, split was ' || coalesce(newest.total, 0)
FROM policy LEFT JOIN newest_split AS newest
	ON newest.pool = @pool AND newest.subject = policy.number AND newest.stream = 'net_premium'
WHERE policy.pool = @pool
	AND CASE WHEN policy.on_risk IS NULL THEN 0 ELSE policy.net_premium END <> coalesce(newest.total, 0)

-- name: ClaimNotes
-- What the policies of a pool know of their claims.
SELECT :columns FROM policy_claim WHERE pool = @pool
