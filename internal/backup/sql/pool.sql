-- name: Pools
-- What the manifest says of every pool.
SELECT pool, max(position) AS position, sum(waiting)::bigint AS waiting, sum(journals)::bigint AS journals,
    sum(postings)::bigint AS postings
FROM (
    SELECT pool, position, 0 AS waiting, 0 AS journals, 0 AS postings FROM feed_head
    UNION ALL SELECT pool, 0, count(*), 0, 0 FROM event_pending GROUP BY pool
    UNION ALL SELECT pool, 0, 0, count(*), 0 FROM journal GROUP BY pool
    UNION ALL SELECT pool, 0, 0, 0, count(*) FROM posting GROUP BY pool
) AS each GROUP BY pool ORDER BY pool

-- name: Unsound
-- A pool whose positions are not dense, or have no event of their hash.
SELECT h.pool, count(f.position), count(*) FILTER (WHERE sha256(e.manifest) = f.hash) FROM feed_head AS h
LEFT JOIN feed_position AS f ON f.pool = h.pool LEFT JOIN event AS e ON e.pool = f.pool AND e.id = f.event
GROUP BY h.pool, h.position
HAVING count(f.position) <> h.position OR coalesce(max(f.position), 0) <> h.position
    OR count(*) FILTER (WHERE sha256(e.manifest) = f.hash) <> h.position
ORDER BY h.pool LIMIT 1
