package relay_test

import (
	"gongbao/internal/lab/testfeed"

	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/relay"
)

var noon = time.Date(2026, 1, 5, 12, 0, 0, 0, clock.Zone)

// writeConcurrently lets writers write versions of their own subjects, in pools by turns.
func writeConcurrently(t *testing.T, b *testfeed.Bundle, writers, versions int) {
	t.Helper()
	writeOf(t, b, "policy", writers, versions)
}

// writeOf is writeConcurrently for subjects of a kind.
func writeOf(t *testing.T, b *testfeed.Bundle, kind string, writers, versions int) {
	t.Helper()
	pools := []string{"IC", "LH", fact.Zone}
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			for version := range versions {
				subject := fmt.Sprintf("%s/%d", kind, writer)
				f := testfeed.Fact(pools[writer%len(pools)], subject, int64(version+1), b.Clock.Now())
				if err := testfeed.Append(context.Background(), b.DB, f); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

func TestRelayOrder(t *testing.T) {
	t.Parallel()
	b := testfeed.Open(t)
	working := b.Start(t, nil)
	writeConcurrently(t, b, 16, 25)
	working.Drained(t)
	b.ExpectFeed(t, 400)
	var falls, early int
	if err := b.DB.Pool.QueryRow(t.Context(), `
		SELECT count(*) FILTER (WHERE known < before), count(*) FILTER (WHERE known < recorded)
		FROM (SELECT f.known, e.recorded, lag(f.known) OVER (PARTITION BY f.pool ORDER BY f.position) AS before
		FROM feed_position f JOIN event e ON e.pool = f.pool AND e.id = f.event) x`).Scan(&falls, &early); err != nil {
		t.Fatal(err)
	}
	if falls != 0 || early != 0 {
		t.Errorf("known falls %d times and is before recorded %d times", falls, early)
	}
	status := working.Status()
	if status.State != relay.StatePublishing || status.Backlog() != 0 || !status.Leading {
		t.Errorf("%+v", status)
	}
}

func TestRelayOrdersVersionsOfOneInstant(t *testing.T) {
	t.Parallel()
	b := testfeed.Open(t)
	b.Clock = clock.NewManual(noon)
	// The later version was recorded earlier: versions count more.
	later := noon.Add(time.Second)
	testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", 1, later), testfeed.Fact("IC", "policy/1", 2, noon))
	for i := range int64(20) {
		testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/2", i+1, noon))
	}
	working := b.Start(t, nil)
	working.Drained(t)
	b.ExpectFeed(t, 22)
	working.Stop()
	t.Run("OK a clock that stands still does not push events on", func(t *testing.T) {
		b := testfeed.Open(t)
		b.Clock = clock.NewManual(noon)
		working := b.Start(t, nil)
		for i := range int64(3) {
			testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", i+1, noon))
			working.Drained(t)
		}
		var pushed int
		err := b.DB.Pool.QueryRow(t.Context(), `SELECT count(*) FROM feed_position WHERE known <> $1`, noon).Scan(&pushed)
		if err != nil || pushed != 0 {
			t.Errorf("%d of 3 events are known later than they were recorded: %v", pushed, err)
		}
	})
}

func TestRelayStopsAtEveryStep(t *testing.T) {
	t.Parallel()
	for _, step := range relay.Steps {
		t.Run("OK stopped at "+step, func(t *testing.T) {
			t.Parallel()
			b := testfeed.Open(t)
			writeConcurrently(t, b, 3, 5)
			f := testfeed.FreezeAt(t, step)
			first := b.Start(t, f.Hook)
			testfeed.WaitFor(t, "at "+step, f.There)
			first.Cancel()
			f.Release()
			first.Stop()
			writeMore(t, b)
			b.Start(t, nil).Drained(t)
			b.ExpectFeed(t, 21)
		})
		t.Run("OK frozen at "+step, func(t *testing.T) {
			t.Parallel()
			b := testfeed.Open(t)
			writeConcurrently(t, b, 3, 5)
			f := testfeed.FreezeAt(t, step)
			zombie := b.Start(t, f.Hook)
			testfeed.WaitFor(t, "at "+step, f.There)
			second := b.Start(t, nil)
			second.Drained(t)
			b.ExpectFeed(t, 15)
			f.Release() // it believes that it still leads
			writeMore(t, b)
			second.Drained(t)
			b.ExpectFeed(t, 21)
			zombie.Stop()
			second.Stop()
			b.Start(t, nil).Drained(t)
			b.ExpectFeed(t, 21)
		})
	}
}

// writeMore writes six more events, of other subjects.
func writeMore(t *testing.T, b *testfeed.Bundle) {
	t.Helper()
	for version := range int64(3) {
		for _, pool := range []string{"IC", "LH"} {
			testfeed.MustAppend(t, b.DB, testfeed.Fact(pool, "agreement/1", version+1, b.Clock.Now()))
		}
	}
}

func TestRelaysTakeTurns(t *testing.T) {
	t.Parallel()
	b := testfeed.Open(t)
	first := b.Start(t, nil)
	first.Await(t, "publishing", func(s relay.Status) bool { return s.State == relay.StatePublishing })
	second := b.Start(t, nil)
	second.Await(t, "waiting", func(s relay.Status) bool { return s.State == relay.StateStandby })
	writeConcurrently(t, b, 4, 10)
	first.Drained(t)
	if second.Status().Leading {
		t.Error("both lead")
	}
	first.Stop()
	testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "agreement/1", 1, b.Clock.Now()))
	second.Drained(t)
	if a, b := first.Status().Fence, second.Status().Fence; b <= a {
		t.Errorf("the fence went from %d to %d", a, b)
	}
	b.ExpectFeed(t, 41)
}

