-- name: DeadlinesOfClaim
SELECT :columns FROM claim_deadline WHERE pool = @pool AND claim = @claim ORDER BY due, name, number, member

-- name: ClaimsWhoseDeadlinesAsk
-- A partial index holds the deadlines that are still looked at; those of the past are never read.
SELECT claim FROM claim_deadline WHERE next <= @now GROUP BY pool, claim ORDER BY pool, claim LIMIT @most

-- name: NextDeadline
SELECT min(next) FROM claim_deadline
