package outbox_test

import (
	"context"
	"testing"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// A zone in two databases has a relay on each, and one topic: neither fences the other off, each publishes the pools
// that live with it, and every partition is dense, also when one relay has to begin anew.
func TestRelaysOfTwoDatabasesShareATopic(t *testing.T) {
	t.Parallel()
	home := setup(t)
	other := &bundle{
		db: testdb.Open(t), kafka: home.kafka, topic: home.topic, clock: home.clock, pools: home.pools,
	}
	home.db.Join([]*pg.DB{other.db.DB}, map[*pg.DB][]string{other.db.DB: {"LH"}},
		func(context.Context, *pg.DB, *pg.DB) error { return nil })
	write := func(version int64) {
		t.Helper()
		now := home.clock.Now()
		mustAppend(t, home.db, fact("IC", "policy/1", version, now), fact(outbox.Zone, "member/1", version, now))
		mustAppend(t, other.db, fact("LH", "policy/1", version, now), fact("LH", "policy/2", version, now))
	}
	first, second := home.start(t, nil), other.start(t, nil)
	for version := range int64(20) {
		write(version + 1)
		if version == 10 { // it meets what both have published
			second.stop()
			second = other.start(t, nil)
		}
	}
	first.drain(t)
	second.drain(t)
	records, total := home.awaitFeed(t, 80)
	if total != 80 || len(records["LH"]) != 40 || len(records["IC"]) != 20 || len(records[outbox.Zone]) != 20 {
		t.Errorf("%d records in the topic: LH %d, IC %d, ZONE %d", total, len(records["LH"]), len(records["IC"]),
			len(records[outbox.Zone]))
	}
	for _, relay := range []*running{first, second} {
		if status := relay.Status(); status.Fence > 2 || status.State != outbox.StatePublishing || status.LastError != "" {
			t.Errorf("a relay had to give way: %+v", status)
		}
	}
	whole := outbox.Together([]outbox.Status{first.Status(), second.Status()})
	if whole.State != outbox.StatePublishing || whole.Published["LH"] != 40 || whole.Published["IC"] != 20 {
		t.Errorf("together they are %+v", whole)
	}
	second.stop()
	whole = outbox.Together([]outbox.Status{first.Status(), second.Status()})
	if whole.State != outbox.StateStopped || whole.Leading {
		t.Errorf("with one stopped they are %+v", whole)
	}
}
