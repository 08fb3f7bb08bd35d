package relay_test

import (
	"gongbao/internal/lab/testfeed"

	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/relay"
)

// junk are records for the partitions of IC and LH that carry nothing.
func junk(count int) (records []*kgo.Record) {
	for i := range count {
		records = append(records, &kgo.Record{Partition: int32(1 + i%2), Value: fmt.Appendf(nil, "hello %d", i)})
	}
	return records
}

// forged has the headers of a fact and another value.
func forged(fact *kgo.Record) *kgo.Record {
	return &kgo.Record{Partition: fact.Partition, Key: fact.Key, Headers: fact.Headers, Value: []byte(`{"common":{}}`)}
}

// raw reads the whole topic, committed records only.
func raw(t testing.TB, b *testfeed.Bundle) (records []*kgo.Record) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), testfeed.Patience)
	defer cancel()
	err := kafka.Read(ctx, b.Kafka, b.Topic, nil, func(record *kgo.Record) error {
		records = append(records, record)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// facts are the records of one pool's facts, once there are so many: a transaction shows a moment after it has ended.
func facts(t testing.TB, b *testfeed.Bundle, partition int32, count int) []*kgo.Record {
	t.Helper()
	for begun := clock.Stopwatch(); ; {
		found := slices.DeleteFunc(raw(t, b), func(r *kgo.Record) bool {
			_, err := fact.ParseFact(r)
			return err != nil || r.Partition != partition
		})
		if len(found) == count {
			return found
		}
		if clock.Since(begun) > testfeed.Patience/4 {
			t.Fatalf("%d facts in partition %d, wanted %d", len(found), partition, count)
		}
	}
}

// expectAmong wants the relay's records to be so many, dense, each once, whatever strangers have committed between
// them; and a careful reader to tell the ones from the others, who knows nothing of producers. It looks at them in the
// order in which transactions ended, and as they lie in the topic.
func expectAmong(t testing.TB, b *testfeed.Bundle, count int, strangers ...*testkafka.Stranger) {
	t.Helper()
	foreign := func(record *kgo.Record) bool {
		return slices.ContainsFunc(strangers, func(s *testkafka.Stranger) bool { return s.Producer() == record.ProducerID })
	}
	var records []*kgo.Record
	ours := func() (total int) {
		records = raw(t, b)
		for _, record := range records {
			if !foreign(record) {
				total++
			}
		}
		return total
	}
	got := ours()
	for begun := clock.Stopwatch(); got < count && clock.Since(begun) < testfeed.Patience/4; {
		got = ours()
	}
	if got != count {
		t.Fatalf("%d records of the relay in the topic, wanted %d", got, count)
	}
	expectToldApart(t, b, records, foreign)
	slices.SortStableFunc(records, func(a, b *kgo.Record) int {
		return cmp.Or(cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Offset, b.Offset))
	})
	expectToldApart(t, b, records, foreign)
}

func expectToldApart(t testing.TB, b *testfeed.Bundle, records []*kgo.Record, foreign func(*kgo.Record) bool) {
	t.Helper()
	last := map[string]int64{}
	for _, record := range records {
		fact, err := fact.ParseFact(record)
		counts := err == nil && fact.Position == last[fact.Pool]+1
		if counts == foreign(record) {
			t.Fatalf("partition %d, offset %d: position %d of %s after %d, by producer %d: %v", record.Partition,
				record.Offset, fact.Position, fact.Pool, last[fact.Pool], record.ProducerID, err)
		}
		if counts {
			last[fact.Pool] = fact.Position
		}
	}
}

// Whatever others do in the topic before a relay connects, while it connects and while it publishes, wherever it is
// stopped: its facts stand there once, in order.
func TestRelayBesideForeignTransactions(t *testing.T) {
	t.Parallel()
	for _, step := range relay.Steps {
		t.Run("OK stopped at "+step, func(t *testing.T) {
			t.Parallel()
			b := testfeed.Open(t)
			testfeed.MakeTopic(t, b.Kafka, b.Topic)
			hung := testkafka.NewStranger(t, b.Kafka, b.Topic, "hung")
			other := testkafka.NewStranger(t, b.Kafka, b.Topic, "other")
			hung.Open(t, junk(4)...) // before the relay has written anything
			writeConcurrently(t, b, 3, 5)
			first := b.Start(t, nil)
			first.Drained(t)
			first.Stop()
			facts := facts(t, b, 1, 5)
			other.Commit(t, append(junk(3), facts[0], forged(facts[4]))...)
			other.Open(t, append(junk(3), facts[4], facts[1])...)
			other.End(t, kgo.TryAbort)

			writeMore(t, b)
			f := testfeed.FreezeAt(t, step)
			second := b.Start(t, f.Hook)
			testfeed.WaitFor(t, "at "+step, f.There)
			other.Open(t, append(junk(2), facts[2])...)
			second.Cancel()
			f.Release()
			second.Stop()
			third := b.Start(t, nil)
			other.Write(t, junk(2)...)
			third.Drained(t)
			expectAmong(t, b, 21, hung, other)
			other.End(t, kgo.TryCommit)
			hung.Write(t, append(junk(2), facts[3])...)
			hung.End(t, kgo.TryCommit)
			writeOf(t, b, "after", 3, 2)
			third.Drained(t)
			expectAmong(t, b, 27, hung, other)
			third.Stop()
			b.Start(t, nil).Drained(t)
			expectAmong(t, b, 27, hung, other)
		})
	}
}

// A relay that is frozen believes that it leads, while another works beside an open transaction.
func TestRelayIsFencedBesideForeignTransactions(t *testing.T) {
	t.Parallel()
	for _, step := range []string{relay.StepConnectFenced, relay.StepPublishBegun, relay.StepPublishProduced} {
		t.Run("OK frozen at "+step, func(t *testing.T) {
			t.Parallel()
			b := testfeed.Open(t)
			testfeed.MakeTopic(t, b.Kafka, b.Topic)
			hung := testkafka.NewStranger(t, b.Kafka, b.Topic, "hung")
			hung.Open(t, junk(4)...)
			writeConcurrently(t, b, 3, 5)
			f := testfeed.FreezeAt(t, step)
			zombie := b.Start(t, f.Hook)
			testfeed.WaitFor(t, "at "+step, f.There)
			second := b.Start(t, nil)
			second.Drained(t)
			expectAmong(t, b, 15, hung)
			hung.Write(t, junk(2)...)
			f.Release()
			writeMore(t, b)
			second.Drained(t)
			expectAmong(t, b, 21, hung)
			zombie.Stop()
			hung.End(t, kgo.TryCommit)
			expectAmong(t, b, 21, hung)
		})
	}
}

// What others have done is shown: what they committed is counted once, and a transaction that stays open is named.
func TestRelayShowsWhatOthersDo(t *testing.T) {
	t.Parallel()
	b := testfeed.Open(t)
	testfeed.MakeTopic(t, b.Kafka, b.Topic)
	stranger := testkafka.NewStranger(t, b.Kafka, b.Topic, "other")
	hung := testkafka.NewStranger(t, b.Kafka, b.Topic, "hung")
	writeConcurrently(t, b, 3, 5)
	working := b.Start(t, nil)
	working.Drained(t)
	seen := func(records, copies int64) func(relay.Status) bool {
		return func(s relay.Status) bool {
			return s.Foreign["IC"] == relay.Foreign{Records: records, Copies: copies} && s.State == relay.StatePublishing
		}
	}
	facts := facts(t, b, 1, 5)
	stranger.Commit(t, append(junk(6), forged(facts[4]), facts[0])...)
	working.Await(t, "counted at rest", seen(4, 1))

	hung.Open(t, junk(2)...)
	working.Await(t, "blocked", func(s relay.Status) bool { return len(s.Blocked) == 2 })
	for _, open := range working.Status().Blocked {
		if open.ProducerID != hung.Producer() || open.Since.IsZero() || open.TransactionalID == "" {
			t.Errorf("%+v", open)
		}
	}
	writeMore(t, b)
	working.Drained(t)
	stranger.Open(t, junk(2)...)
	stranger.End(t, kgo.TryAbort)
	stranger.Commit(t, junk(4)...)
	writeOf(t, b, "after", 3, 2)
	working.Drained(t)
	t.Run("OK a comparison names them, and nothing has forked", func(t *testing.T) {
		found, _ := b.Compare(t)
		if len(found.Forked()) > 0 || len(found.Open) != 2 || found.Open[0].ProducerID != hung.Producer() {
			t.Errorf("%+v", found)
		}
	})
	hung.End(t, kgo.TryCommit)
	working.Await(t, "counted when all has ended", seen(7, 1))
	working.Await(t, "free", func(s relay.Status) bool { return len(s.Blocked) == 0 })
	expectAmong(t, b, 27, stranger, hung)

	working.Stop()
	hung.Open(t, junk(2)...)
	stranger.Commit(t, junk(2)...)
	second := b.Start(t, nil)
	second.Await(t, "publishing", func(s relay.Status) bool { return s.State == relay.StatePublishing })
	hung.End(t, kgo.TryCommit)
	second.Await(t, "counted what was open when it came", seen(2, 0))
}

// Without a checkpoint, or with one that is wrong, the end of the partition must do, also when old facts were copied
// there.
func TestRelayFindsItsPlaceWithoutACheckpoint(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"none":             `DELETE FROM feed_checkpoint`,
		"another position": `UPDATE feed_checkpoint SET position = position - 1`,
		"another place":    `UPDATE feed_checkpoint SET place = 1`,
		"a place past all": `UPDATE feed_checkpoint SET place = 1000000`,
	} {
		t.Run("OK "+name, func(t *testing.T) {
			t.Parallel()
			b := testfeed.Open(t)
			writeConcurrently(t, b, 3, 60)
			first := b.Start(t, nil)
			first.Drained(t)
			first.Stop()
			stranger := testkafka.NewStranger(t, b.Kafka, b.Topic, "other")
			facts := facts(t, b, 1, 60)
			stranger.Commit(t, append(junk(150), facts[2:50]...)...)
			var kept int
			err := b.DB.Pool.QueryRow(t.Context(), `SELECT count(*) FROM feed_checkpoint`).Scan(&kept)
			if err != nil || kept != 3 {
				t.Fatalf("%d checkpoints, %v", kept, err)
			}
			if _, err := b.DB.Superuser.Pool.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
			writeMore(t, b)
			b.Start(t, nil).Drained(t)
			expectAmong(t, b, 186, stranger)
		})
	}
}
