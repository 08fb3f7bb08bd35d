-- name: AcquireLease
-- The lease is one row for the whole database. Its time is the database's own, so that holders on machines with different
-- clocks agree: the row is taken when it would now run longer than a lease beyond what it has, which is when it has run out.
-- ON CONFLICT takes no clock in its condition on Citus, hence the difference of two columns.
INSERT INTO relay_lease AS l (pool, holder, fence, expires, contract)
VALUES (@pool, @holder, 1, clock_timestamp() + @lease::bigint * interval '1 microsecond', @contract)
ON CONFLICT (pool) DO UPDATE SET holder = excluded.holder, fence = l.fence + 1, expires = excluded.expires,
    contract = excluded.contract
WHERE excluded.expires - l.expires > @lease::bigint * interval '1 microsecond' OR l.holder = excluded.holder
RETURNING fence

-- name: TakePool
-- The lease's fence is written into the row of every pool, which may lie on another server: from then on no earlier holder
-- stamps the pool. No row says that a later holder has taken it.
INSERT INTO relay_lease AS l (pool, holder, fence, expires, contract)
VALUES (@pool, @holder, @fence, 'epoch', @contract)
ON CONFLICT (pool) DO UPDATE SET holder = excluded.holder, fence = excluded.fence, contract = excluded.contract
WHERE l.fence < excluded.fence OR l.fence = excluded.fence AND l.holder = excluded.holder
RETURNING fence

-- name: HoldsPool
SELECT EXISTS (SELECT FROM relay_lease WHERE pool = @pool AND holder = @holder AND fence = @fence)

-- name: ReleaseLease
UPDATE relay_lease SET expires = 'epoch' WHERE pool = @pool AND holder = @holder AND fence = @fence

-- name: GiveHead
INSERT INTO feed_head (pool, position, watermark)
SELECT pool, 0, 'epoch'::timestamptz FROM relay_lease WHERE pool = @pool AND holder = @holder AND fence = @fence
ON CONFLICT (pool) DO NOTHING

-- name: Stamp
-- One pass over one pool in one statement, so in one transaction and one round trip. Who has lost the lease gets no row and
-- writes nothing. All parts see the same snapshot, taken after the clock was read for @reading; on Citus each has a snapshot
-- of its own, and the lock on the lease's row, with the batch kept as a result, makes up for it.
--
-- The watermark promises that every position still to come is known later than it: the next pass stamps watermark + 1 µs at
-- the earliest. It goes up to just before the clock's reading once nothing is left waiting, so that a clock that stands
-- still, as in a scenario, does not push events to a later time than they were recorded.
--
-- Within a subject versions count more than times (turn). Positions are written beside the head's row, which keeps the
-- statement on the pool's own server.
WITH lease AS (
    UPDATE relay_lease SET expires = now() + @lease::bigint * interval '1 microsecond'
    WHERE pool = @pool AND holder = @holder AND fence = @fence
    RETURNING pool
), batch AS MATERIALIZED (
    SELECT h.pool, h.position AS head, h.watermark, p.recorded, p.subject, p.subject_version, p.id, p.hash
    FROM lease JOIN feed_head h ON h.pool = lease.pool JOIN (
        SELECT pool, recorded, subject, subject_version, id, hash FROM event_pending WHERE pool = @pool
        ORDER BY recorded, subject, subject_version LIMIT @most::bigint
    ) p ON p.pool = h.pool
    WHERE h.pool = @pool
), turned AS (
    SELECT pool, head, watermark, subject, subject_version, id, hash,
        max(recorded) OVER (PARTITION BY subject ORDER BY subject_version) AS turn
    FROM batch
), numbered AS (
    SELECT pool, id, hash, greatest(watermark + interval '1 microsecond', turn) AS known,
        head + row_number() OVER (ORDER BY turn, subject, subject_version) AS position
    FROM turned
), written AS (
    INSERT INTO feed_position (pool, position, event, known, hash)
    SELECT h.pool, n.position, n.id, n.known, n.hash FROM numbered n JOIN feed_head h ON h.pool = n.pool
    WHERE h.pool = @pool
), gone AS (
    DELETE FROM event_pending p USING batch b
    WHERE p.pool = @pool AND b.pool = p.pool AND b.recorded = p.recorded AND b.subject = p.subject
        AND b.subject_version = p.subject_version
), tops AS (
    SELECT max(position) AS position, max(known) - interval '1 microsecond' AS mark, count(*) AS count FROM numbered
)
UPDATE feed_head h SET position = coalesce(t.position, h.position), watermark = greatest(h.watermark, t.mark,
    CASE WHEN t.count < @most::bigint THEN @reading::timestamptz END)
FROM lease, tops t
WHERE h.pool = @pool AND h.pool = lease.pool
RETURNING h.position, h.watermark, t.count

-- name: ReadBatch
-- The next events of a pool behind the last published position, as far as positions are settled. Positions are dense, so a
-- range of them needs no limit; who scans the rows puts them in order, which spares a sort of all their bytes. OFFSET 0
-- makes Postgres fetch each event by its key: it would rather read the whole table, not knowing that ids lie as they were
-- made.
SELECT f.position, e.id, e.type, e.schema_version, e.subject, e.subject_version, e.recorded,
    e.common, e.members, e.salts, e.sections, e.manifest, f.hash
FROM feed_position f
CROSS JOIN LATERAL (
    SELECT id, type, schema_version, subject, subject_version, recorded, common, members, salts, sections, manifest
    FROM event WHERE event.pool = f.pool AND event.id = f.event OFFSET 0
) e
WHERE f.pool = @pool AND f.position > @after::bigint AND f.position <= @up_to::bigint

-- name: Checkpoint
-- Where the pool's last fact lay in this topic when that was last written down.
SELECT position, place FROM feed_checkpoint WHERE pool = @pool AND topic = @topic

-- name: WriteCheckpoint
INSERT INTO feed_checkpoint (pool, topic, position, place)
SELECT pool, @topic, @position::bigint, @place::bigint
FROM relay_lease WHERE pool = @pool AND holder = @holder AND fence = @fence
ON CONFLICT (pool) DO UPDATE SET topic = excluded.topic, position = excluded.position, place = excluded.place

-- name: LookUp
-- What the database has at positions of a pool.
SELECT :columns FROM feed_position WHERE pool = @pool AND position = ANY (@positions::bigint[])

-- name: Waiting
SELECT pool FROM event_pending LIMIT 1

-- name: Heads
SELECT pool, position FROM feed_head
