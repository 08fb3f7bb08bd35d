package outbox_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/clock"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/outbox"
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
func (b *bundle) raw(t testing.TB) (records []*kgo.Record) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := kafka.Read(ctx, b.kafka, b.topic, nil, func(record *kgo.Record) error {
		records = append(records, record)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// facts are the records of one pool's facts, once there are so many: a transaction shows a moment after it has ended.
func (b *bundle) facts(t testing.TB, partition int32, count int) []*kgo.Record {
	t.Helper()
	for begun := clock.Stopwatch(); ; {
		found := slices.DeleteFunc(b.raw(t), func(r *kgo.Record) bool {
			_, err := outbox.ParseFact(r)
			return err != nil || r.Partition != partition
		})
		if len(found) == count {
			return found
		}
		if clock.Since(begun) > patience/4 {
			t.Fatalf("%d facts in partition %d, wanted %d", len(found), partition, count)
		}
	}
}

// expectAmong wants the relay's records to be so many, dense, each once, whatever strangers have committed between
// them; and a careful reader to tell the ones from the others, who knows nothing of producers. It looks at them in the
// order in which transactions ended, and as they lie in the topic.
func (b *bundle) expectAmong(t testing.TB, count int, strangers ...*testkafka.Stranger) {
	t.Helper()
	foreign := func(record *kgo.Record) bool {
		return slices.ContainsFunc(strangers, func(s *testkafka.Stranger) bool { return s.Producer() == record.ProducerID })
	}
	var records []*kgo.Record
	ours := func() (total int) {
		records = b.raw(t)
		for _, record := range records {
			if !foreign(record) {
				total++
			}
		}
		return total
	}
	got := ours()
	for begun := clock.Stopwatch(); got < count && clock.Since(begun) < patience/4; {
		got = ours()
	}
	if got != count {
		t.Fatalf("%d records of the relay in the topic, wanted %d", got, count)
	}
	b.expectToldApart(t, records, foreign)
	slices.SortStableFunc(records, func(a, b *kgo.Record) int {
		return cmp.Or(cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Offset, b.Offset))
	})
	b.expectToldApart(t, records, foreign)
}

func (b *bundle) expectToldApart(t testing.TB, records []*kgo.Record, foreign func(*kgo.Record) bool) {
	t.Helper()
	last := map[string]int64{}
	for _, record := range records {
		fact, err := outbox.ParseFact(record)
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
	for _, step := range outbox.Steps {
		t.Run("OK stopped at "+step, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			makeTopic(t, b.kafka, b.topic)
			hung := testkafka.NewStranger(t, b.kafka, b.topic, "hung")
			other := testkafka.NewStranger(t, b.kafka, b.topic, "other")
			hung.Open(t, junk(4)...) // before the relay has written anything
			writeConcurrently(t, b, 3, 5)
			first := b.start(t, nil)
			first.drain(t)
			first.stop()
			facts := b.facts(t, 1, 5)
			other.Commit(t, append(junk(3), facts[0], forged(facts[4]))...)
			other.Open(t, append(junk(3), facts[4], facts[1])...)
			other.End(t, kgo.TryAbort)

			writeMore(t, b)
			f := freezeAt(t, step)
			second := b.start(t, f.hook)
			waitFor(t, "at "+step, f.there)
			other.Open(t, append(junk(2), facts[2])...)
			second.cancel()
			f.release()
			second.stop()
			third := b.start(t, nil)
			other.Write(t, junk(2)...)
			third.drain(t)
			b.expectAmong(t, 21, hung, other)
			other.End(t, kgo.TryCommit)
			hung.Write(t, append(junk(2), facts[3])...)
			hung.End(t, kgo.TryCommit)
			writeOf(t, b, "after", 3, 2)
			third.drain(t)
			b.expectAmong(t, 27, hung, other)
			third.stop()
			b.start(t, nil).drain(t)
			b.expectAmong(t, 27, hung, other)
		})
	}
}

// A relay that is frozen believes that it leads, while another works beside an open transaction.
func TestRelayIsFencedBesideForeignTransactions(t *testing.T) {
	t.Parallel()
	for _, step := range []string{outbox.StepConnectFenced, outbox.StepPublishBegun, outbox.StepPublishProduced} {
		t.Run("OK frozen at "+step, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			makeTopic(t, b.kafka, b.topic)
			hung := testkafka.NewStranger(t, b.kafka, b.topic, "hung")
			hung.Open(t, junk(4)...)
			writeConcurrently(t, b, 3, 5)
			f := freezeAt(t, step)
			zombie := b.start(t, f.hook)
			waitFor(t, "at "+step, f.there)
			second := b.start(t, nil)
			second.drain(t)
			b.expectAmong(t, 15, hung)
			hung.Write(t, junk(2)...)
			f.release()
			writeMore(t, b)
			second.drain(t)
			b.expectAmong(t, 21, hung)
			zombie.stop()
			hung.End(t, kgo.TryCommit)
			b.expectAmong(t, 21, hung)
		})
	}
}

