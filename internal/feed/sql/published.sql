-- name: Heads
SELECT :columns FROM feed_head

-- name: Head
SELECT :columns FROM feed_head WHERE pool = @pool

-- name: Page
-- Every place is given, also of facts that the reader may not see: positions are dense.
SELECT :columns FROM (
    SELECT pool, event AS id, position, hash FROM feed_position
    WHERE pool = @pool AND position > @after ORDER BY position LIMIT @most
) AS page JOIN event USING (pool, id) ORDER BY position

-- name: PageOfType
-- The facts of a type, or of all that begin alike, among so many places.
SELECT :columns FROM (
    SELECT pool, event AS id, position, hash FROM feed_position
    WHERE pool = @pool AND position > @after ORDER BY position LIMIT @scanned
) AS page JOIN event USING (pool, id) WHERE starts_with(type, @type) ORDER BY position LIMIT @most
