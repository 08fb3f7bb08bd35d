-- What the other packages may read of settlement, and what settlement may read of splits.

-- Every division of a stream, with the printed facts of its subject: a statement shows from it what an item comes of.
CREATE VIEW split_working AS
SELECT pool, subject, stream, subject_version, event, agreement_version, residue_policy, total, members, portions, products, residue,
    taken_by, insured, line, period_from, period_to, loss_day
FROM split;

--bun:split

-- Every item of the statements that stand, with where it stands: open, held by a query, or taken by an approved run of settlement.
CREATE VIEW item_state AS
SELECT i.pool, i.statement, s.period, s.issue, i.policy, i.claim, i.grp, i.a, i.b, i.currency, i.a_owes, i.b_owes,
    coalesce(late.settlement, main.number) AS settlement, -- that takes it; NULL for none
    EXISTS (SELECT 1 FROM statement_query AS q WHERE q.pool = i.pool AND q.statement = i.statement AND q.state <> 'resolved'
        AND q.subject = CASE i.claim WHEN '' THEN i.policy ELSE i.claim END AND q.grp IN ('', i.grp) AND q.member IN (i.a, i.b)
    ) AS held
FROM statement_item AS i
JOIN statement AS s ON s.pool = i.pool AND s.number = i.statement AND s.state <> 'cancelled'
LEFT JOIN LATERAL (SELECT r.number FROM settlement AS r
    WHERE r.pool = i.pool AND r.statement = i.statement AND r.state IN ('approved', 'completed', 'unwinding')
    AND NOT EXISTS (SELECT 1 FROM settlement_skip AS k WHERE k.pool = i.pool AND k.statement = i.statement AND k.policy = i.policy
        AND k.claim = i.claim AND k.grp = i.grp AND k.a = i.a AND k.b = i.b AND k.currency = i.currency AND k.settlement = r.number)
) AS main ON true
LEFT JOIN LATERAL (SELECT l.settlement FROM settlement_late AS l JOIN settlement AS r ON r.pool = l.pool AND r.number = l.settlement
    WHERE l.pool = i.pool AND l.statement = i.statement AND l.policy = i.policy AND l.claim = i.claim AND l.grp = i.grp
    AND l.a = i.a AND l.b = i.b AND l.currency = i.currency AND r.state IN ('approved', 'completed', 'unwinding')
) AS late ON true;

--bun:split

-- The ring of a policy under each kind of fence: what a run nets by itself. It is only looked up where an agreement fences.
CREATE VIEW item_ring AS
SELECT w.pool, w.subject AS policy, fence.kind AS ring_fence, CASE fence.kind WHEN 'line' THEN w.line
    WHEN 'year' THEN extract(year FROM w.period_from)::text ELSE w.line || ' ' || extract(year FROM w.period_from) END AS ring
FROM (SELECT DISTINCT ON (pool, subject) pool, subject, line, period_from FROM split
    ORDER BY pool, subject, stream, subject_version DESC) AS w
CROSS JOIN (VALUES ('line'), ('year'), ('line_year')) AS fence (kind);

--bun:split

-- What a run of settlement takes: the rows of its statement that it does not skip, and late ones of statements before.
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
LEFT JOIN LATERAL (SELECT f.ring FROM item_ring AS f WHERE f.pool = i.pool AND f.policy = i.policy AND f.ring_fence = i.ring_fence
    ) AS f ON i.ring_fence <> 'none';
