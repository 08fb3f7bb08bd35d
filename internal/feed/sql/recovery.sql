-- name: HeadFacts
-- The last fact that has a position, of every pool that has any.
SELECT h.pool, h.position, e.id, e.type, e.subject, e.recorded FROM feed_head AS h
JOIN feed_position AS f ON f.pool = h.pool AND f.position = h.position
JOIN event AS e ON e.pool = f.pool AND e.id = f.event

-- name: Counterparts
-- What the database says of records of the topic: whether it has the fact, where, and what it has at that position.
SELECT r.n, own.id IS NOT NULL, coalesce(at.position, 0),
    there.id, there.type, there.subject, there.recorded, f.hash
FROM unnest(@pools::text[], @positions::bigint[], @identities::uuid[]) WITH ORDINALITY AS r(pool, position, id, n)
LEFT JOIN event AS own ON own.pool = r.pool AND own.id = r.id
LEFT JOIN feed_position AS at ON at.pool = r.pool AND at.event = r.id
LEFT JOIN feed_position AS f ON f.pool = r.pool AND f.position = r.position
LEFT JOIN event AS there ON there.pool = f.pool AND there.id = f.event

-- name: RecordStep
-- Two people who do something at the same time draw the same number, and the key of numbers tells the second.
INSERT INTO feed_recovery (pool, number, step, generation, topic, person, reason, finding, recorded, contract)
SELECT 'ZONE', coalesce(max(number), 0) + 1, @step::text, @generation::bigint, @topic::text, @person::text, @reason::text,
    @finding::text, @recorded::timestamptz, @contract::smallint
FROM feed_recovery WHERE pool = 'ZONE'

-- name: History
SELECT :columns FROM feed_recovery WHERE pool = 'ZONE' ORDER BY number
