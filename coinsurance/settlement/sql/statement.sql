-- name: StatementsOfPool
-- Every statement of a pool, in order of drawing.
SELECT :columns FROM statement WHERE pool = @pool ORDER BY number

-- name: StandingStatement
-- The one statement of a period that is not cancelled.
SELECT :columns FROM statement WHERE pool = @pool AND period = @period AND state <> 'cancelled'

-- name: LockStatement
-- What happens to a statement happens one after the other.
SELECT :columns FROM statement WHERE pool = @pool AND period = @period AND state <> 'cancelled' FOR UPDATE

-- name: LockHead
-- Whoever draws a statement or makes a run waits here. The row is made by who comes first.
INSERT INTO settlement_head (pool) VALUES (@pool)
ON CONFLICT (pool) DO UPDATE SET pool = excluded.pool RETURNING pool

-- name: MemberTotals
SELECT :columns FROM statement_member WHERE pool = @pool AND statement = @number ORDER BY member

-- name: MembersOfPool
-- Every member of any accepted version.
SELECT DISTINCT p.member FROM participation AS p JOIN accepted_agreement AS a ON a.pool = p.pool AND a.version = p.version
WHERE p.pool = @pool ORDER BY p.member

-- name: AnswersOf
SELECT :columns FROM statement_answer WHERE pool = @pool AND statement = @number ORDER BY member

-- name: QueriesOf
SELECT :columns FROM statement_query WHERE pool = @pool AND statement = @number ORDER BY number
