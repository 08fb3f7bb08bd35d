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
	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/kafka"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

const (
	factBatch   = 10_000
	producedMax = 100_000 // records that are kept to be produced again
	feedMax     = 30 * time.Minute
	// CommandRate is how many commands a second are sent while it is measured when their events can be read.
	CommandRate = 500
)

// benchFeed drains waiting events into Kafka, and then looks how long an event takes to be readable.
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
	memory, done := r.watch("feed")
	var ours, base []float64
	for round := range r.Size.Rounds {
		drained, produced, err := h.drainOnce(ctx, r, memory, settings, round)
		if err != nil {
			return err
		}
		ours, base = append(ours, perSecond(r.Size.Events, drained)), append(base, perSecond(r.Size.Events, produced))
	}
	done()
	r.add(Line{
		Bench: "feed", What: fmt.Sprintf("drain %s waiting events", figure(float64(r.Size.Events))), Unit: "events/s",
		Floor: "franz-go produces the same records", Target: atLeast(50_000, 200_000),
	}, ours, base)
	return h.benchLatency(ctx, r, settings)
}

// drainOnce lets events wait, drains them into a topic of their own, and produces the same records again.
func (h *house) drainOnce(
	ctx context.Context, r *run, memory *peak, settings kafka.Config, round int,
) (drained, produced time.Duration, err error) {
	if err := h.announce(ctx, r, round); err != nil {
		return 0, 0, err
	}
	topic, again := "gongbao.bench."+scratchName(), "gongbao.bench."+scratchName()
	defer removeTopics(ctx, settings, topic, again)
	r.Told("feed: drain", round, r.Size.Rounds)
	begun := clock.Stopwatch()
	if err := memory.during(func() error {
		return h.withRelay(ctx, settings, topic, drain)
	}); err != nil {
		return 0, 0, err
	}
	drained = clock.Since(begun)
	produced, err = produceAgain(ctx, settings, topic, again, r.Size.Events)
	if err != nil {
		return 0, 0, err
	}
	// The next topic is empty, so nothing may be published before.
	_, err = h.db.Pool.Exec(ctx, `TRUNCATE feed_position, feed_head, event, relay_lease`)
	return drained, produced, err
}

func drain(ctx context.Context, relay *outbox.Relay) error { return relay.Drain(ctx) }

// withRelay runs a relay for as long as the work takes.
func (h *house) withRelay(
	ctx context.Context, settings kafka.Config, topic string, work func(context.Context, *outbox.Relay) error,
) error {
	ctx, cancel := context.WithTimeout(ctx, feedMax)
	defer cancel()
	relay := outbox.NewRelay(outbox.RelayOptions{
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

// announce writes facts as large as that of an issued policy of six members; nobody has published them.
func (h *house) announce(ctx context.Context, r *run, round int) error {
	for first := 0; first < r.Size.Events; first += factBatch {
		r.Told("feed: write events that wait", first, r.Size.Events)
		facts := make([]outbox.Fact, min(factBatch, r.Size.Events-first))
		for i := range facts {
			facts[i] = typical([]string{"LH", "IC", "OE"}[i%3], fmt.Sprintf("R%d-%d", round, first+i), h.clock.Now())
		}
		err := pg.InTx(ctx, h.db, func(ctx context.Context, tx bun.Tx) error { return outbox.AppendAll(ctx, tx, facts) })
		if err != nil {
			return err
		}
	}
	return h.settle(ctx, h.db.Schema)
}

// typical is a fact with six members' sections.
func typical(pool, number string, recorded time.Time) outbox.Fact {
	const posting = `{"line":1,"debit":"premium_receivable","credit":"premium_written","amount":"166666.67"},`
	fact := outbox.Fact{
		ID: outbox.NewID(recorded), Pool: pool, Type: "insurance.policy_issued", Subject: "policy/" + pool + "-" + number,
		SubjectVersion: 1, Effective: calendar.DateOf(recorded), Recorded: recorded, By: underwriter,
		Data: map[string]string{"gross": "1000000.01", "insured": "武汉示例装备", "line": "first_set"},
	}
	for _, member := range []string{"DONGHU", "LIANGZI", "NANHU", "SHAHU", "TANGXUN", "YANXI"} {
		fact.Sections = append(fact.Sections, outbox.Section{Member: member, Data: posting + posting + posting})
	}
	return fact
}

// produceAgain reads what a topic has and then produces as many such records to another, with nothing but franz-go.
func produceAgain(ctx context.Context, settings kafka.Config, from, to string, count int) (time.Duration, error) {
	var records []*kgo.Record
	enough := errors.New("enough")
	err := kafka.Read(ctx, settings, from, map[int32]int64{1: 0, 2: 0, 3: 0}, func(record *kgo.Record) error {
		records = append(records, &kgo.Record{
			Topic: to, Partition: record.Partition, Key: record.Key, Value: record.Value, Headers: record.Headers,
		})
		if len(records) == min(count, producedMax) {
			return enough
		}
		return nil
	})
	if err != nil && !errors.Is(err, enough) {
		return 0, err
	}
	producer, err := settings.NewClient(
		kgo.RequiredAcks(kgo.AllISRAcks()), kgo.RecordPartitioner(kgo.ManualPartitioner()),
	)
	if err != nil {
		return 0, err
	}
	defer producer.Close()
	if err := kafka.EnsureTopic(ctx, producer, kafka.Topic{Name: to, Partitions: 4}); err != nil {
		return 0, err
	}
	var failure kgo.FirstErrPromise
	begun := clock.Stopwatch()
	for i := range count {
		record := *records[i%len(records)] // the client writes into it
		producer.Produce(ctx, &record, failure.Promise())
	}
	err = producer.Flush(ctx)
	return clock.Since(begun), errors.Join(err, failure.Err())
}

func removeTopics(ctx context.Context, settings kafka.Config, topics ...string) {
	client, err := settings.NewClient()
	if err != nil {
		return
	}
	defer client.Close()
	_, _ = kadm.NewClient(client).DeleteTopics(context.WithoutCancel(ctx), topics...) // they are in nobody's way
}
