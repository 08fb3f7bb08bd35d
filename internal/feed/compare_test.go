package feed_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/feed"
	"gongbao/internal/lab/testfeed"
	"gongbao/internal/outbox"
)

var operator = access.Person("ops", access.Operator, "", access.Administrator)

// goBack makes the database what it was two facts of IC ago, as an older backup would.
func goBack(t *testing.T, b *testfeed.Bundle) {
	t.Helper()
	undo(t, b,
		`DELETE FROM event WHERE id IN (SELECT event FROM feed_position WHERE pool = 'IC' AND position > 2)`,
		`DELETE FROM feed_position WHERE pool = 'IC' AND position > 2`,
		`UPDATE feed_head SET position = 2 WHERE pool = 'IC'`)
}

// undo changes the database as nobody but its superuser can.
func undo(t *testing.T, b *testfeed.Bundle, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := b.DB.Superuser.Pool.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// fork publishes four facts of IC and one of LH, and takes the last two of IC out of the database.
func fork(t *testing.T) *testfeed.Bundle {
	t.Helper()
	b := testfeed.Open(t)
	for i := range int64(4) {
		testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", i+1, b.Clock.Now()))
	}
	testfeed.MustAppend(t, b.DB, testfeed.Fact("LH", "policy/1", 1, b.Clock.Now()))
	working := b.Start(t, nil)
	working.Drained(t)
	working.Stop()
	b.ExpectFeed(t, 5)
	goBack(t, b)
	return b
}

func TestCompare(t *testing.T) {
	t.Parallel()
	t.Run("OK they agree, and what is not published yet is no difference", func(t *testing.T) {
		t.Parallel()
		b := testfeed.Open(t)
		testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", 1, b.Clock.Now()))
		working := b.Start(t, nil)
		working.Drained(t)
		working.Stop()
		b.ExpectFeed(t, 1)
		testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", 2, b.Clock.Now()))
		found, differing := b.Compare(t)
		if len(found.Forked()) > 0 || len(differing) > 0 || found.Topic != b.Topic || found.Generation != 1 {
			t.Errorf("%+v", found)
		}
		_, err := (&feed.Continue{
			CompareOptions: b.Comparing(), By: operator, Reason: "why not", Clock: b.Clock,
		}).Run(t.Context())
		if !errors.Is(err, feed.ErrFeedNotForked) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("Err facts were lost", func(t *testing.T) {
		t.Parallel()
		b := fork(t)
		published, _ := b.Feed(t)
		found, differing := b.Compare(t)
		if forked := found.Forked(); len(forked) != 1 || forked[0].Pool != "IC" || forked[0].Common != 2 ||
			forked[0].Lost != 2 || forked[0].Moved != 0 || forked[0].Topic.Position != 4 || forked[0].Database.Position != 2 {
			t.Errorf("%+v", found)
		}
		if len(differing) != 2 {
			t.Fatalf("%d records differ", len(differing))
		}
		for i, d := range differing {
			record := published["IC"][i+2]
			if !d.Sound || d.Known || d.Database != nil || d.Topic.ID != record.ID || !bytes.Equal(d.Envelope, record.Value) {
				t.Errorf("%+v is not %+v", d, record)
			}
		}
	})
}

func TestCompareTellsWhatDiffers(t *testing.T) {
	t.Parallel()
	t.Run("Err another fact has taken the position, and one has moved", func(t *testing.T) {
		t.Parallel()
		b := fork(t)
		published, _ := b.Feed(t)
		moved := published["IC"][3]
		for _, statement := range []string{
			`INSERT INTO event SELECT pool, '` + moved.ID.String() + `', type, schema_version, subject, 3, effective, recorded,
				common, members, salts, sections, manifest, contract, audience
				FROM event WHERE pool = 'IC' AND subject_version = 2`,
			`INSERT INTO feed_position SELECT 'IC', 3, '` + moved.ID.String() + `', known, hash FROM feed_position
				WHERE pool = 'IC' AND position = 2`,
			`UPDATE feed_head SET position = 3 WHERE pool = 'IC'`,
		} {
			if _, err := b.DB.Superuser.Pool.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		found, differing := b.Compare(t)
		if forked := found.Forked(); len(forked) != 1 || forked[0].Lost != 1 || forked[0].Moved != 1 {
			t.Errorf("%+v", found)
		}
		if len(differing) != 2 || differing[0].Database == nil || differing[0].Database.ID != moved.ID ||
			differing[1].Elsewhere != 3 {
			t.Errorf("%+v", differing)
		}
	})
	t.Run("Err a record that is no fact, and an unknown pool", func(t *testing.T) {
		t.Parallel()
		b := fork(t)
		producer, err := b.Kafka.NewClient(kgo.RecordPartitioner(kgo.ManualPartitioner()))
		if err != nil {
			t.Fatal(err)
		}
		defer producer.Close()
		foreign := &kgo.Record{Topic: b.Topic, Partition: 0, Value: []byte("hello")}
		if err := producer.ProduceSync(t.Context(), foreign).FirstErr(); err != nil {
			t.Fatal(err)
		}
		b.Change(func(pools map[string]int32) { delete(pools, "LH") })
		if _, err := b.DB.Superuser.Pool.Exec(t.Context(), `DELETE FROM event WHERE pool = 'LH'`); err != nil {
			t.Fatal(err)
		}
		found, differing := b.Compare(t)
		var forked []string
		for _, pool := range found.Forked() {
			forked = append(forked, pool.Pool)
		}
		if !slices.Equal(forked, []string{"IC", "LH"}) {
			t.Errorf("%v forked: %+v", forked, found)
		}
		at := slices.IndexFunc(found.Pools, func(p feed.PoolComparison) bool { return p.Pool == fact.Zone })
		if zone := found.Pools[at]; zone.Foreign != 1 || zone.Common != 0 {
			t.Errorf("%+v", zone)
		}
		strange := slices.IndexFunc(differing, func(d feed.Difference) bool { return string(d.Raw) == "hello" })
		if strange < 0 || differing[strange].Topic != nil {
			t.Errorf("%+v", differing)
		}
	})
}

// goOn lets the feed go on in another topic.
func goOn(t *testing.T, b *testfeed.Bundle, by access.Principal, reason, confirm string) error {
	t.Helper()
	confirmed, err := feed.ParseConfirmed(confirm)
	if err != nil {
		return err
	}
	_, err = (&feed.Continue{
		CompareOptions: b.Comparing(), By: by, Reason: reason, Confirm: confirmed, Clock: b.Clock,
	}).Run(t.Context())
	return err
}

// TestContinueFeed goes on in another topic while a service waits for that.
func TestContinueFeed(t *testing.T) {
	t.Parallel()
	b := fork(t)
	before, _ := b.Feed(t)
	command := func(by access.Principal, reason, confirm string) error { return goOn(t, b, by, reason, confirm) }
	service := b.Keep(t)
	service.AwaitState(t, "feed_forked")
	testfeed.MustAppend(t, b.DB, testfeed.Fact("IC", "policy/1", 3, b.Clock.Now())) // commands go on
	for name, test := range map[string]struct {
		err, want error
	}{
		"ErrForbidden a manager": {
			command(access.Person("m", access.Manager, "", access.Administrator), "x", "IC@2"), access.ErrForbidden,
		},
		"ErrRecoveryUnconfirmed no reason":        {command(operator, " ", "IC@2"), feed.ErrRecoveryUnconfirmed},
		"ErrRecoveryUnconfirmed another position": {command(operator, "x", "IC@4"), feed.ErrRecoveryUnconfirmed},
		"ErrRecoveryUnconfirmed another pool":     {command(operator, "x", "IC@2,LH@1"), feed.ErrRecoveryUnconfirmed},
		"ErrRecoveryUnconfirmed no position":      {command(operator, "x", "IC"), feed.ErrRecoveryUnconfirmed},
	} {
		if !errors.Is(test.err, test.want) {
			t.Errorf("%s: %v", name, test.err)
		}
	}
	if err := command(operator, "the disk failed", "IC@2"); err != nil {
		t.Fatal(err)
	}
	service.AwaitState(t, "publishing")
	service.Drained(t)
	if status := service.Status(); status.Generation != 2 || status.Topic != b.Topic+"-g2" {
		t.Errorf("%+v", status)
	}
	old := b.Topic
	untouched, _ := b.Feed(t)
	b.Topic = old + "-g2"
	after := b.ExpectFeed(t, 5)
	for i := range 2 {
		if !bytes.Equal(after["IC"][i].Value, before["IC"][i].Value) {
			t.Errorf("position %d is not what it was", i+1)
		}
	}
	if len(untouched["IC"]) != 4 || len(untouched["LH"]) != 1 || len(untouched[fact.Zone]) != 0 {
		t.Errorf("the old topic was written to: %v", untouched)
	}
	said := after[fact.Zone][0]
	if said.Type != feed.EventGenerationBegun ||
		!strings.Contains(string(said.Value), `"common":2,"former_end":4,"lost":2`) {
		t.Errorf("%s %s", said.Type, said.Value)
	}
	t.Run("OK who did it and why is written down", func(t *testing.T) {
		steps, err := feed.History(t.Context(), b.DB)
		if err != nil || len(steps) != 1 || steps[0].Person != "ops@operator" || steps[0].Reason != "the disk failed" {
			t.Errorf("%+v, %v", steps, err)
		}
	})
	t.Run("OK a later fork passes over the names that were used", func(t *testing.T) {
		service.Stop()
		// A backup from before all that.
		undo(t, b, `DELETE FROM feed_recovery`, `DELETE FROM event WHERE pool = 'ZONE'`,
			`DELETE FROM feed_position WHERE pool = 'ZONE'`, `UPDATE feed_head SET position = 0 WHERE pool = 'ZONE'`)
		b.Topic = old
		if err := command(operator, "once more", "IC@2"); err != nil {
			t.Fatal(err)
		}
		generation, topic, err := outbox.Generation(t.Context(), b.DB)
		if generation != 3 || topic != old+"-g3" || err != nil {
			t.Errorf("%d %s, %v", generation, topic, err)
		}
	})
}
