-- name: Heads
SELECT :columns FROM feed_head

-- name: Page
-- Every place is given, also of facts that the reader may not see: positions are dense.
SELECT :columns FROM (
    SELECT e.*, f.position, f.hash
    FROM feed_position AS f JOIN event AS e ON e.pool = f.pool AND e.id = f.event
    WHERE f.pool = @pool AND f.position > @after ORDER BY f.position LIMIT @most
) AS page ORDER BY position
