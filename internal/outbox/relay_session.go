package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/kafka"
	"gongbao/internal/pg"
)

const connectMax = 15 * time.Second

// session is one connection to Kafka, from fencing off earlier producers to the first doubt.
type session struct {
	relay      *Relay
	producer   *kgo.Client
	topic      string
	partitions map[string]int32
	published  map[string]int64 // what the topic has, by pool
	ends       map[int32]int64  // the lowest offset that the next record of a partition can have
	batchMax   int              // events of a pool in one transaction
}

// publishAll keeps a session going. After any doubt a new one asks the topic what it has.
func (r *Relay) publishAll(ctx context.Context, fence int64) error {
	pause := retryPauseMin
	for {
		worked, err := r.publishOnce(ctx, fence)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, errLeaseLost) || errors.Is(err, ErrFeedForked) {
			return err
		}
		if err == nil { // a pool was added
			continue
		}
		if worked {
			pause = retryPauseMin
		}
		r.options.Log.Warn().Err(err).Dur("pause", pause).Msg("publishing failed and is tried again")
		state := StateDatabaseDown
		if errors.Is(err, kafka.ErrUnavailable) || errors.Is(err, kafka.ErrConfigInvalid) {
			state = StateKafkaDown
		}
		r.note(func(s *Status) { s.State, s.LastError = state, err.Error() })
		if !rest(ctx, pause) {
			return ctx.Err()
		}
		pause = min(2*pause, retryPauseMax)
	}
}

// publishOnce is one session; worked says that it got as far as publishing.
func (r *Relay) publishOnce(ctx context.Context, fence int64) (worked bool, err error) {
	s, err := r.connect(ctx, fence)
	if err != nil {
		return false, err
	}
	defer s.producer.Close()
	r.note(func(status *Status) { status.State, status.Published = StatePublishing, maps.Clone(s.published) })
	return true, s.run(ctx)
}

// connect fences off whoever published before and then asks the topic how far it got. The order matters: a
// transaction of an earlier producer is either in the topic by then, or will never be.
func (r *Relay) connect(ctx context.Context, fence int64) (*session, error) {
	r.options.Fault(StepConnectBegin)
	ctx, cancel := context.WithTimeout(ctx, connectMax)
	defer cancel()
	if err := r.holds(ctx, fence); err != nil {
		return nil, err
	}
	topic, err := r.currentTopic(ctx)
	if err != nil {
		return nil, err
	}
	producer, err := r.options.Kafka.NewProducer(transactionalID + "." + topic)
	if err != nil {
		return nil, err
	}
	s := &session{relay: r, producer: producer, topic: topic, partitions: *r.partitions.Load(), batchMax: batchMin}
	if err := s.begin(ctx); err != nil {
		producer.Close()
		return nil, err
	}
	r.options.Fault(StepConnectChecked)
	return s, nil
}

// currentTopic looks up the topic of the feed's present generation and shows both.
func (r *Relay) currentTopic(ctx context.Context) (string, error) {
	generation, topic, err := Generation(ctx, r.options.DB)
	if err != nil {
		return "", fmt.Errorf("look up the feed's topic: %w", err)
	}
	if topic == "" {
		topic = r.options.Topic
	}
	r.note(func(s *Status) { s.Generation, s.Topic = generation, topic })
	return topic, nil
}

func (s *session) begin(ctx context.Context) error {
	options := s.relay.options
	count := int(slices.Max(slices.Collect(maps.Values(s.partitions)))) + 1
	topic := kafka.Topic{Name: s.topic, Partitions: count, Replicas: options.Replicas}
	if err := kafka.EnsureTopic(ctx, s.producer, topic); err != nil {
		return err
	}
	if _, _, err := s.producer.ProducerID(ctx); err != nil {
		return kafka.ErrUnavailable.With("fence off earlier producers").From(err)
	}
	options.Fault(StepConnectFenced)
	last, err := kafka.Last(ctx, options.Kafka, topic)
	if err != nil {
		return err
	}
	s.published, s.ends = map[string]int64{}, map[int32]int64{}
	for pool, partition := range s.partitions {
		s.published[pool] = 0
		if record := last[partition]; record != nil {
			if s.published[pool], err = s.compare(ctx, pool, record); err != nil {
				return err
			}
			s.ends[partition] = record.Offset + 2 // behind the mark of its transaction
			delete(last, partition)
		}
	}
	for partition := range last {
		return ErrFeedForked.With("partition %d holds facts of a pool that is not known here", partition)
	}
	return nil
}

// compare checks the topic's last record against the database and gives its position.
func (s *session) compare(ctx context.Context, pool string, last *kgo.Record) (int64, error) {
	record, err := ParseRecord(last)
	if err != nil {
		return 0, ErrFeedForked.With("the last record of partition %d is no fact", last.Partition).From(err)
	}
	if record.Pool != pool {
		return 0, ErrFeedForked.With("partition %d holds facts of %s, not of %s", last.Partition, record.Pool, pool)
	}
	var event uuid.UUID
	var hash []byte
	err = s.relay.options.DB.Pool.QueryRow(ctx, `SELECT event, hash FROM feed_position WHERE pool = $1 AND position = $2`,
		pool, record.Position).Scan(&event, &hash)
	if pg.NoRows(err) {
		return 0, ErrFeedForked.With("the topic has position %d of %s, the database has not", record.Position, pool)
	}
	if err != nil {
		return 0, fmt.Errorf("look up position %d of %s: %w", record.Position, pool, err)
	}
	if event != record.ID || !bytes.Equal(hash, record.LeafHash) {
		return 0, ErrFeedForked.With("position %d of %s is %s in the topic and %s in the database",
			record.Position, pool, record.ID, event)
	}
	return record.Position, nil
}
