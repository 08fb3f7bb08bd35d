package relay_test

import (
	"gongbao/internal/lab/testfeed"

	"testing"
	"time"

	"gongbao/internal/kafka"
	"gongbao/internal/lab/tools/wire"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
)

// TestRelayOutlastsPostgres cuts and closes the relay's way to the database: it says so, goes on by itself, and neither
// leaves a fact out nor publishes one twice. Without a Kafka it does the same for positions.
func TestRelayOutlastsPostgres(t *testing.T) {
	t.Parallel()
	t.Run("OK publishing", func(t *testing.T) {
		t.Parallel()
		cutRelay(t, testfeed.Open(t), relay.StatePublishing)
	})
	t.Run("OK only stamping", func(t *testing.T) {
		t.Parallel()
		cutRelay(t, testfeed.OpenOn(t, kafka.Config{}), relay.StateStamping)
	})
}

func cutRelay(t *testing.T, b *testfeed.Bundle, well relay.State) {
	t.Helper()
	laid, err := wire.Lay(b.DB.ApplicationAt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(laid.Close)
	b.Near, err = pg.Open(t.Context(), pg.Options{URL: laid.URL(b.DB.ApplicationAt), MaxConnections: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Near.Close)
	working := b.Start(t, nil)
	const rounds, facts = 4, 10
	stamped := func(count int64) func(relay.Status) bool {
		return func(s relay.Status) bool { return s.State == well && s.Positions["IC"] == count }
	}
	for round := range int64(rounds) {
		for version := range int64(facts) {
			testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "agreement/1", round*facts+version+1, b.Clock.Now()))
			laid.Cut()
		}
		working.Await(t, "well again", stamped((round+1)*facts))
		laid.Refuse(true)
		laid.Cut()
		working.Await(t, "aware", func(s relay.Status) bool { return s.State == relay.StateDatabaseDown })
		if round%2 == 0 {
			laid.Hold() // who gets in hears nothing for a while
			time.AfterFunc(100*time.Millisecond, laid.Release)
		}
		laid.Refuse(false)
	}
	working.Await(t, "well again", stamped(rounds*facts))
	if well == relay.StatePublishing {
		working.Drained(t)
		b.ExpectFeed(t, rounds*facts)
	}
}
