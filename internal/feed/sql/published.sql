-- name: Heads
SELECT :columns FROM feed_head

-- name: Page
-- Every place is given, also of facts that the reader may not see: positions are dense.
SELECT :columns FROM (
    SELECT pool, event AS id, position, hash FROM feed_position
    WHERE pool = @pool AND position > @after ORDER BY position LIMIT @most
) AS page JOIN event USING (pool, id) ORDER BY position
