package outbox_test

import (
	"testing"
	"time"

	"gongbao/internal/kafka"
	"gongbao/internal/lab/tools/wire"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// TestRelayOutlastsPostgres cuts and closes the relay's way to the database: it says so, goes on by itself, and neither
// leaves a fact out nor publishes one twice. Without a Kafka it does the same for positions.
func TestRelayOutlastsPostgres(t *testing.T) {
	t.Parallel()
	t.Run("OK publishing", func(t *testing.T) {
		t.Parallel()
		cutRelay(t, setup(t), outbox.StatePublishing)
	})
	t.Run("OK only stamping", func(t *testing.T) {
		t.Parallel()
		cutRelay(t, setupOn(t, kafka.Config{}), outbox.StateStamping)
	})
}

func cutRelay(t *testing.T, b *bundle, well outbox.State) {
	t.Helper()
	laid, err := wire.Lay(b.db.ApplicationAt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(laid.Close)
	b.near, err = pg.Open(t.Context(), pg.Options{URL: laid.URL(b.db.ApplicationAt), MaxConnections: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.near.Close)
	relay := b.start(t, nil)
	const rounds, facts = 4, 10
	stamped := func(count int64) func(outbox.Status) bool {
		return func(s outbox.Status) bool { return s.State == well && s.Positions["IC"] == count }
	}
	for round := range int64(rounds) {
		for version := range int64(facts) {
			mustAppend(t, b.db, fact("IC", "agreement/1", round*facts+version+1, b.clock.Now()))
			laid.Cut()
		}
		relay.await(t, "well again", stamped((round+1)*facts))
		laid.Refuse(true)
		laid.Cut()
		relay.await(t, "aware", func(s outbox.Status) bool { return s.State == outbox.StateDatabaseDown })
		if round%2 == 0 {
			laid.Hold() // who gets in hears nothing for a while
			time.AfterFunc(100*time.Millisecond, laid.Release)
		}
		laid.Refuse(false)
	}
	relay.await(t, "well again", stamped(rounds*facts))
	if well == outbox.StatePublishing {
		relay.drain(t)
		b.expectFeed(t, rounds*facts)
	}
}
