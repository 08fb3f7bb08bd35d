package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/clock"
	"gongbao/internal/kafka"
	"gongbao/internal/outbox"
)

// benchLatency quotes policies at a steady rate and notes, for every event, how long after it was recorded, which is
// before its commit, a reader of the topic had it. Quotations, because two cores cannot issue that many policies.
func (h *house) benchLatency(ctx context.Context, r *run, settings kafka.Config) error {
	size := r.Size
	topic := "gongbao.bench." + scratchName()
	defer removeTopics(ctx, settings, topic)
	memory, done := r.watch("feed, commands at a steady rate")
	var median, late, rates []float64
	err := h.withRelay(ctx, settings, topic, func(ctx context.Context, relay *outbox.Relay) error {
		if err := relay.Drain(ctx); err != nil { // what preparing announced
			return err
		}
		h.wake = relay.Wake
		for round := range size.Rounds {
			r.Told("feed: commands at a steady rate", round, size.Rounds)
			var waits []time.Duration
			var took time.Duration
			err := memory.during(func() (err error) {
				waits, took, err = h.followCommands(ctx, settings, topic, size, round*size.Commands)
				return err
			})
			if err != nil {
				return err
			}
			median, late = append(median, millis(share(waits, 0.5))), append(late, millis(share(waits, 0.99)))
			rates = append(rates, perSecond(size.Commands, took))
		}
		return nil
	})
	if err != nil {
		return err
	}
	done()
	r.add(Line{
		Bench: "feed", What: fmt.Sprintf("commands sent, of %d/s asked for", CommandRate), Unit: "commands/s",
	}, rates, nil)
	r.add(Line{Bench: "feed", What: "recorded to readable meanwhile, median", Unit: "ms"}, median, nil)
	r.add(Line{
		Bench: "feed", What: "recorded to readable meanwhile, p99", Unit: "ms", Target: atMost(200, 50),
	}, late, nil)
	return nil
}

// followCommands sends the commands of one round and reads their events as any consumer would.
func (h *house) followCommands(
	ctx context.Context, settings kafka.Config, topic string, size Size, first int,
) (waits []time.Duration, took time.Duration, err error) {
	ends, err := kafka.Last(ctx, settings, kafka.Topic{Name: topic})
	if err != nil {
		return nil, 0, err
	}
	from := kgo.NewOffset().AtStart()
	const partition = 2 // that of the pool
	if last := ends[partition]; last != nil {
		from = kgo.NewOffset().At(last.Offset + 1)
	}
	reader, err := settings.NewClient(
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {partition: from}}),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
	)
	if err != nil {
		return nil, 0, err
	}
	defer reader.Close()
	sent := make(chan error, 1)
	go func() {
		var err error
		took, err = h.quoteSteadily(ctx, size, first)
		sent <- err
	}()
	for len(waits) < size.Commands {
		fetches := reader.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return nil, 0, err
		}
		now := h.clock.Now()
		for records := fetches.RecordIter(); !records.Done(); {
			record, err := outbox.ParseRecord(records.Next())
			if err != nil {
				return nil, 0, err
			}
			waits = append(waits, now.Sub(record.Recorded))
		}
	}
	err = <-sent
	return waits, took, err
}

// quoteSteadily lets callers quote policies, each at its moment and none before.
func (h *house) quoteSteadily(ctx context.Context, size Size, first int) (time.Duration, error) {
	begun := clock.Stopwatch()
	return h.callTogether(ctx, size.Callers, size.Commands, func(one *caller, piece int) error {
		moment := time.Duration(piece) * time.Second / CommandRate
		if wait := moment - clock.Since(begun); wait > 0 {
			time.Sleep(wait)
		}
		return one.do(h.quote(first + piece))
	})
}
