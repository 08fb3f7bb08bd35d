package outbox_test

import (
	"testing"

	"gongbao/internal/clock"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
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

// TestRelayPublishesWhatTheStandbyHas takes the standby away and calls the relay's own waits off, so that positions are
// there to be read that no standby has. The topic gets none of them, and is no fork of the server that takes over.
func TestRelayPublishesWhatTheStandbyHas(t *testing.T) {
	t.Parallel()
	pair := testdb.OpenPair(t)
	b := &bundle{
		db: pair.Database, kafka: testkafka.Open(t), topic: testkafka.NewTopic(t), clock: clock.System{},
		pools: map[string]int32{"IC": 1, "LH": 2},
	}
	looks := make(chan struct{}) // of the publisher, for rows it has not seen
	hook := func(step string) {
		if step == outbox.StepPublishRead {
			select {
			case looks <- struct{}{}:
			default:
			}
		}
	}
	mustAppend(t, pair.Database, fact("IC", "policy/1", 1, b.clock.Now()))
	relay := b.start(t, hook)
	relay.drain(t)
	b.expectFeed(t, 1)

	lost := alone(t, pair)
	stamped := func() (positions int) {
		t.Helper()
		err := pair.Superuser.Pool.QueryRow(t.Context(), `SELECT count(*) FROM gongbao.feed_position`).Scan(&positions)
		if err != nil {
			t.Fatal(err)
		}
		return positions
	}
	unpublished := func(count int) {
		t.Helper()
		for range 3 { // it has looked since they were there, and found nothing to publish
			<-looks
		}
		if _, total := b.feed(t); total != count {
			t.Fatalf("the topic has %d records, wanted the %d that the standby has", total, count)
		}
	}
	away := func(version int64, positions int) {
		t.Helper()
		pair.StopStandby()
		mustAppend(t, lost, fact("IC", "policy/1", version, b.clock.Now()), fact("LH", "policy/2", version-1, b.clock.Now()))
		for stamped() < positions { // the first pass may have begun before
			pair.AwaitWaiting(1)
			pair.CallOff()
		}
	}
	away(2, 3)
	unpublished(1)
	relay.stop()
	pair.AwaitWaiting(0)
	relay = b.start(t, hook) // it trusts the positions no more than the first
	pair.AwaitWaiting(1)     // for its lease
	pair.CallOff()
	unpublished(1)
	pair.StartStandby()
	relay.drain(t)
	b.expectFeed(t, 3)

	away(3, 5)
	unpublished(3)
	relay.cancel()
	promoted := pair.FailOver()
	relay.stop()
	b.db = promoted
	mustAppend(t, promoted, fact("IC", "policy/1", 3, b.clock.Now()))
	after := b.start(t, nil)
	after.drain(t)
	b.expectFeed(t, 4)
}
