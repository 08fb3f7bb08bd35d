package relay_test

import (
	"sync"

	"gongbao/internal/lab/testfeed"

	"testing"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
)

// alone reaches the primary of a pair with commits that wait for no standby: what they leave is what is left of a
// command whose wait was called off.
func alone(t *testing.T, pair *testdb.Pair) *testdb.Database {
	t.Helper()
	// An address that asks for such commits is not listened to; a scratch ledger's are.
	db, err := pg.Open(t.Context(), pg.Options{URL: pair.ApplicationAt, MaxConnections: 2, Scratch: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return &testdb.Database{DB: db}
}

// callOffUntil calls the waits for the standby off until something has happened.
func callOffUntil(pair *testdb.Pair, happened <-chan struct{}) {
	var callingOff sync.WaitGroup
	over := make(chan struct{})
	callingOff.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
				pair.AwaitAny()
				pair.CallOff()
			}
		}
	})
	<-happened
	close(over)
	callingOff.Wait()
}

// stamped is how many positions the server that commands talk to has given.
func stamped(t *testing.T, pair *testdb.Pair) (positions int) {
	t.Helper()
	err := pair.Superuser.Pool.QueryRow(t.Context(), `SELECT count(*) FROM gongbao.feed_position`).Scan(&positions)
	if err != nil {
		t.Fatal(err)
	}
	return positions
}

// told is a relay's hook that tells whoever waits that the publisher looks for rows.
func told(looks chan struct{}) func(step string) {
	return func(step string) {
		if step == relay.StepPublishRead {
			select {
			case looks <- struct{}{}:
			default:
			}
		}
	}
}

// TestRelayPublishesWhatTheStandbyHas takes the standby away and calls the relay's own waits off, so that positions are
// there to be read that no standby has. The topic gets none of them, and is no fork of the server that takes over.
func TestRelayPublishesWhatTheStandbyHas(t *testing.T) {
	t.Parallel()
	pair := testdb.OpenPair(t)
	b := testfeed.Between(pair.Database, testkafka.Open(t), testkafka.NewTopic(t))
	looks := make(chan struct{}) // of the publisher, for rows it has not seen
	hook := told(looks)
	testfeed.MustAppend(t, pair.Database, testfeed.Fact("IC", "policy/1", 1, b.Clock.Now()))
	working := b.Start(t, hook)
	working.Drained(t)
	b.ExpectFeed(t, 1)

	lost := alone(t, pair)
	unpublished := func(count int) {
		t.Helper()
		for range 3 { // it has looked since they were there, and found nothing to publish
			<-looks
		}
		if _, total := b.Feed(t); total != count {
			t.Fatalf("the topic has %d records, wanted the %d that the standby has", total, count)
		}
	}
	away := func(version int64, positions int) {
		t.Helper()
		pair.StopStandby()
		now := b.Clock.Now()
		second := testfeed.Fact("LH", "policy/2", version-1, now)
		testfeed.MustAppend(t, lost, testfeed.Fact("IC", "policy/1", version, now), second)
		for stamped(t, pair) < positions { // the first pass may have begun before
			pair.AwaitAny()
			pair.CallOff()
		}
	}
	away(2, 3)
	unpublished(1)
	working.Stop()
	pair.CallOffAll()
	working = b.Start(t, hook) // it trusts the positions no more than the first
	callOffUntil(pair, looks)  // for its lease, and for the pools
	unpublished(1)
	pair.StartStandby()
	working.Drained(t)
	b.ExpectFeed(t, 3)

	away(3, 5)
	unpublished(3)
	working.Cancel()
	promoted := pair.FailOver()
	working.Stop()
	b.DB = promoted
	testfeed.MustAppend(t, promoted, testfeed.Fact("IC", "policy/1", 3, b.Clock.Now()))
	after := b.Start(t, nil)
	after.Drained(t)
	b.ExpectFeed(t, 4)
}
