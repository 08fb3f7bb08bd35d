package relay

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/kafka"
)

// watchPause lies between looks at what others do in the topic.
const watchPause = time.Second

// watch looks at what others do in the topic while the session publishes, and writes down where the topic is. What it
// cannot find out it finds out the next time; whether Kafka works is for the session to say.
func (s *session) watch(ctx context.Context) {
	for {
		if err := s.look(ctx); err != nil && ctx.Err() == nil {
			s.options.Log.Debug().Err(err).Msg("what others do in the topic is looked at later")
		}
		if !rest(ctx, watchPause) {
			break
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseMax)
	defer cancel()
	if err := s.writeCheckpoint(ctx); err != nil {
		s.options.Log.Debug().Err(err).Msg("where the topic is left was not written down")
	}
}

func (s *session) look(ctx context.Context) error {
	if err := s.writeCheckpoint(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, connectMax)
	defer cancel()
	bounds, err := kafka.Offsets(ctx, s.producer, kafka.Topic{Name: s.begun.topic})
	if err != nil {
		return err
	}
	if err := s.lookForOpen(ctx, bounds); err != nil {
		return err
	}
	return s.lookInto(ctx, s.seen.ripe(bounds), bounds)
}

// lookForOpen notes the transactions of others that keep readers waiting in the pool's partition.
func (s *session) lookForOpen(ctx context.Context, bounds map[int32]kafka.Bounds) error {
	var open []Blocked
	if its := bounds[s.partition]; its.Stable < its.End {
		listed, err := kafka.Transactions(ctx, s.producer, s.begun.topic)
		if err != nil {
			return err
		}
		for _, one := range listed {
			if one.Partition == s.partition && !s.seen.isOurs(one.ProducerID) {
				open = append(open, Blocked{Pool: s.pool, Transaction: one})
			}
		}
	}
	s.noteOpen(open)
	return nil
}

// lookInto counts what others have committed in gaps.
func (s *session) lookInto(ctx context.Context, gaps []gap, bounds map[int32]kafka.Bounds) error {
	for _, kind := range gapKinds {
		its := slices.DeleteFunc(slices.Clone(gaps), func(g gap) bool {
			return g.partition != s.partition || g.kind != kind
		})
		if len(its) == 0 {
			continue
		}
		if err := s.count(ctx, its, bounds[s.partition].Stable); err != nil {
			return fmt.Errorf("look at others' records of partition %d: %w", s.partition, err)
		}
	}
	return nil
}

// count counts what others have committed in gaps of one kind. What lies between two gaps is ours, and is read only
// because that costs less than to begin again behind it.
func (s *session) count(ctx context.Context, gaps []gap, stable int64) error {
	kind, partition, end := gaps[0].kind, gaps[0].partition, gaps[len(gaps)-1].to
	window, read := kafka.Window{From: gaps[0].from, To: end}, kafka.ReadWindows
	switch kind {
	case gapBetween:
		window.To, read = end+1, kafka.ReadStable // with our fact
	case gapFound:
		window.To = stable // where everything in it has ended
	case gapAtEnd:
	}
	found := &finding{pool: s.pool}
	err := read(ctx, s.options.Kafka, s.begun.topic, map[int32]kafka.Window{partition: window},
		func(record *kgo.Record) error {
			if slices.ContainsFunc(gaps, func(g gap) bool { return record.Offset >= g.from && record.Offset < g.to }) {
				found.see(record)
			}
			return nil
		})
	if err == nil {
		err = s.lookUp(ctx, found)
	}
	if err != nil {
		return err
	}
	foreign := Foreign{Records: int64(len(found.others))}
	for _, one := range found.facts {
		switch {
		case !one.ours:
			foreign.Records++
		case kind != gapFound:
			foreign.Copies++
		}
	}
	s.noteForeign(s.pool, foreign)
	s.judge(partition, end)
	return nil
}
