package relay_test

import (
	"gongbao/internal/lab/testfeed"

	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// typical is an event of the size of an issued policy: six members, some postings each.
func typical(pool string, number int, recorded time.Time) fact.Fact {
	const posting = `{"line":1,"debit":"premium_receivable","credit":"premium_written","amount":"166666.67"},`
	f := fact.Fact{
		Audience: fact.Sections,
		ID:       fact.NewID(recorded), Pool: pool, Type: "insurance.policy_issued",
		Subject: fmt.Sprintf("policy/%s-P%d", pool, number), SubjectVersion: 1,
		Effective: calendar.DateOf(recorded), Recorded: recorded,
		Data: map[string]string{"gross": "1000000.01", "insured": "武汉新芯", "line": "first_set"},
	}
	for _, member := range []string{"A", "B", "C", "D", "E", "F"} {
		f.Sections = append(f.Sections, fact.Section{Member: member, Data: posting + posting})
	}
	return f
}

// BenchmarkDrain shows how fast waiting events reach the topic.
func BenchmarkDrain(b *testing.B) {
	const events = 100_000
	for range b.N {
		b.StopTimer()
		bundle := testfeed.Open(b)
		for first := 0; first < events; first += 10_000 {
			facts := make([]fact.Fact, 10_000)
			for i := range facts {
				facts[i] = typical([]string{"IC", "LH"}[i%2], first+i, bundle.Clock.Now())
			}
			if err := pg.InTx(b.Context(), bundle.DB.DB, func(ctx context.Context, tx *pg.Tx) error {
				return outbox.AppendAll(ctx, tx, facts)
			}); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
		start := clock.Stopwatch()
		working := bundle.Start(b, nil)
		working.Drained(b)
		b.ReportMetric(events/clock.Since(start).Seconds(), "events/s")
		b.StopTimer()
		working.Stop()
	}
}

// BenchmarkLatency shows the time from commit to readable for about 500 events a second, read committed.
func BenchmarkLatency(b *testing.B) {
	bundle := testfeed.Open(b)
	working := bundle.Start(b, nil)
	testfeed.MustAppend(b, bundle.DB, typical("IC", 0, bundle.Clock.Now()))
	working.Drained(b)
	consumer, err := bundle.Kafka.NewClient(kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.ConsumeTopics(bundle.Topic),
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
			if err := testfeed.Append(context.Background(), bundle.DB, typical("IC", i+1, bundle.Clock.Now())); err != nil {
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
