-- name: ItemsOf
SELECT :columns FROM premium_item WHERE pool = @pool AND policy = @number ORDER BY recorded, kind, endorsement

-- name: ItemsOfPolicies
SELECT :columns FROM premium_item
WHERE pool = @pool AND policy = ANY (@numbers::text[]) ORDER BY policy, recorded

-- name: Endorsements
-- Whether there is one of that number, and what all of them changed.
SELECT coalesce(bool_or(endorsement = @endorsement), false), coalesce(sum(abs(amount)), 0)::bigint FROM premium_item
WHERE pool = @pool AND policy = @number AND kind = 'premium' AND endorsement <> ''

-- name: UnpostItems
-- The policy is not on risk any longer, so its items are posted in no month.
UPDATE premium_item SET period = NULL WHERE pool = @pool AND policy = @number

-- name: LatestReceipt
-- Of the receipts that were not reversed, the latest effective day.
SELECT max(effective) FROM announced_event AS receipt WHERE pool = @pool AND subject = @subject AND type = @type
    AND NOT EXISTS (SELECT FROM reversed_journal AS r WHERE r.pool = @pool AND r.journal = receipt.id)

-- name: CashTakenBack
-- The refunds of a policy and the reversals of its premium cash, as they were announced.
SELECT coalesce(array_agg(common), '{}') FROM announced_event
WHERE pool = @pool AND subject = @subject AND type IN (@refunded, @reversed)

-- name: CashEvent
-- A receipt or a refund of the policy, as it was announced.
SELECT common, effective FROM announced_event
WHERE pool = @pool AND id = @id AND subject = @subject AND type IN (@received, @refunded)

-- name: UnearnedBooked
-- What of a policy's premium is held back as unearned.
SELECT coalesce((SELECT total FROM newest_split
    WHERE pool = @pool AND stream = @stream AND subject = @number), 0)

-- name: UnearnedBookedOf
SELECT subject, total FROM newest_split
WHERE pool = @pool AND stream = @stream AND subject = ANY (@numbers::text[])

-- name: PremiumWritten
-- What the books say: each member's own premium, by the accounting month of the day on risk.
SELECT m.pool, policy.line, m.book, m.period, count(DISTINCT m.policy), -sum(m.amount)
FROM account_movement AS m JOIN policy ON policy.pool = m.pool AND policy.number = m.policy
WHERE m.stream = 'net_premium' AND m.account = 'premium_written' AND (@member = '' OR m.book = @member)
GROUP BY m.pool, policy.line, m.book, m.period

-- name: PremiumSigned
-- What was agreed: the original premium on the day of issue, what changed it on the day that was recorded.
SELECT p.pool, p.line, p.agreement_version, date_trunc('month', CASE
        WHEN s.kind = 'premium' AND s.endorsement = '' THEN p.issued::timestamp
        ELSE s.recorded AT TIME ZONE 'Asia/Shanghai' END)::date, sum(s.amount)
FROM premium_item AS s JOIN policy AS p ON p.pool = s.pool AND p.number = s.policy
GROUP BY 1, 2, 3, 4

-- name: SubsidiesOfInsured
-- What an insured was given in the zone for other policies that start in the same year, what it kept of a subsidy that
-- was clawed back included, and until when it is banned.
SELECT coalesce(sum(CASE WHEN subsidy->>'state' IN ('applied', 'granted', 'paid') THEN (subsidy->>'amount')::numeric
        WHEN subsidy->>'state' = 'clawed_back'
        THEN (subsidy->>'paid')::numeric - (subsidy->>'clawed_back')::numeric END * 100) FILTER (
    WHERE number <> @number AND date_trunc('year', starts) = date_trunc('year', @starts::date)), 0)::bigint,
    max((subsidy->>'banned_until')::date)
FROM policy WHERE pool IN (SELECT code FROM zone_pool) AND insured = @insured AND subsidy <> '{}'

-- name: ClaimNotesOf
SELECT :columns FROM policy_claim WHERE pool = @pool AND policy = @number ORDER BY claim
