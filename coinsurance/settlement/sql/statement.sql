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

-- name: LaterStatement
-- The period of a statement that was drawn after another and stands, or whose cut is made; '' for none.
SELECT coalesce((SELECT period FROM statement WHERE pool = @pool AND number > @number AND state <> 'cancelled'
	ORDER BY number LIMIT 1), '')

-- name: TakerOf
-- The run that takes items of a statement, as its own or late; 0 for none.
SELECT coalesce((SELECT min(r.number) FROM settlement AS r
	WHERE r.pool = @pool AND r.state NOT IN ('withdrawn', 'unwound') AND (r.statement = @number::int OR EXISTS (
		SELECT 1 FROM settlement_late AS l WHERE l.pool = r.pool AND l.statement = @number::int AND l.settlement = r.number))), 0)

-- name: MemberTotals
SELECT :columns FROM statement_member WHERE pool = @pool AND statement = @number ORDER BY member

-- name: MembersOfPool
-- Every member of any accepted version.
SELECT DISTINCT p.member FROM participation AS p JOIN accepted_agreement AS a ON a.pool = p.pool AND a.version = p.version
WHERE p.pool = @pool ORDER BY p.member

-- name: AnswersOf
SELECT :columns FROM statement_answer WHERE pool = @pool AND statement = @number ORDER BY member

-- name: QueryAmounts
-- What the items that each query of a statement disputes come to for the member that raised it; of one member, those between the two.
SELECT q.number, coalesce(sum(CASE q.member WHEN i.a THEN i.b_owes - i.a_owes ELSE i.a_owes - i.b_owes END), 0)::bigint AS amount
FROM statement_query AS q LEFT JOIN statement_item AS i ON i.pool = q.pool AND i.statement = q.statement AND q.member IN (i.a, i.b)
	AND q.subject = CASE i.claim WHEN '' THEN i.policy ELSE i.claim END AND q.grp IN ('', i.grp)
	AND (@own::text = '' OR @own IN (i.a, i.b))
WHERE q.pool = @pool AND q.statement = @number GROUP BY q.number ORDER BY q.number

-- name: QueriesOf
SELECT :columns FROM statement_query WHERE pool = @pool AND statement = @number ORDER BY number
