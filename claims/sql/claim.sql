-- name: ClaimByNumber
SELECT :columns FROM claim WHERE pool = @pool AND number = @number

-- name: PolicyOfClaim
-- It never changes.
SELECT policy FROM claim WHERE pool = @pool AND number = @number

-- name: LockClaim
-- Taken after the period and the policy. Rows that refer to the claim may be written meanwhile: its key never changes.
SELECT :columns FROM claim WHERE pool = @pool AND number = @number FOR NO KEY UPDATE

-- name: ClaimExists
SELECT EXISTS (SELECT FROM claim WHERE pool = @pool AND number = @number)

-- name: ClaimsOfZoneInView
-- The claims of several databases, in the order of their numbers byte by byte, so that lists of several databases are merged.
SELECT :columns FROM claim
WHERE (@pool = '' OR pool = @pool) AND (@policy = '' OR policy = @policy) AND (@state = '' OR state = @state)
	AND number COLLATE "C" > @after
	AND (@member = '' OR EXISTS (SELECT 1 FROM participation AS m
		WHERE m.pool = claim.pool AND m.version = claim.agreement_version AND m.member = @member))
ORDER BY number COLLATE "C" LIMIT @most

-- name: ClaimsOfHouseInView
-- The claims of all pools of the one database.
SELECT :columns FROM claim
WHERE (@pool = '' OR pool = @pool) AND (@policy = '' OR policy = @policy) AND (@state = '' OR state = @state)
	AND number > @after
	AND (@member = '' OR EXISTS (SELECT 1 FROM participation AS m
		WHERE m.pool = claim.pool AND m.version = claim.agreement_version AND m.member = @member))
ORDER BY number LIMIT @most

-- name: ClaimsOfPoolInView
-- The claims of one pool, in the order of the key, so that a page is read from the index.
SELECT :columns FROM claim
WHERE pool = @pool AND (@policy = '' OR policy = @policy) AND (@state = '' OR state = @state) AND number > @after
	AND (@member = '' OR EXISTS (SELECT 1 FROM participation AS m
		WHERE m.pool = claim.pool AND m.version = claim.agreement_version AND m.member = @member))
ORDER BY number LIMIT @most

-- name: HistoryOfClaim
SELECT :columns FROM announced_event WHERE pool = @pool AND subject = @subject ORDER BY subject_version

-- name: PaymentsOfClaim
SELECT :columns FROM claim_payment WHERE pool = @pool AND claim = @claim ORDER BY number

-- name: EvidenceOfClaim
SELECT :columns FROM claim_evidence WHERE pool = @pool AND claim = @claim

-- name: QueriesOfClaim
SELECT :columns FROM claim_query WHERE pool = @pool AND claim = @claim ORDER BY number

-- name: OwedForClaim
-- What each member owes the others for the claim, net, by its book. Postings are found by the policy they are of.
SELECT book, sum(amount)::bigint FROM inter_member_posting
WHERE pool = @pool AND policy = @policy AND claim = @claim GROUP BY book

-- name: PayersOf
-- In whose books the cash of a payment stands.
SELECT coalesce(array_agg(DISTINCT m.book), '{}') FROM claim_payment AS p
JOIN account_movement AS m ON m.pool = p.pool AND m.journal = p.event AND m.account = 'cash' AND m.stream <> 'cash_call'
WHERE p.pool = @pool AND p.claim = @claim AND p.number = @number
