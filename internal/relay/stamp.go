package relay

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"gongbao/internal/clock"
)

const (
	gatherPause  = 5 * time.Millisecond // after a pass that found something: let a few more come together
	idlePauseMin = 20 * time.Millisecond
	idlePauseMax = 200 * time.Millisecond
	askMax       = time.Minute // for an answer of the database; a connection that is dead in silence is given up then
)

// stampSQL is one pass in one statement, so in one transaction and one round trip. Who has lost the lease gets no row
// and writes nothing. All parts see the same snapshot, taken after the clock was read for $6.
//
// The watermark promises that every position still to come is known later than it: the next pass stamps watermark + 1
// µs at the earliest. It goes up to just before the clock's reading once nothing is left waiting, so that a clock
// that stands still, as in a scenario, does not push events to a later time than they were recorded.
//
// Within a subject versions count more than times (turn). Rows go by their place in the table, because nobody ever
// moves them and statistics about a queue are never right.
const stampSQL = `
WITH lease AS (
	UPDATE relay_lease SET expires = clock_timestamp() + $3::bigint * interval '1 microsecond'
	WHERE pool = $7 AND holder = $1 AND fence = $2
	RETURNING fence
), batch AS (
	SELECT h.pool, h.position AS head, h.watermark, p.place, p.recorded, p.subject, p.subject_version, p.id, p.hash
	FROM lease CROSS JOIN feed_head h CROSS JOIN LATERAL (
		SELECT e.ctid AS place, e.recorded, e.subject, e.subject_version, e.id, e.hash
		FROM event_pending e WHERE e.pool = h.pool
		ORDER BY e.recorded, e.subject, e.subject_version LIMIT $5::bigint
	) p
	WHERE h.pool = ANY ($4::text[])
), turned AS (
	SELECT pool, head, watermark, subject, subject_version, id, hash,
		max(recorded) OVER (PARTITION BY pool, subject ORDER BY subject_version) AS turn
	FROM batch
), numbered AS (
	SELECT pool, id, hash, greatest(watermark + interval '1 microsecond', turn) AS known,
		head + row_number() OVER (PARTITION BY pool ORDER BY turn, subject, subject_version) AS position
	FROM turned
), written AS (
	INSERT INTO feed_position (pool, position, event, known, hash)
	SELECT pool, position, id, known, hash FROM numbered
), gone AS (
	DELETE FROM event_pending WHERE ctid = ANY (ARRAY(SELECT place FROM batch))
), tops AS (
	SELECT pool, max(position) AS position, max(known) AS known, count(*) AS count FROM numbered GROUP BY pool
)
UPDATE feed_head h SET position = coalesce(t.position, h.position), watermark = greatest(h.watermark,
	t.known - interval '1 microsecond', CASE WHEN coalesce(t.count, 0) < $5::bigint THEN $6::timestamptz END)
FROM lease CROSS JOIN unnest($4::text[]) AS p(pool) LEFT JOIN tops t ON t.pool = p.pool
WHERE h.pool = p.pool
RETURNING h.pool, h.position, h.watermark, coalesce(t.count, 0)`

// stampAll makes passes until the lease is lost. A database that fails is tried again: it does no harm, because the
// fence is in every statement.
func (r *Relay) stampAll(ctx context.Context, fence int64) error {
	idle, retry := idlePauseMin, retryPauseMin
	for {
		most, err := r.stamp(ctx, fence)
		pause := gatherPause
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errLeaseLost):
			return err
		case err != nil:
			r.options.Log.Error().Err(err).Msg("stamping failed and is tried again")
			r.note(func(s *Status) {
				s.LastError = err.Error()
				if s.State == StateStamping { // else publishing says how it is
					s.State = StateDatabaseDown
				}
			})
			pause, retry = retry, min(2*retry, retryPauseMax)
		case most == stampBatchMax:
			continue
		case most > 0:
			idle, retry = idlePauseMin, retryPauseMin
		default:
			if !restOr(ctx, idle, r.wake) {
				return ctx.Err()
			}
			idle, retry = min(2*idle, idlePauseMax), retryPauseMin
			continue
		}
		if !rest(ctx, pause) {
			return ctx.Err()
		}
	}
}

// stamp makes one pass and gives the largest number of events that a pool had.
//
// What may be published is what a pass of this very leadership has seen committed, standby included: every pass writes
// the lease, so its commit waits for the standby, and behind it lie all positions given before. What is merely there to
// be read may come of a commit whose wait was called off; a change of servers would take it back, and fork the feed.
func (r *Relay) stamp(ctx context.Context, fence int64) (most int64, err error) {
	r.options.Fault(StepStampBegin)
	ctx, cancel := context.WithTimeout(ctx, askMax)
	defer cancel()
	if err := r.loadPartitions(ctx, fence); err != nil {
		return 0, err
	}
	pools := slices.Sorted(maps.Keys(*r.partitions.Load()))
	reading := r.options.Clock.Now().Add(-clock.Precision)
	heads, total := map[string]int64{}, int64(0)
	watermark := map[string]time.Time{}
	err = r.write(ctx, stampSQL, func(rows pgx.Rows) error {
		var pool string
		var position, count int64
		var mark time.Time
		if err := rows.Scan(&pool, &position, &mark, &count); err != nil {
			return err
		}
		heads[pool], watermark[pool] = position, mark
		most, total = max(most, count), total+count
		return nil
	}, r.options.Holder, fence, r.options.Lease.Microseconds(), pools, stampBatchMax, reading, r.options.DB.Name)
	if err != nil {
		return 0, fmt.Errorf("stamp positions: %w", err)
	}
	switch {
	case len(pools) == 0: // no pool lives here yet
		return 0, r.holds(ctx, fence)
	case len(heads) == 0:
		return 0, errLeaseLost
	}
	r.options.Fault(StepStampDone)
	first := len(*r.settled.Swap(&heads)) == 0
	r.note(func(s *Status) {
		s.Positions, s.Watermarks = heads, watermark
		if s.State == StateDatabaseDown && len(r.options.Kafka.Brokers) == 0 {
			s.State = StateStamping
		}
	})
	if total > 0 || first { // what an earlier leader left may be published now
		signal(r.stamped)
	}
	return most, nil
}
