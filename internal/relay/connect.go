package relay

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"gongbao/internal/fact"
	"gongbao/internal/kafka"
)

// publishAll keeps a session going. After any doubt a new one asks the topic what it has. A feed that has forked stands
// still until a person has begun another generation.
func (w *worker) publishAll(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-w.taken:
	}
	for pause := retryPauseMin; ; {
		worked, err := w.publishOnce(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, errLeaseLost) || errors.Is(err, errAnotherBegins) {
			return err
		}
		if errors.Is(err, ErrFeedForked) {
			w.options.Log.Error().Err(err).Str("pool", w.pool).Msg("the pool's feed stands still")
			w.note(func(s *PoolStatus) { s.State, s.LastError = StateForked, err.Error() })
			<-ctx.Done()
			return ctx.Err()
		}
		if worked {
			pause = retryPauseMin
		}
		w.options.Log.Warn().Err(err).Str("pool", w.pool).Dur("pause_ms", pause).Msg("publishing failed and is tried again")
		state := StateDatabaseDown
		if errors.Is(err, kafka.ErrUnavailable) || errors.Is(err, kafka.ErrConfigInvalid) {
			state = StateKafkaDown
		}
		w.note(func(s *PoolStatus) { s.State, s.LastError = state, err.Error() })
		if !rest(ctx, pause) {
			return ctx.Err()
		}
		pause = min(2*pause, retryPauseMax)
	}
}

// publishOnce is one session; worked says that it got as far as publishing.
func (w *worker) publishOnce(ctx context.Context) (worked bool, err error) {
	s, err := w.connect(ctx)
	if err != nil {
		return false, err
	}
	defer s.close()
	w.Relay.note(func(status *Status) { status.Published[w.pool] = s.published })
	w.note(func(status *PoolStatus) { status.State = StatePublishing })
	watching, stop := context.WithCancel(ctx)
	var watcher sync.WaitGroup
	watcher.Go(func() { s.watch(watching) })
	err = s.run(ctx)
	stop()
	watcher.Wait()
	return true, err
}

// connect fences off whoever published the pool before and then asks the topic how far it got. The order matters: a
// transaction of an earlier producer is either in the topic by then, or will never be.
func (w *worker) connect(ctx context.Context) (*session, error) {
	w.options.Fault(StepConnectBegin)
	short, cancel := context.WithTimeout(ctx, connectMax)
	defer cancel()
	if err := w.holds(short, w.pool, w.fence); err != nil {
		return nil, err
	}
	producer, err := w.options.Kafka.NewProducer(w.transactionalID())
	if err != nil {
		return nil, err
	}
	s := &session{
		worker: w, producer: producer, marks: w.options.Kafka.NewMarks(w.begun.topic, w.partition), batchMax: batchMin,
		seen: seen{last: map[int32]place{}, looked: map[int32]int64{}, marked: map[int32]bool{}},
	}
	if err := s.begin(ctx, short); err != nil {
		s.close()
		return nil, err
	}
	w.options.Fault(StepConnectChecked)
	return s, nil
}

// transactionalID is by which Kafka knows whoever publishes the pool, in whatever database it lives: it fences off
// those before, and nobody who publishes another pool.
func (w *worker) transactionalID() string {
	return transactionalID + "." + w.begun.topic + "." + w.pool
}

// begin has a short time for what brokers answer at once. How long the topic is read depends on what others have put
// behind our last record; a broker that is silent ends that as well.
func (s *session) begin(ctx, short context.Context) error {
	pools := *s.partitions.Load()
	count := int(slices.Max(slices.Collect(maps.Values(pools)))) + 1
	topic := kafka.Topic{Name: s.begun.topic, Partitions: count, Replicas: s.options.Replicas}
	if err := s.grow(short, topic); err != nil {
		return err
	}
	var err error
	if s.seen.producer, _, err = s.producer.ProducerID(short); err != nil {
		return kafka.ErrUnavailable.With("fence off earlier producers").From(err)
	}
	s.options.Fault(StepConnectFenced)
	return s.find(ctx, short, topic, pools)
}

// grow makes the topic, or gives it the partitions that it lacks, one session at a time. The first session of the
// program also fences off a relay of before, which published all pools under one transactional id.
func (s *session) grow(ctx context.Context, topic kafka.Topic) error {
	s.growing.Lock()
	defer s.growing.Unlock()
	if !s.formerFenced {
		if err := s.fenceFormer(ctx, topic.Name); err != nil {
			return err
		}
		s.formerFenced = true
	}
	return kafka.EnsureTopic(ctx, s.producer, topic)
}

func (s *session) fenceFormer(ctx context.Context, topic string) error {
	id := transactionalID + "." + topic
	if s.options.DB.Name != fact.Zone {
		id += "." + s.options.DB.Name
	}
	former, err := s.options.Kafka.NewProducer(id)
	if err != nil {
		return err
	}
	defer former.Close()
	if _, _, err := former.ProducerID(ctx); err != nil {
		return kafka.ErrUnavailable.With("fence off a relay of before").From(err)
	}
	return nil
}
