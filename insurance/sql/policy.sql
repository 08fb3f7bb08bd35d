-- name: FindPolicy
SELECT :columns FROM policy WHERE pool = @pool AND number = @number

-- name: LockPolicy
-- The policy stays as it is until the transaction ends. A claim's lock, and every change of the policy, waits here.
SELECT :columns FROM policy WHERE pool = @pool AND number = @number FOR NO KEY UPDATE

-- name: LockPoliciesOnRisk
-- A page of the policies on risk, for a month's end.
SELECT :columns FROM policy
WHERE pool = @pool AND number > @after AND on_risk IS NOT NULL
ORDER BY number LIMIT @most FOR NO KEY UPDATE

-- name: PoliciesByNumber
-- A database that has the pool only as a reference has none of its policies.
SELECT :columns FROM policy
WHERE pool = ANY (SELECT code FROM zone_pool) AND number = ANY (@numbers::text[])

-- name: PoliciesByName
-- What is left empty does not count. A policy in force is expired from the day after its last. A member sees what
-- it is or would be a member of.
SELECT :columns FROM policy
WHERE (@pool = '' OR pool = @pool) AND (@line = '' OR line = @line) AND (@insured = '' OR insured = @insured)
    AND (@after = '' OR number > @after)
    AND (@start_from::date IS NULL OR starts >= @start_from) AND (@start_to::date IS NULL OR starts <= @start_to)
    AND (@state = '' OR state = @state) AND (@ends_from::date IS NULL OR ends >= @ends_from)
    AND (@ends_before::date IS NULL OR ends < @ends_before)
    AND (@member = '' OR EXISTS (SELECT 1 FROM participation AS m WHERE m.pool = policy.pool AND m.member = @member
        AND m.version = CASE WHEN policy.agreement_version > 0 THEN policy.agreement_version ELSE (
            SELECT a.version FROM accepted_agreement AS a WHERE a.pool = policy.pool AND a.starts <= policy.starts
            ORDER BY a.starts DESC LIMIT 1) END))
ORDER BY number LIMIT @most

-- name: PoliciesByBytes
-- As PoliciesByName, in the order of the numbers' bytes, in which several databases are merged.
SELECT :columns FROM policy
WHERE (@pool = '' OR pool = @pool) AND (@line = '' OR line = @line) AND (@insured = '' OR insured = @insured)
    AND (@after = '' OR number COLLATE "C" > @after)
    AND (@start_from::date IS NULL OR starts >= @start_from) AND (@start_to::date IS NULL OR starts <= @start_to)
    AND (@state = '' OR state = @state) AND (@ends_from::date IS NULL OR ends >= @ends_from)
    AND (@ends_before::date IS NULL OR ends < @ends_before)
    AND (@member = '' OR EXISTS (SELECT 1 FROM participation AS m WHERE m.pool = policy.pool AND m.member = @member
        AND m.version = CASE WHEN policy.agreement_version > 0 THEN policy.agreement_version ELSE (
            SELECT a.version FROM accepted_agreement AS a WHERE a.pool = policy.pool AND a.starts <= policy.starts
            ORDER BY a.starts DESC LIMIT 1) END))
ORDER BY number COLLATE "C" LIMIT @most

-- name: PoliciesDue
-- Of what is due at one moment, policies go on risk first, and in the order in which they were quoted.
SELECT number FROM (
    SELECT number, quoted, 0 AS turn FROM policy WHERE on_risk IS NULL AND agreement_version > 0 AND starts <= @day
    UNION ALL SELECT number, quoted, 1 FROM policy WHERE next_due <= @day
    UNION ALL SELECT number, quoted, 1 FROM policy
        WHERE NOT expiry_announced AND state = 'in_force' AND on_risk IS NOT NULL AND ends < @day) AS due
GROUP BY number ORDER BY min(turn), min(quoted), number LIMIT @most

-- name: NextDay
SELECT least(
    (SELECT min(starts) FROM policy WHERE on_risk IS NULL AND agreement_version > 0),
    (SELECT min(next_due) FROM policy WHERE next_due IS NOT NULL),
    (SELECT min(ends) + 1 FROM policy WHERE NOT expiry_announced AND state = 'in_force'))

-- name: PoliciesBookedAhead
-- They were booked at issue, before their first day, by a program of before.
SELECT number FROM policy WHERE on_risk < starts AND starts > @today ORDER BY quoted, number

-- name: BumpVersions
-- An event was made of each of the policies, in bulk.
UPDATE policy SET version = version + 1, recorded = greatest(recorded, @now)
WHERE pool = @pool AND number = ANY (@numbers::text[])

-- name: InstalmentsOf
SELECT :columns FROM policy_instalment WHERE pool = @pool AND policy = @number ORDER BY sequence

-- name: InstalmentsOfPolicies
SELECT :columns FROM policy_instalment
WHERE pool = @pool AND policy = ANY (@numbers::text[]) ORDER BY policy, sequence

-- name: ApprovalsOf
SELECT :columns FROM issue_approval WHERE pool = @pool AND policy = @number ORDER BY version

-- name: NotesOf
SELECT :columns FROM policy_note WHERE pool = @pool AND policy = @number ORDER BY version

-- name: LockPoliciesToBegin
-- They were issued ahead and begin by the month's last day; each is locked in the order in which it was quoted.
SELECT :columns FROM policy
WHERE pool = @pool AND on_risk IS NULL AND agreement_version > 0 AND starts <= @last
ORDER BY quoted, number LIMIT @most FOR NO KEY UPDATE
