package outbox_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/access"
	"gongbao/internal/outbox"
)

var operator = access.Person("ops", access.Operator, "", access.Administrator)

// compare holds the bundle's topic against its database.
func (b *bundle) compare(t *testing.T) (*outbox.Comparison, []outbox.Difference) {
	t.Helper()
	var differing []outbox.Difference
	options := b.comparing()
	options.Each = func(d outbox.Difference) error { differing = append(differing, d); return nil }
	found, err := outbox.Compare(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	return found, differing
}

func (b *bundle) comparing() outbox.CompareOptions {
	return outbox.CompareOptions{DB: b.db.DB, Kafka: b.kafka, Topic: b.topic, Partitions: b.pools}
}

// goBack makes the database what it was two facts of IC ago, as an older backup would.
func (b *bundle) goBack(t *testing.T) {
	t.Helper()
	for _, statement := range []string{
		`DELETE FROM event WHERE id IN (SELECT event FROM feed_position WHERE pool = 'IC' AND position > 2)`,
		`DELETE FROM feed_position WHERE pool = 'IC' AND position > 2`,
		`UPDATE feed_head SET position = 2 WHERE pool = 'IC'`,
	} {
		if _, err := b.db.Superuser.Pool.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// fork publishes four facts of IC and one of LH, and takes the last two of IC out of the database.
func fork(t *testing.T) *bundle {
	t.Helper()
	b := setup(t)
	for i := range int64(4) {
		mustAppend(t, b.db, fact("IC", "policy/1", i+1, b.clock.Now()))
	}
	mustAppend(t, b.db, fact("LH", "policy/1", 1, b.clock.Now()))
	relay := b.start(t, nil)
	relay.drain(t)
	relay.stop()
	b.expectFeed(t, 5)
	b.goBack(t)
	return b
}

func TestCompare(t *testing.T) {
	t.Parallel()
	t.Run("OK they agree, and what is not published yet is no difference", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		mustAppend(t, b.db, fact("IC", "policy/1", 1, b.clock.Now()))
		relay := b.start(t, nil)
		relay.drain(t)
		relay.stop()
		b.expectFeed(t, 1)
		mustAppend(t, b.db, fact("IC", "policy/1", 2, b.clock.Now()))
		found, differing := b.compare(t)
		if len(found.Forked()) > 0 || len(differing) > 0 || found.Topic != b.topic || found.Generation != 1 {
			t.Errorf("%+v", found)
		}
		_, err := (&outbox.ContinueFeed{
			CompareOptions: b.comparing(), By: operator, Reason: "why not", Clock: b.clock,
		}).Run(t.Context())
		if !errors.Is(err, outbox.ErrFeedNotForked) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("Err facts were lost", func(t *testing.T) {
		t.Parallel()
		b := fork(t)
		published, _ := b.feed(t)
		found, differing := b.compare(t)
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
		published, _ := b.feed(t)
		moved := published["IC"][3]
		for _, statement := range []string{
			`INSERT INTO event SELECT pool, '` + moved.ID.String() + `', type, schema_version, subject, 3, effective, recorded,
				common, members, salts, sections, manifest, contract FROM event WHERE pool = 'IC' AND subject_version = 2`,
			`INSERT INTO feed_position SELECT 'IC', 3, '` + moved.ID.String() + `', known, hash FROM feed_position
				WHERE pool = 'IC' AND position = 2`,
			`UPDATE feed_head SET position = 3 WHERE pool = 'IC'`,
		} {
			if _, err := b.db.Superuser.Pool.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		found, differing := b.compare(t)
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
		producer, err := b.kafka.NewClient(kgo.RecordPartitioner(kgo.ManualPartitioner()))
		if err != nil {
			t.Fatal(err)
		}
		defer producer.Close()
		foreign := &kgo.Record{Topic: b.topic, Partition: 0, Value: []byte("hello")}
		if err := producer.ProduceSync(t.Context(), foreign).FirstErr(); err != nil {
			t.Fatal(err)
		}
		delete(b.pools, "LH")
		if _, err := b.db.Superuser.Pool.Exec(t.Context(), `DELETE FROM event WHERE pool = 'LH'`); err != nil {
			t.Fatal(err)
		}
		found, differing := b.compare(t)
		var forked []string
		for _, pool := range found.Forked() {
			forked = append(forked, pool.Pool)
		}
		if !slices.Equal(forked, []string{"IC", "LH"}) {
			t.Errorf("%v forked: %+v", forked, found)
		}
		at := slices.IndexFunc(found.Pools, func(p outbox.PoolComparison) bool { return p.Pool == outbox.Zone })
		if zone := found.Pools[at]; zone.Foreign != 1 || zone.Common != 0 {
			t.Errorf("%+v", zone)
		}
		strange := slices.IndexFunc(differing, func(d outbox.Difference) bool { return string(d.Raw) == "hello" })
		if strange < 0 || differing[strange].Topic != nil {
			t.Errorf("%+v", differing)
		}
	})
}

// TestContinueFeed goes on in another topic while a service waits for that.
func TestContinueFeed(t *testing.T) {
	t.Parallel()
	b := fork(t)
	before, _ := b.feed(t)
	command := func(by access.Principal, reason, confirm string) error {
		confirmed, err := outbox.ParseConfirmed(confirm)
		if err != nil {
			return err
		}
		_, err = (&outbox.ContinueFeed{
			CompareOptions: b.comparing(), By: by, Reason: reason, Confirm: confirmed, Clock: b.clock,
		}).Run(t.Context())
		return err
	}
	service := b.keep(t)
	service.await(t, "forked", func(s outbox.Status) bool { return s.State == outbox.StateForked })
	mustAppend(t, b.db, fact("IC", "policy/1", 3, b.clock.Now())) // commands go on
	for name, test := range map[string]struct {
		err, want error
	}{
		"ErrForbidden a manager": {
			command(access.Person("m", access.Manager, "", access.Administrator), "x", "IC@2"), access.ErrForbidden,
		},
		"ErrRecoveryUnconfirmed no reason":        {command(operator, " ", "IC@2"), outbox.ErrRecoveryUnconfirmed},
		"ErrRecoveryUnconfirmed another position": {command(operator, "x", "IC@4"), outbox.ErrRecoveryUnconfirmed},
		"ErrRecoveryUnconfirmed another pool":     {command(operator, "x", "IC@2,LH@1"), outbox.ErrRecoveryUnconfirmed},
		"ErrRecoveryUnconfirmed no position":      {command(operator, "x", "IC"), outbox.ErrRecoveryUnconfirmed},
	} {
		if !errors.Is(test.err, test.want) {
			t.Errorf("%s: %v", name, test.err)
		}
	}
	if err := command(operator, "the disk failed", "IC@2"); err != nil {
		t.Fatal(err)
	}
	service.await(t, "publishing again", func(s outbox.Status) bool { return s.State == outbox.StatePublishing })
	service.drain(t)
	if status := service.Status(); status.Generation != 2 || status.Topic != b.topic+"-g2" {
		t.Errorf("%+v", status)
	}
	old := b.topic
	untouched, _ := b.feed(t)
	b.topic = old + "-g2"
	after := b.expectFeed(t, 5)
	for i := range 2 {
		if !bytes.Equal(after["IC"][i].Value, before["IC"][i].Value) {
			t.Errorf("position %d is not what it was", i+1)
		}
	}
	if len(untouched["IC"]) != 4 || len(untouched["LH"]) != 1 || len(untouched[outbox.Zone]) != 0 {
		t.Errorf("the old topic was written to: %v", untouched)
	}
	said := after[outbox.Zone][0]
	if said.Type != outbox.EventGenerationBegun ||
		!strings.Contains(string(said.Value), `"common":2,"former_end":4,"lost":2`) {
		t.Errorf("%s %s", said.Type, said.Value)
	}
	t.Run("OK who did it and why is written down", func(t *testing.T) {
		steps, err := outbox.History(t.Context(), b.db)
		if err != nil || len(steps) != 1 || steps[0].Person != "ops@operator" || steps[0].Reason != "the disk failed" {
			t.Errorf("%+v, %v", steps, err)
		}
	})
	t.Run("OK a later fork passes over the names that were used", func(t *testing.T) {
		service.stop()
		for _, statement := range []string{ // a backup from before all that
			`DELETE FROM feed_recovery`, `DELETE FROM event WHERE pool = 'ZONE'`,
			`DELETE FROM feed_position WHERE pool = 'ZONE'`,
			`UPDATE feed_head SET position = 0 WHERE pool = 'ZONE'`,
		} {
			if _, err := b.db.Superuser.Pool.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		b.topic = old
		if err := command(operator, "once more", "IC@2"); err != nil {
			t.Fatal(err)
		}
		generation, topic, err := outbox.Generation(t.Context(), b.db)
		if generation != 3 || topic != old+"-g3" || err != nil {
			t.Errorf("%d %s, %v", generation, topic, err)
		}
	})
}