func TestRelayWithoutBrokersOnlyStamps(t *testing.T) {
	t.Parallel()
	b := testfeed.OpenOn(t, kafka.Config{})
	working := b.Start(t, nil)
	writeConcurrently(t, b, 3, 5)
	working.Drained(t)
	if s := working.Status(); s.State != relay.StateStamping || s.Positions["IC"] != 5 {
		t.Errorf("%+v", s)
	}
}

func TestRelayNoticesNewPools(t *testing.T) {
	t.Parallel()
	b := testfeed.Open(t)
	working := b.Start(t, nil)
	testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", 1, b.Clock.Now()))
	working.Drained(t)
	testfeed.MustAppend(t, b.DB, testfeed.Fact("OE", "policy/1", 1, b.Clock.Now()))
	b.Change(func(pools map[string]int32) { pools["OE"] = 5 })
	working.Drained(t)
	if got := b.ExpectFeed(t, 2)["OE"]; len(got) != 1 {
		t.Errorf("%d events of the new pool", len(got))
	}
}

func TestRelayStopsWhenForked(t *testing.T) {
	t.Parallel()
	changes := map[string]func(t *testing.T, b *testfeed.Bundle){
		"the topic is ahead": func(t *testing.T, b *testfeed.Bundle) {
			for _, statement := range []string{
				`DELETE FROM feed_position WHERE pool = 'IC' AND position = 2`,
				`UPDATE feed_head SET position = 1 WHERE pool = 'IC'`,
			} {
				if _, err := b.DB.Superuser.Pool.Exec(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
		},
		"another event at the position": func(t *testing.T, b *testfeed.Bundle) {
			if _, err := b.DB.Superuser.Pool.Exec(t.Context(), `UPDATE feed_position SET event = gen_random_uuid()
				WHERE pool = 'IC' AND position = 2`); err != nil {
				t.Fatal(err)
			}
		},
		"other bytes at the position": func(t *testing.T, b *testfeed.Bundle) {
			if _, err := b.DB.Superuser.Pool.Exec(t.Context(), `UPDATE feed_position SET hash = '\x00'
				WHERE pool = 'IC' AND position = 2`); err != nil {
				t.Fatal(err)
			}
		},
		"facts of an unknown pool": func(_ *testing.T, b *testfeed.Bundle) {
			b.Change(func(pools map[string]int32) { delete(pools, "IC") })
		},
		"another pool in the partition": func(_ *testing.T, b *testfeed.Bundle) {
			b.Change(func(pools map[string]int32) { pools["IC"], pools["LH"] = pools["LH"], pools["IC"] })
		},
	}
	for name, change := range changes {
		t.Run("ErrFeedForked "+name, func(t *testing.T) {
			t.Parallel()
			b := testfeed.Open(t)
			testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", 1, noon), testfeed.Fact("IC", "policy/1", 2, noon))
			testfeed.MustAppend(t, b.DB, testfeed.Fact("LH", "policy/1", 1, noon))
			first := b.Start(t, nil)
			first.Drained(t)
			first.Stop()
			change(t, b)
			second := b.Start(t, nil)
			second.AwaitState(t, relay.StateForked)
			if err := second.Drain(t.Context()); !errors.Is(err, relay.ErrFeedForked) {
				t.Errorf("drain: %v", err)
			}
		})
	}
}

func TestRelayStartsAgainOnAnEmptyTopic(t *testing.T) {
	t.Parallel()
	b := testfeed.Open(t)
	writeConcurrently(t, b, 3, 5)
	first := b.Start(t, nil)
	first.Drained(t)
	first.Stop()
	before := b.ExpectFeed(t, 15)
	b.Topic = testkafka.NewTopic(t)
	b.Start(t, nil).Drained(t)
	after := b.ExpectFeed(t, 15)
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
	b := testfeed.Open(t)
	working := b.Start(t, nil)
	type answer struct {
		pool  string
		known time.Time
		count int
	}
	ask := func(pool string, known time.Time) (count int) {
		if err := b.DB.Pool.QueryRow(t.Context(), `SELECT count(*) FROM feed_position WHERE pool = $1 AND known <= $2`,
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
			change := working.Changed()
			for pool, watermark := range working.Status().Watermarks {
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
	working.Drained(t)
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
		reading := b.Clock.Now()
		working.Await(t, "past the reading", func(s relay.Status) bool { return !s.Watermarks["IC"].Before(reading) })
	})
}
