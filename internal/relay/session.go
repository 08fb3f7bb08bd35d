package relay

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/outbox"
)

const connectMax = 15 * time.Second

// session is one connection to Kafka, from fencing off earlier producers to the first doubt.
type session struct {
	relay      *Relay
	producer   *kgo.Client
	topic      string
	partitions map[string]int32
	fence      int64
	published  map[string]int64 // what the topic has, by pool
	ends       map[int32]int64  // the lowest offset that the next record of a partition can have
	seen       seen
	written    map[string]place // checkpoints, by pool
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
	watching, stop := context.WithCancel(ctx)
	var watcher sync.WaitGroup
	watcher.Go(func() { s.watch(watching) })
	err = s.run(ctx)
	stop()
	watcher.Wait()
	return true, err
}

// connect fences off whoever published before and then asks the topic how far it got. The order matters: a
// transaction of an earlier producer is either in the topic by then, or will never be.
func (r *Relay) connect(ctx context.Context, fence int64) (*session, error) {
	r.options.Fault(StepConnectBegin)
	short, cancel := context.WithTimeout(ctx, connectMax)
	defer cancel()
	if err := r.holds(short, fence); err != nil {
		return nil, err
	}
	topic, err := r.currentTopic(short)
	if err != nil {
		return nil, err
	}
	producer, err := r.options.Kafka.NewProducer(r.transactionalID(topic))
	if err != nil {
		return nil, err
	}
	s := &session{
		relay: r, producer: producer, topic: topic, partitions: *r.partitions.Load(), fence: fence, batchMax: batchMin,
		published: map[string]int64{}, ends: map[int32]int64{}, written: map[string]place{},
		seen: seen{last: map[int32]place{}, looked: map[int32]int64{}, marked: map[int32]bool{}},
	}
	if err := s.begin(ctx, short); err != nil {
		producer.Close()
		return nil, err
	}
	r.options.Fault(StepConnectChecked)
	return s, nil
}

// currentTopic looks up the topic of the feed's present generation and shows both.
func (r *Relay) currentTopic(ctx context.Context) (string, error) {
	generation, topic, err := outbox.Generation(ctx, r.options.DB)
	if err != nil {
		return "", fmt.Errorf("look up the feed's topic: %w", err)
	}
	if topic == "" {
		topic = r.options.Topic
	}
	r.note(func(s *Status) { s.Generation, s.Topic = generation, topic })
	return topic, nil
}

// transactionalID is by which Kafka knows this relay and those before it on the same database: it fences them off, and
// none of another database.
func (r *Relay) transactionalID(topic string) string {
	id := transactionalID + "." + topic
	if r.options.DB.Name != fact.Zone {
		id += "." + r.options.DB.Name
	}
	return id
}

// begin has a short time for what brokers answer at once. How long the topic is read depends on what others have put
// behind our last record; a broker that is silent ends that as well.
func (s *session) begin(ctx, short context.Context) error {
	options, elsewhere := s.relay.options, *s.relay.elsewhere.Load()
	ordinals := slices.AppendSeq(slices.Collect(maps.Values(s.partitions)), maps.Values(elsewhere))
	count := int(slices.Max(ordinals)) + 1
	topic := kafka.Topic{Name: s.topic, Partitions: count, Replicas: options.Replicas}
	if err := kafka.EnsureTopic(short, s.producer, topic); err != nil {
		return err
	}
	var err error
	if s.seen.producer, _, err = s.producer.ProducerID(short); err != nil {
		return kafka.ErrUnavailable.With("fence off earlier producers").From(err)
	}
	options.Fault(StepConnectFenced)
	return s.find(ctx, short, topic, elsewhere)
}
