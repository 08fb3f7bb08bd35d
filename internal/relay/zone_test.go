package relay_test

import (
	"gongbao/internal/lab/testfeed"

	"context"
	"testing"

	"gongbao/internal/fact"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
)

// A zone in two databases has a relay on each, and one topic: neither fences the other off, each publishes the pools
// that live with it, and every partition is dense, also when one relay has to begin anew.
func TestRelaysOfTwoDatabasesShareATopic(t *testing.T) {
	t.Parallel()
	home := testfeed.Open(t)
	other := testfeed.Between(testdb.Open(t), home.Kafka, home.Topic)
	home.DB.Join([]*pg.DB{other.DB.DB}, map[*pg.DB][]string{other.DB.DB: {"LH"}},
		func(context.Context, *pg.DB, *pg.DB) error { return nil })
	write := func(version int64) {
		t.Helper()
		now := home.Clock.Now()
		testfeed.MustAppend(t, home.DB, testfeed.Fact("IC", "policy/1", version, now))
		testfeed.MustAppend(t, home.DB, testfeed.Fact(fact.Zone, "member/1", version, now))
		testfeed.MustAppend(t, other.DB, testfeed.Fact("LH", "policy/1", version, now))
		testfeed.MustAppend(t, other.DB, testfeed.Fact("LH", "policy/2", version, now))
	}
	first, second := home.Start(t, nil), other.Start(t, nil)
	for version := range int64(20) {
		write(version + 1)
		if version == 10 { // it meets what both have published
			second.Stop()
			second = other.Start(t, nil)
		}
	}
	first.Drained(t)
	second.Drained(t)
	records, total := home.AwaitFeed(t, 80)
	if total != 80 || len(records["LH"]) != 40 || len(records["IC"]) != 20 || len(records[fact.Zone]) != 20 {
		t.Errorf("%d records in the topic: LH %d, IC %d, ZONE %d", total, len(records["LH"]), len(records["IC"]),
			len(records[fact.Zone]))
	}
	for _, working := range []*testfeed.Running{first, second} {
		if status := working.Status(); status.Fence > 2 || status.State != relay.StatePublishing || status.LastError != "" {
			t.Errorf("a relay had to give way: %+v", status)
		}
	}
	whole := relay.Together([]relay.Status{first.Status(), second.Status()})
	if whole.State != relay.StatePublishing || whole.Published["LH"] != 40 || whole.Published["IC"] != 20 {
		t.Errorf("together they are %+v", whole)
	}
	second.Stop()
	whole = relay.Together([]relay.Status{first.Status(), second.Status()})
	if whole.State != relay.StateStopped || whole.Leading {
		t.Errorf("with one stopped they are %+v", whole)
	}
}
