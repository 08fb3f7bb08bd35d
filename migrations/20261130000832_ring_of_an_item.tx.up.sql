-- The ring of an item is that of its policy. Of a policy without a premium nothing was ever divided, and of a claim on which only
-- cash came in nothing either, so the policy itself is asked as well.
DROP VIEW settlement_item;

--bun:split

DROP VIEW item_ring;

--bun:split

CREATE VIEW item_ring AS
SELECT w.pool, w.subject, fence.kind AS ring_fence, CASE fence.kind WHEN 'line' THEN w.line
    WHEN 'year' THEN extract(year FROM w.period_from)::text ELSE w.line || ' ' || extract(year FROM w.period_from) END AS ring
FROM (
    (SELECT DISTINCT ON (pool, subject) pool, subject, line, period_from FROM split
        ORDER BY pool, subject, stream, subject_version DESC)
    UNION ALL SELECT pool, number, line, starts FROM policy
) AS w CROSS JOIN (VALUES ('line'), ('year'), ('line_year')) AS fence (kind);

--bun:split

-- It is looked up item by item, and only where the agreement fences: else every run would look through all divisions of the pool.
-- The limit keeps the planner from doing that all the same.
CREATE VIEW settlement_item AS
SELECT i.pool, i.settlement, i.statement, i.policy, i.claim, i.grp, i.a, i.b, i.currency, i.a_owes, i.b_owes,
    i.agreement_version, coalesce(f.ring, '') AS ring
FROM (
    SELECT r.number AS settlement, r.ring_fence, i.*
    FROM settlement AS r JOIN statement_item AS i ON i.pool = r.pool AND i.statement = r.statement
    WHERE NOT EXISTS (SELECT 1 FROM settlement_skip AS k WHERE k.pool = i.pool AND k.statement = i.statement AND k.policy = i.policy
        AND k.claim = i.claim AND k.grp = i.grp AND k.a = i.a AND k.b = i.b AND k.currency = i.currency AND k.settlement = r.number)
    UNION ALL
    SELECT r.number, r.ring_fence, i.*
    FROM settlement AS r JOIN settlement_late AS l ON l.pool = r.pool AND l.settlement = r.number
    JOIN statement_item AS i ON i.pool = l.pool AND i.statement = l.statement AND i.policy = l.policy AND i.claim = l.claim
    AND i.grp = l.grp AND i.a = l.a AND i.b = l.b AND i.currency = l.currency
) AS i
LEFT JOIN LATERAL (SELECT f.ring FROM item_ring AS f WHERE f.pool = i.pool AND f.ring_fence = i.ring_fence
    AND f.subject = i.policy
    AND i.ring_fence <> 'none' LIMIT 1) AS f ON true;