// What others have done is shown: what they committed is counted once, and a transaction that stays open is named.
func TestRelayShowsWhatOthersDo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	makeTopic(t, b.kafka, b.topic)
	stranger := testkafka.NewStranger(t, b.kafka, b.topic, "other")
	hung := testkafka.NewStranger(t, b.kafka, b.topic, "hung")
	writeConcurrently(t, b, 3, 5)
	relay := b.start(t, nil)
	relay.drain(t)
	seen := func(records, copies int64) func(outbox.Status) bool {
		return func(s outbox.Status) bool {
			return s.Foreign["IC"] == outbox.Foreign{Records: records, Copies: copies} && s.State == outbox.StatePublishing
		}
	}
	facts := b.facts(t, 1, 5)
	stranger.Commit(t, append(junk(6), forged(facts[4]), facts[0])...)
	relay.await(t, "counted at rest", seen(4, 1))

	hung.Open(t, junk(2)...)
	relay.await(t, "blocked", func(s outbox.Status) bool { return len(s.Blocked) == 2 })
	for _, open := range relay.Status().Blocked {
		if open.ProducerID != hung.Producer() || open.Since.IsZero() || open.TransactionalID == "" {
			t.Errorf("%+v", open)
		}
	}
	writeMore(t, b)
	relay.drain(t)
	stranger.Open(t, junk(2)...)
	stranger.End(t, kgo.TryAbort)
	stranger.Commit(t, junk(4)...)
	writeOf(t, b, "after", 3, 2)
	relay.drain(t)
	t.Run("OK a comparison names them, and nothing has forked", func(t *testing.T) {
		found, _ := b.compare(t)
		if len(found.Forked()) > 0 || len(found.Open) != 2 || found.Open[0].ProducerID != hung.Producer() {
			t.Errorf("%+v", found)
		}
	})
	hung.End(t, kgo.TryCommit)
	relay.await(t, "counted when all has ended", seen(7, 1))
	relay.await(t, "free", func(s outbox.Status) bool { return len(s.Blocked) == 0 })
	b.expectAmong(t, 27, stranger, hung)

	relay.stop()
	hung.Open(t, junk(2)...)
	stranger.Commit(t, junk(2)...)
	second := b.start(t, nil)
	second.await(t, "publishing", func(s outbox.Status) bool { return s.State == outbox.StatePublishing })
	hung.End(t, kgo.TryCommit)
	second.await(t, "counted what was open when it came", seen(2, 0))
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
			b := setup(t)
			writeConcurrently(t, b, 3, 60)
			first := b.start(t, nil)
			first.drain(t)
			first.stop()
			stranger := testkafka.NewStranger(t, b.kafka, b.topic, "other")
			facts := b.facts(t, 1, 60)
			stranger.Commit(t, append(junk(150), facts[2:50]...)...)
			var kept int
			err := b.db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM feed_checkpoint`).Scan(&kept)
			if err != nil || kept != 3 {
				t.Fatalf("%d checkpoints, %v", kept, err)
			}
			if _, err := b.db.Superuser.Pool.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
			writeMore(t, b)
			b.start(t, nil).drain(t)
			b.expectAmong(t, 186, stranger)
		})
	}
}
