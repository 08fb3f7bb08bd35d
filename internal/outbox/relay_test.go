package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"gongbao/internal/clock"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/outbox"
)

// writeConcurrently lets writers write versions of their own subjects, in pools by turns.
func writeConcurrently(t *testing.T, b *bundle, writers, versions int) {
	t.Helper()
	writeOf(t, b, "policy", writers, versions)
}

// writeOf is writeConcurrently for subjects of a kind.
func writeOf(t *testing.T, b *bundle, kind string, writers, versions int) {
	t.Helper()
	pools := []string{"IC", "LH", outbox.Zone}
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			for version := range versions {
				subject := fmt.Sprintf("%s/%d", kind, writer)
				f := fact(pools[writer%len(pools)], subject, int64(version+1), b.clock.Now())
				if err := appendFacts(context.Background(), b.db, f); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

func TestRelayOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	relay := b.start(t, nil)
	writeConcurrently(t, b, 16, 25)
	relay.drain(t)
	b.expectFeed(t, 400)
	var falls, early int
	if err := b.db.Pool.QueryRow(t.Context(), `
		SELECT count(*) FILTER (WHERE known < before), count(*) FILTER (WHERE known < recorded)
		FROM (SELECT f.known, e.recorded, lag(f.known) OVER (PARTITION BY f.pool ORDER BY f.position) AS before
		FROM feed_position f JOIN event e ON e.pool = f.pool AND e.id = f.event) x`).Scan(&falls, &early); err != nil {
		t.Fatal(err)
	}
	if falls != 0 || early != 0 {
		t.Errorf("known falls %d times and is before recorded %d times", falls, early)
	}
	status := relay.Status()
	if status.State != outbox.StatePublishing || status.Backlog() != 0 || !status.Leading {
		t.Errorf("%+v", status)
	}
}

func TestRelayOrdersVersionsOfOneInstant(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.clock = clock.NewManual(noon)
	// The later version was recorded earlier: versions count more.
	mustAppend(t, b.db, fact("IC", "policy/1", 1, noon.Add(time.Second)), fact("IC", "policy/1", 2, noon))
	for i := range int64(20) {
		mustAppend(t, b.db, fact("IC", "policy/2", i+1, noon))
	}
	relay := b.start(t, nil)
	relay.drain(t)
	b.expectFeed(t, 22)
	relay.stop()
	t.Run("OK a clock that stands still does not push events on", func(t *testing.T) {
		b := setup(t)
		b.clock = clock.NewManual(noon)
		relay := b.start(t, nil)
		for i := range int64(3) {
			mustAppend(t, b.db, fact("IC", "policy/1", i+1, noon))
			relay.drain(t)
		}
		var pushed int
		err := b.db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM feed_position WHERE known <> $1`, noon).Scan(&pushed)
		if err != nil || pushed != 0 {
			t.Errorf("%d of 3 events are known later than they were recorded: %v", pushed, err)
		}
	})
}

func TestRelayStopsAtEveryStep(t *testing.T) {
	t.Parallel()
	for _, step := range outbox.Steps {
		t.Run("OK stopped at "+step, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			writeConcurrently(t, b, 3, 5)
			f := freezeAt(t, step)
			first := b.start(t, f.hook)
			waitFor(t, "at "+step, f.there)
			first.cancel()
			f.release()
			first.stop()
			writeMore(t, b)
			b.start(t, nil).drain(t)
			b.expectFeed(t, 21)
		})
		t.Run("OK frozen at "+step, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			writeConcurrently(t, b, 3, 5)
			f := freezeAt(t, step)
			zombie := b.start(t, f.hook)
			waitFor(t, "at "+step, f.there)
			second := b.start(t, nil)
			second.drain(t)
			b.expectFeed(t, 15)
			f.release() // it believes that it still leads
			writeMore(t, b)
			second.drain(t)
			b.expectFeed(t, 21)
			zombie.stop()
			second.stop()
			b.start(t, nil).drain(t)
			b.expectFeed(t, 21)
		})
	}
}

// writeMore writes six more events, of other subjects.
func writeMore(t *testing.T, b *bundle) {
	t.Helper()
	for version := range int64(3) {
		for _, pool := range []string{"IC", "LH"} {
			mustAppend(t, b.db, fact(pool, "agreement/1", version+1, b.clock.Now()))
		}
	}
}

func TestRelaysTakeTurns(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.start(t, nil)
	first.await(t, "publishing", func(s outbox.Status) bool { return s.State == outbox.StatePublishing })
	second := b.start(t, nil)
	second.await(t, "waiting", func(s outbox.Status) bool { return s.State == outbox.StateStandby })
	writeConcurrently(t, b, 4, 10)
	first.drain(t)
	if second.Status().Leading {
		t.Error("both lead")
	}
	first.stop()
	mustAppend(t, b.db, fact("IC", "agreement/1", 1, b.clock.Now()))
	second.drain(t)
	if a, b := first.Status().Fence, second.Status().Fence; b <= a {
		t.Errorf("the fence went from %d to %d", a, b)
	}
	b.expectFeed(t, 41)
}

func TestRelayWithoutBrokersOnlyStamps(t *testing.T) {
	t.Parallel()
	b := setupOn(t, kafka.Config{})
	relay := b.start(t, nil)
	writeConcurrently(t, b, 3, 5)
	relay.drain(t)
	if s := relay.Status(); s.State != outbox.StateStamping || s.Positions["IC"] != 5 {
		t.Errorf("%+v", s)
	}
}

func TestRelayNoticesNewPools(t *testing.T) {
	t.Parallel()
	b := setup(t)
	relay := b.start(t, nil)
	mustAppend(t, b.db, fact("IC", "policy/1", 1, b.clock.Now()))
	relay.drain(t)
	mustAppend(t, b.db, fact("OE", "policy/1", 1, b.clock.Now()))
	b.mutex.Lock()
	b.pools["OE"] = 5
	b.mutex.Unlock()
	relay.drain(t)
	if got := b.expectFeed(t, 2)["OE"]; len(got) != 1 {
		t.Errorf("%d events of the new pool", len(got))
	}
}

func TestRelayStopsWhenForked(t *testing.T) {
	t.Parallel()
	changes := map[string]func(t *testing.T, b *bundle){
		"the topic is ahead": func(t *testing.T, b *bundle) {
			for _, statement := range []string{
				`DELETE FROM feed_position WHERE pool = 'IC' AND position = 2`,
				`UPDATE feed_head SET position = 1 WHERE pool = 'IC'`,
			} {
				if _, err := b.db.Superuser.Pool.Exec(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
		},
		"another event at the position": func(t *testing.T, b *bundle) {
			if _, err := b.db.Superuser.Pool.Exec(t.Context(), `UPDATE feed_position SET event = gen_random_uuid()
				WHERE pool = 'IC' AND position = 2`); err != nil {
				t.Fatal(err)
			}
		},
		"other bytes at the position": func(t *testing.T, b *bundle) {
			if _, err := b.db.Superuser.Pool.Exec(t.Context(), `UPDATE feed_position SET hash = '\x00'
				WHERE pool = 'IC' AND position = 2`); err != nil {
				t.Fatal(err)
			}
		},
		"facts of an unknown pool": func(_ *testing.T, b *bundle) {
			delete(b.pools, "IC")
		},
		"another pool in the partition": func(_ *testing.T, b *bundle) {
			b.pools["IC"], b.pools["LH"] = b.pools["LH"], b.pools["IC"]
		},
	}
	for name, change := range changes {
		t.Run("ErrFeedForked "+name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			mustAppend(t, b.db, fact("IC", "policy/1", 1, noon), fact("IC", "policy/1", 2, noon))
			mustAppend(t, b.db, fact("LH", "policy/1", 1, noon))
			first := b.start(t, nil)
			first.drain(t)
			first.stop()
			change(t, b)
			second := b.start(t, nil)
			waitFor(t, "ended", second.ended)
			if !errors.Is(second.err, outbox.ErrFeedForked) || second.Status().State != outbox.StateForked {
				t.Errorf("%v, %+v", second.err, second.Status())
			}
			if err := second.Drain(t.Context()); !errors.Is(err, outbox.ErrFeedForked) {
				t.Errorf("drain: %v", err)
			}
		})
	}
}

func TestRelayStartsAgainOnAnEmptyTopic(t *testing.T) {
	t.Parallel()
	b := setup(t)
	writeConcurrently(t, b, 3, 5)
	first := b.start(t, nil)
	first.drain(t)
	first.stop()
	before := b.expectFeed(t, 15)
	b.topic = testkafka.NewTopic(t)
	b.start(t, nil).drain(t)
	after := b.expectFeed(t, 15)
	for pool, list := range before {
		for i := range list {
			if string(list[i].Value) != string(after[pool][i].Value) {
				t.Fatalf("position %d of %s has other bytes", i+1, pool)
			}
		}
	}
}

// TestWatermark asks the same question twice under load: what is final must stay.
func TestWatermark(t *testing.T) {
	t.Parallel()
	b := setup(t)
	relay := b.start(t, nil)
	type answer struct {
		pool  string
		known time.Time
		count int
	}
	ask := func(pool string, known time.Time) (count int) {
		if err := b.db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM feed_position WHERE pool = $1 AND known <= $2`,
			pool, known).Scan(&count); err != nil {
			t.Error(err)
		}
		return count
	}
	var answers []answer
	done := make(chan struct{})
	var asker sync.WaitGroup
	asker.Go(func() {
		for {
			change := relay.Changed()
			for pool, watermark := range relay.Status().Watermarks {
				answers = append(answers, answer{pool, watermark, ask(pool, watermark)})
			}
			select {
			case <-done:
				return
			case <-change:
			}
		}
	})
	writeConcurrently(t, b, 8, 40)
	relay.drain(t)
	close(done)
	asker.Wait()
	for _, first := range answers {
		if got := ask(first.pool, first.known); got != first.count {
			t.Fatalf("%s as known at %s was %d and is %d", first.pool, first.known, first.count, got)
		}
	}
	if len(answers) < 10 {
		t.Errorf("only %d answers", len(answers))
	}
	t.Run("OK an idle relay moves on, and an old answer becomes final", func(t *testing.T) {
		reading := b.clock.Now()
		relay.await(t, "past the reading", func(s outbox.Status) bool { return !s.Watermarks["IC"].Before(reading) })
	})
}
