package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/coinsurance"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/feed"
	"gongbao/internal/kafka"
	"gongbao/internal/relay"
)

const (
	factBatch   = 1_000
	producedMax = 5_000 // records that are kept to be produced again
	feedMax     = 30 * time.Minute
	// CommandRate is how many commands a second are sent while it is measured when their events can be read.
	CommandRate = 500
)

// benchFeed drains waiting events of issues into Kafka, and then looks how long an event takes to be readable.
func benchFeed(ctx context.Context, r *run) error {
	settings, err := r.Kafka(ctx)
	if err != nil {
		return err
	}
	h, err := open(ctx, r)
	if err != nil {
		return err
	}
	defer h.close(ctx)
	event, err := h.issuedEvent(ctx, r)
	if err != nil {
		return err
	}
	memory, done := r.watch("feed")
	var rates, base []float64
	var cost, floorCost costs
	var bytes int
	for round := range r.Size.Rounds {
		drained, produced, err := h.drainOnce(ctx, r, memory, settings, drained{event: event, round: round,
			cost: &cost, floorCost: &floorCost})
		if err != nil {
			return err
		}
		rates = append(rates, perSecond(r.Size.Events, drained))
		base, bytes = append(base, perSecond(r.Size.Events, produced.took)), produced.bytes
	}
	done()
	of := fmt.Sprintf("%s bytes, six members", figure(float64(bytes)))
	const floor = "franz-go produces the same records"
	r.add(Line{
		Bench: "feed", What: fmt.Sprintf("drain %s waiting events of issues, each %s", figure(float64(r.Size.Events)), of),
		Unit: "events/s", Floor: floor,
	}.cost(cost, floorCost), rates, base)
	if len(cost.cpu) == r.Size.Rounds {
		r.add(Line{
			Bench: "feed", What: "drain an event of an issue, " + of, Unit: "µs of CPU", Floor: floor, Target: ratioAtMost(3, 2),
		}, cost.cpu, floorCost.cpu)
	}
	return h.benchLatency(ctx, r, settings)
}

// drained says what a round of draining is about, and where its costs go.
type drained struct {
	event           *event
	round           int
	cost, floorCost *costs
}

// produced is what producing alone came to.
type produced struct {
	took  time.Duration
	bytes int // of a record
}

// drainOnce lets events wait, drains them into a topic of their own, and produces the same records again.
func (h *house) drainOnce(
	ctx context.Context, r *run, memory *peak, settings kafka.Config, d drained,
) (took time.Duration, again produced, err error) {
	if err := h.announce(ctx, r, d); err != nil {
		return 0, again, err
	}
	topic, other := "gongbao.bench."+scratchName(), "gongbao.bench."+scratchName()
	defer removeTopics(ctx, settings, topic, other)
	r.Told("feed: drain", d.round, r.Size.Rounds)
	begun := clock.Stopwatch()
	if err := h.weigh(ctx, memory, d.cost, r.Size.Events, func() error {
		return h.withRelay(ctx, settings, topic, drain)
	}); err != nil {
		return 0, again, err
	}
	took = clock.Since(begun)
	again, err = h.produceAgain(ctx, settings, topic, other, r.Size.Events, d.floorCost)
	if err != nil {
		return 0, again, err
	}
	// The next topic is empty, so nothing may be published before.
	_, err = h.db.Pool.Exec(ctx, `TRUNCATE feed_position, feed_head, event, relay_lease`)
	return took, again, err
}

func drain(ctx context.Context, relay *relay.Relay) error { return relay.Drain(ctx) }

// withRelay runs a relay for as long as the work takes.
func (h *house) withRelay(
	ctx context.Context, settings kafka.Config, topic string, work func(context.Context, *relay.Relay) error,
) error {
	ctx, cancel := context.WithTimeout(ctx, feedMax)
	defer cancel()
	relay := relay.New(relay.Options{
		DB: h.db, Kafka: settings, Topic: topic, Clock: h.clock, Log: zerolog.Nop(),
		Partitions: func(ctx context.Context) (map[string]int32, error) { return coinsurance.Partitions(ctx, h.db) },
	})
	running, stop := context.WithCancel(ctx)
	var failure error
	var group sync.WaitGroup
	group.Go(func() { failure = relay.Run(running) })
	err := work(ctx, relay)
	stop()
	group.Wait()
	return errors.Join(err, failure)
}

// announce writes events that are those of a real issue in all but subject and id; nobody has published them.
func (h *house) announce(ctx context.Context, r *run, d drained) error {
	for first := 0; first < r.Size.Events; first += factBatch {
		r.Told("feed: write events that wait", first, r.Size.Events)
		err := h.copyEvent(ctx, d.event, fmt.Sprintf("R%d-%d", d.round, first), min(factBatch, r.Size.Events-first))
		if err != nil {
			return err
		}
	}
	return h.settle(ctx, h.db.Schema)
}

// produceAgain reads what a topic has and then produces as many such records to another, with nothing but franz-go.
func (h *house) produceAgain(
	ctx context.Context, settings kafka.Config, from, to string, count int, cost *costs,
) (came produced, err error) {
	var records []*kgo.Record
	enough := errors.New("enough")
	topic := feed.Reader{Kafka: settings, Topic: from}
	err = topic.Read(ctx, func(record *kgo.Record, _ fact.Record, _ error) error {
		records = append(records, &kgo.Record{
			Topic: to, Partition: record.Partition, Key: record.Key, Value: record.Value, Headers: record.Headers,
		})
		if len(records) == min(count, producedMax) {
			return enough
		}
		return nil
	})
	if err != nil && !errors.Is(err, enough) {
		return came, err
	}
	came.bytes = len(records[0].Value)
	producer, err := settings.NewClient(
		kgo.RequiredAcks(kgo.AllISRAcks()), kgo.RecordPartitioner(kgo.ManualPartitioner()),
	)
	if err != nil {
		return came, err
	}
	defer producer.Close()
	if err := kafka.EnsureTopic(ctx, producer, kafka.Topic{Name: to, Partitions: 4}); err != nil {
		return came, err
	}
	var failure kgo.FirstErrPromise
	begun := clock.Stopwatch()
	err = h.weigh(ctx, new(peak), cost, count, func() error {
		for i := range count {
			record := *records[i%len(records)] // the client writes into it
			producer.Produce(ctx, &record, failure.Promise())
		}
		return errors.Join(producer.Flush(ctx), failure.Err())
	})
	came.took = clock.Since(begun)
	return came, err
}

func removeTopics(ctx context.Context, settings kafka.Config, topics ...string) {
	client, err := settings.NewClient()
	if err != nil {
		return
	}
	defer client.Close()
	_, _ = kadm.NewClient(client).DeleteTopics(context.WithoutCancel(ctx), topics...) // they are in nobody's way
}
