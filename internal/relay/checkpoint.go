package relay

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gongbao/internal/pg"
)

// checkpoints are where the pools' last facts lay in this topic when that was last written down.
func (s *session) checkpoints(ctx context.Context) (map[string]place, error) {
	rows, err := s.relay.options.DB.Pool.Query(ctx,
		`SELECT pool, position, place FROM feed_checkpoint WHERE topic = $1`, s.topic)
	if err != nil {
		return nil, fmt.Errorf("look up where the topic was left: %w", err)
	}
	defer rows.Close()
	found := map[string]place{}
	for rows.Next() {
		var pool string
		var at place
		if err := rows.Scan(&pool, &at.position, &at.offset); err != nil {
			return nil, fmt.Errorf("look up where the topic was left: %w", err)
		}
		found[pool] = at
	}
	return found, rows.Err()
}

// writeCheckpoints writes down where the pools' last facts lie. One that is old costs the next session time, and one
// that is wrong as well: it is held against the topic.
func (s *session) writeCheckpoints(ctx context.Context) error {
	places := s.seen.places()
	pools := make([]string, 0, len(places))
	var positions, offsets []int64
	for _, pool := range slices.Sorted(maps.Keys(s.partitions)) {
		at := places[s.partitions[pool]]
		if at.position > 0 && at != s.written[pool] {
			pools, positions, offsets = append(pools, pool), append(positions, at.position), append(offsets, at.offset)
		}
	}
	if len(pools) == 0 {
		return nil
	}
	options := s.relay.options
	err := s.relay.write(ctx, `INSERT INTO feed_checkpoint (pool, topic, position, place)
		SELECT c.pool, $4, c.position, c.place
		FROM relay_lease l CROSS JOIN unnest($5::text[], $6::bigint[], $7::bigint[]) AS c(pool, position, place)
		WHERE l.pool = $3 AND l.holder = $1 AND l.fence = $2
		ON CONFLICT (pool) DO UPDATE SET topic = excluded.topic, position = excluded.position, place = excluded.place`, nil,
		options.Holder, s.fence, options.DB.Name, s.topic, pools, positions, offsets)
	if err != nil && !errors.Is(err, pg.ErrInDoubt) { // one that is lost with the server is only missed
		return fmt.Errorf("write down where the topic is left: %w", err)
	}
	for i, pool := range pools {
		s.written[pool] = place{positions[i], offsets[i]}
	}
	return nil
}
