package relay_test

import (
	"testing"

	"gongbao/internal/lab/testfeed"
	"gongbao/internal/relay"
)

// TestRelayGoesOnBesideAPoolInTrouble: what is wrong with one pool stops no other.
func TestRelayGoesOnBesideAPoolInTrouble(t *testing.T) {
	t.Parallel()
	t.Run("OK its feed has forked", func(t *testing.T) {
		t.Parallel()
		b := testfeed.Open(t)
		testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", 1, noon), testfeed.Fact("IC", "policy/1", 2, noon))
		first := b.Start(t, nil)
		first.Drained(t)
		first.Stop()
		for _, statement := range []string{
			`DELETE FROM feed_position WHERE pool = 'IC' AND position = 2`,
			`UPDATE feed_head SET position = 1 WHERE pool = 'IC'`,
		} {
			if _, err := b.DB.Superuser.Pool.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		second := b.Start(t, nil)
		second.AwaitState(t, relay.StateForked)
		testfeed.MustAppend(t, b.DB, testfeed.Fact("LH", "policy/1", 1, noon), testfeed.Fact("IC", "policy/2", 1, noon))
		second.Await(t, "LH published", func(s relay.Status) bool { return s.Published["LH"] == 1 })
		status := second.Status()
		if status.Pools["LH"].State != relay.StatePublishing || status.Pools["IC"].State != relay.StateForked {
			t.Errorf("%+v", status.Pools)
		}
		if records, _ := b.AwaitFeed(t, 3); len(records["IC"]) != 2 || len(records["LH"]) != 1 {
			t.Errorf("%d of IC, %d of LH", len(records["IC"]), len(records["LH"]))
		}
	})
	t.Run("OK its server does not answer", func(t *testing.T) {
		t.Parallel()
		b := testfeed.Open(t)
		working := b.Start(t, nil)
		testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", 1, noon), testfeed.Fact("LH", "policy/1", 1, noon))
		working.Drained(t)
		silent, err := b.DB.Superuser.BeginTx(t.Context(), nil) // whoever stamps IC waits for this
		if err != nil {
			t.Fatal(err)
		}
		if _, err := silent.ExecContext(t.Context(),
			`SELECT FROM relay_lease WHERE pool = 'IC' FOR UPDATE`); err != nil {
			t.Fatal(err)
		}
		testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", 2, noon), testfeed.Fact("LH", "policy/1", 2, noon))
		working.Await(t, "LH published", func(s relay.Status) bool { return s.Published["LH"] == 2 })
		if status := working.Status(); status.Published["IC"] != 1 || !status.Leading {
			t.Errorf("%+v", status)
		}
		if err := silent.Rollback(); err != nil {
			t.Fatal(err)
		}
		working.Drained(t)
		b.ExpectFeed(t, 4)
	})
}
