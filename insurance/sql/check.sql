-- name: PortionsSum
-- The portions of every split of a total sum to it. Fees are computed, not split, and have no products.
SELECT subject, subject || ': ' || stream || ' at version ' || subject_version || ': portions sum to ' ||
	total_of_portions || ', not ' || total
FROM (SELECT subject, stream::text, subject_version, total, (SELECT sum(p) FROM unnest(portions) AS p) AS total_of_portions
	FROM split WHERE pool = @pool AND cardinality(products) > 0) AS summed
WHERE total_of_portions IS DISTINCT FROM total

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
newest AS (
	SELECT DISTINCT ON (subject, stream) subject, stream, agreement_version, members, portions
	FROM split WHERE pool = @pool ORDER BY subject, stream, subject_version DESC),
portion AS (
	SELECT n.subject, n.stream, n.agreement_version, each.member, each.amount
	FROM newest AS n JOIN rule USING (stream), unnest(n.members, n.portions) AS each (member, amount))
SELECT coalesce(portion.subject, posted.subject), coalesce(portion.subject, posted.subject) || ': ' ||
	coalesce(portion.stream, posted.stream) || ' of ' || coalesce(portion.member, posted.member) ||
	': postings say ' || coalesce(posted.amount, 0) || ' fen, the portion is ' || coalesce(portion.amount, 0)
FROM portion FULL JOIN posted USING (subject, stream, member)
LEFT JOIN agreement AS a ON a.pool = @pool AND a.version = portion.agreement_version
WHERE coalesce(portion.amount, 0) <> coalesce(posted.amount, 0)
	AND NOT (stream = 'commission' AND member IS NOT DISTINCT FROM a.issuer)

-- name: SplitsAgreeWithPolicies
-- The newest split of a policy's premium is that of the policy's own total, and nothing before it is on risk.
SELECT policy.number, policy.number || ': net premium on risk is ' ||
	CASE WHEN policy.on_risk IS NULL THEN 0 ELSE policy.net_premium END || ' fen, split was ' || coalesce(newest.total, 0)
FROM policy LEFT JOIN LATERAL (
	SELECT total FROM split
	WHERE split.pool = @pool AND split.subject = policy.number AND split.stream = 'net_premium'
	ORDER BY subject_version DESC LIMIT 1) AS newest ON true
WHERE policy.pool = @pool
	AND CASE WHEN policy.on_risk IS NULL THEN 0 ELSE policy.net_premium END <> coalesce(newest.total, 0)

-- name: ClaimNotes
-- What the policies of a pool know of their claims.
SELECT :columns FROM policy_claim WHERE pool = @pool
