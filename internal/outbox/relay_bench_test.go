package outbox_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// typical is an event of the size of an issued policy: six members, some postings each.
func typical(pool string, number int, recorded time.Time) outbox.Fact {
	const posting = `{"line":1,"debit":"premium_receivable","credit":"premium_written","amount":"166666.67"},`
	f := outbox.Fact{
		ID: outbox.NewID(recorded), Pool: pool, Type: "insurance.policy_issued",
		Subject: fmt.Sprintf("policy/%s-P%d", pool, number), SubjectVersion: 1,
		Effective: calendar.DateOf(recorded), Recorded: recorded,
		Data: map[string]string{"gross": "1000000.01", "insured": "武汉新芯", "line": "first_set"},
	}
	for _, member := range []string{"A", "B", "C", "D", "E", "F"} {
		f.Sections = append(f.Sections, outbox.Section{Member: member, Data: posting + posting})
	}
	return f
}

// BenchmarkDrain shows how fast waiting events reach the topic.
func BenchmarkDrain(b *testing.B) {
	const events = 100_000
	for range b.N {
		b.StopTimer()
		bundle := setup(b)
		for first := 0; first < events; first += 10_000 {
			facts := make([]outbox.Fact, 10_000)
			for i := range facts {
				facts[i] = typical([]string{"IC", "LH"}[i%2], first+i, bundle.clock.Now())
			}
			if err := pg.InTx(b.Context(), bundle.db.DB, func(ctx context.Context, tx *pg.Tx) error {
				return outbox.AppendAll(ctx, tx, facts)
			}); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
		start := clock.Stopwatch()
		relay := bundle.start(b, nil)
		relay.drain(b)
		b.ReportMetric(events/clock.Since(start).Seconds(), "events/s")
		b.StopTimer()
		relay.stop()
	}
}

// BenchmarkLatency shows the time from commit to readable for about 500 events a second, read committed.
func BenchmarkLatency(b *testing.B) {
	bundle := setup(b)
	relay := bundle.start(b, nil)
	mustAppend(b, bundle.db, typical("IC", 0, bundle.clock.Now()))
	relay.drain(b)
	consumer, err := bundle.kafka.NewClient(kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.ConsumeTopics(bundle.topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtEnd()))
	if err != nil {
		b.Fatal(err)
	}
	defer consumer.Close()
	const events = 2_000
	committed := make(chan time.Time, events)
	go func() {
		ticker := time.NewTicker(2 * time.Millisecond)
		defer ticker.Stop()
		for i := range events {
			<-ticker.C
			if err := appendFacts(context.Background(), bundle.db, typical("IC", i+1, bundle.clock.Now())); err != nil {
				b.Error(err)
			}
			committed <- clock.Stopwatch()
		}
	}()
	var waits []time.Duration
	for len(waits) < events {
		fetches := consumer.PollFetches(b.Context())
		if err := fetches.Err(); err != nil {
			b.Fatal(err)
		}
		for range fetches.NumRecords() {
			waits = append(waits, clock.Since(<-committed))
		}
	}
	slices.Sort(waits)
	b.ReportMetric(float64(waits[events/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(waits[events*99/100].Microseconds())/1000, "p99-ms")
}
