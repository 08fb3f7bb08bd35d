package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/feed"
	"gongbao/internal/kafka"
	"gongbao/internal/relay"
)

const poolPartition = 2 // of the pool that is measured

// benchLatency quotes policies at a steady rate and notes, for every event, how long a reader of the topic waited for
// it: from its recording, which is before its commit, and from the answer to the command, which is right after it.
// Quotations, because two cores cannot issue that many policies.
func (h *house) benchLatency(ctx context.Context, r *run, settings kafka.Config) error {
	size := r.Size
	topic := "gongbao.bench." + scratchName()
	defer removeTopics(ctx, settings, topic)
	memory, done := r.watch("feed, commands at a steady rate")
	var rates []float64
	var median, late [2][]float64 // from recording, from the answer
	err := h.withRelay(ctx, settings, topic, func(ctx context.Context, relay *relay.Relay) error {
		if err := relay.Drain(ctx); err != nil { // what preparing announced
			return err
		}
		h.wake = relay.Wake
		for round := range size.Rounds {
			r.Told("feed: commands at a steady rate", round, size.Rounds)
			reader := feed.Reader{ // of the pool's partition, from what was published before on
				Kafka: settings, Topic: topic, After: map[int32]int64{poolPartition: relay.Status().Published[pool]},
			}
			var waits [2][]time.Duration
			var took time.Duration
			err := memory.during(func() (err error) {
				waits, took, err = h.followCommands(ctx, reader, size, round*size.Commands)
				return err
			})
			if err != nil {
				return err
			}
			for from, each := range waits {
				median[from] = append(median[from], millis(share(each, 0.5)))
				late[from] = append(late[from], millis(share(each, 0.99)))
			}
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
	for from, what := range []string{"recorded to readable meanwhile, ", "answered to readable meanwhile, "} {
		target := Target{}
		if from == 1 {
			target = atMost(200, 50)
		}
		r.add(Line{Bench: "feed", What: what + "median", Unit: "ms"}, median[from], nil)
		r.add(Line{Bench: "feed", What: what + "p99", Unit: "ms", Target: target}, late[from], nil)
	}
	return nil
}

// followCommands sends the commands of one round and reads their events as any consumer would.
func (h *house) followCommands(
	ctx context.Context, reader feed.Reader, size Size, first int,
) (waits [2][]time.Duration, took time.Duration, err error) {
	pieces := make(map[string]int, size.Commands)
	for piece := range size.Commands {
		pieces["policy/"+numbered(policyPrefix, first+piece)] = piece
	}
	answered, readable := make([]time.Time, size.Commands), make([]time.Time, size.Commands)
	sent := make(chan error, 1)
	go func() {
		var err error
		took, err = h.quoteSteadily(ctx, size, first, answered)
		sent <- err
	}()
	enough := errors.New("enough")
	err = reader.Follow(ctx, func(_ *kgo.Record, read fact.Record, failure error) error {
		now := h.clock.Now()
		waits[0] = append(waits[0], now.Sub(read.Recorded))
		if piece, ours := pieces[read.Subject]; ours {
			readable[piece] = now
		}
		if failure == nil && len(waits[0]) == size.Commands {
			return enough
		}
		return failure
	})
	if !errors.Is(err, enough) {
		return waits, 0, err
	}
	if err = <-sent; err != nil {
		return waits, 0, err
	}
	for piece := range readable {
		waits[1] = append(waits[1], max(0, readable[piece].Sub(answered[piece])))
	}
	return waits, took, nil
}

// quoteSteadily lets callers quote policies, each at its moment and none before, and notes when each was answered.
func (h *house) quoteSteadily(
	ctx context.Context, size Size, first int, answered []time.Time,
) (time.Duration, error) {
	begun := clock.Stopwatch()
	return h.callTogether(ctx, size.Callers, size.Commands, func(one *caller, piece int) error {
		moment := time.Duration(piece) * time.Second / CommandRate
		if wait := moment - clock.Since(begun); wait > 0 {
			time.Sleep(wait)
		}
		err := one.do(h.quote(first + piece))
		answered[piece] = h.clock.Now()
		return err
	})
}
