package relay

import (
	"context"
	"errors"
	"fmt"

	"gongbao/internal/pg"
)

// checkpoint is where the pool's last fact lay in this topic when that was last written down.
func (s *session) checkpoint(ctx context.Context) (at place, found bool, err error) {
	err = findCheckpoint.With(checkpointArgs{s.pool, s.begun.topic}).Row(ctx, s.options.DB, &at.position, &at.offset)
	if pg.NoRows(err) {
		return place{}, false, nil
	}
	if err != nil {
		return place{}, false, fmt.Errorf("look up where the topic was left: %w", err)
	}
	return at, true, nil
}

// writeCheckpoint writes down where the pool's last fact lies. One that is old costs the next session time, and one
// that is wrong as well: it is held against the topic.
func (s *session) writeCheckpoint(ctx context.Context) error {
	at := s.seen.place(s.partition)
	if at.position == 0 || at == s.written {
		return nil
	}
	err := s.write(ctx, writeCheckpoint.With(writeCheckpointArgs{
		Pool: s.pool, Topic: s.begun.topic, Holder: s.options.Holder, Fence: s.fence, Position: at.position, Place: at.offset,
	}))
	if err != nil && !errors.Is(err, pg.ErrInDoubt) { // one that is lost with the server is only missed
		return fmt.Errorf("write down where the topic is left: %w", err)
	}
	s.written = at
	return nil
}
