// Package testfeed gives tests a database, a broker and relays from one to the other.
package testfeed

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/feed"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/pg"
	"gongbao/internal/relay"
)

// Patience bounds every wait; nothing waits so long unless it is broken.
const Patience = 60 * time.Second

// Bundle is a database, a broker and what is needed to relay from one to the other.
type Bundle struct {
	DB    *testdb.Database
	Kafka kafka.Config
	Topic string
	Clock clock.Clock
	Near  *pg.DB // how relays reach the database, when not as the test does

	mutex sync.Mutex
	pools map[string]int32
}

// Open gives a bundle of its own, with the pools IC and LH and a topic that nobody has made yet.
func Open(t testing.TB) *Bundle {
	t.Helper()
	return OpenOn(t, testkafka.Open(t))
}

// OpenOn is for a Kafka that the test has a hand in.
func OpenOn(t testing.TB, config kafka.Config) *Bundle {
	t.Helper()
	return Between(testdb.Open(t), config, testkafka.NewTopic(t))
}

// Between is a bundle of a database and a topic that the test has a hand in.
func Between(db *testdb.Database, config kafka.Config, topic string) *Bundle {
	return &Bundle{
		DB: db, Kafka: config, Topic: topic, Clock: clock.System{}, pools: map[string]int32{"IC": 1, "LH": 2},
	}
}

// Partitions gives the pools and their ordinals, as a relay asks for them.
func (b *Bundle) Partitions(context.Context) (map[string]int32, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return maps.Clone(b.pools), nil
}

// Change changes the pools and their ordinals, also while a relay works.
func (b *Bundle) Change(change func(pools map[string]int32)) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	change(b.pools)
}

// Running is a relay at work.
type Running struct {
	*relay.Relay
	ctx    context.Context
	Cancel context.CancelFunc // asks the relay to end, and does not wait for it
	Ended  chan struct{}      // closed when the relay has ended
	Err    error              // of its end
}

// Start runs a relay until it is stopped or the test ends.
func (b *Bundle) Start(t testing.TB, fault func(step string)) *Running {
	t.Helper()
	return b.run(t, fault, (*relay.Relay).Run)
}

// Keep runs a relay as a service does: a fork does not end it.
func (b *Bundle) Keep(t testing.TB) *Running {
	t.Helper()
	return b.run(t, nil, (*relay.Relay).Run)
}

func (b *Bundle) run(t testing.TB, fault func(step string), work func(*relay.Relay, context.Context) error) *Running {
	t.Helper()
	near := b.Near
	if near == nil {
		near = b.DB.DB
	}
	working := relay.New(relay.Options{
		DB: near, Kafka: b.Kafka, Topic: b.Topic, Partitions: b.Partitions, Clock: b.Clock, Fault: fault,
		Lease: 150 * time.Millisecond,
	})
	ctx, cancel := context.WithCancel(context.Background())
	r := &Running{Relay: working, ctx: ctx, Cancel: cancel, Ended: make(chan struct{})}
	go func() {
		defer close(r.Ended)
		r.Err = work(working, ctx)
	}()
	t.Cleanup(r.Stop)
	return r
}

// Stop ends the relay and waits for its end.
func (r *Running) Stop() {
	r.Cancel()
	<-r.Ended
}

// IsOver says that the relay was asked to end.
func (r *Running) IsOver() bool { return r.ctx.Err() != nil }

// Drained waits until everything that was committed is published.
func (r *Running) Drained(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	if err := r.Relay.Drain(ctx); err != nil {
		t.Fatal(err)
	}
}

// Await waits for a status.
func (r *Running) Await(t testing.TB, what string, reached func(relay.Status) bool) {
	t.Helper()
	late := time.After(Patience)
	for {
		change := r.Changed()
		if reached(r.Status()) {
			return
		}
		select {
		case <-change:
		case <-late:
			t.Fatalf("never %s: %+v", what, r.Status())
		}
	}
}

// AwaitState waits until the relay is in a state.
func (r *Running) AwaitState(t testing.TB, state relay.State) {
	t.Helper()
	r.Await(t, string(state), func(s relay.Status) bool { return s.State == state })
}

// Frozen stops a relay at a step, and everything it does afterwards, as if its machine stood still.
type Frozen struct {
	Step   string
	still  atomic.Bool
	There  chan struct{} // closed when it stands still
	thaw   chan struct{}
	thawed sync.Once
}

// FreezeAt gives what freezes a relay at a step; the end of the test thaws it.
func FreezeAt(t testing.TB, step string) *Frozen {
	t.Helper()
	f := &Frozen{Step: step, There: make(chan struct{}), thaw: make(chan struct{})}
	t.Cleanup(f.Release)
	return f
}

// Hook is the relay's Fault.
func (f *Frozen) Hook(step string) {
	if step == f.Step && f.still.CompareAndSwap(false, true) {
		close(f.There)
	}
	if f.still.Load() {
		<-f.thaw
	}
}

// Release lets the relay go on.
func (f *Frozen) Release() { f.thawed.Do(func() { close(f.thaw) }) }

// WaitFor waits for a channel to be closed.
func WaitFor(t testing.TB, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(Patience):
		t.Fatalf("never %s", what)
	}
}

// Feed reads the whole topic and checks what is promised of every record: dense positions, no repeat, versions in
// order, and hashes that agree.
func (b *Bundle) Feed(t testing.TB) (map[string][]fact.Record, int) {
	t.Helper()
	return Facts(t, b.Kafka, b.Topic)
}

// Facts is Feed for a topic without a bundle.
func Facts(t testing.TB, config kafka.Config, topic string) (records map[string][]fact.Record, total int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	records, versions := map[string][]fact.Record{}, map[string]int64{}
	reader := feed.Reader{Kafka: config, Topic: topic}
	err := reader.Read(ctx, func(raw *kgo.Record, read fact.Record, failure error) error {
		if failure != nil {
			return failure
		}
		if want := int64(len(records[read.Pool]) + 1); read.Position != want {
			return fmt.Errorf("position %d of %s where %d should be", read.Position, read.Pool, want)
		}
		subject := read.Pool + " " + read.Subject
		if read.SubjectVersion != versions[subject]+1 || string(raw.Key) != read.Subject {
			return fmt.Errorf("version %d of %s follows %d", read.SubjectVersion, subject, versions[subject])
		}
		records[read.Pool], versions[subject] = append(records[read.Pool], read), read.SubjectVersion
		total++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return records, total
}

// AwaitFeed reads the topic, again while records are missing: a transaction shows a moment after its end was
// acknowledged.
func (b *Bundle) AwaitFeed(t testing.TB, count int) (map[string][]fact.Record, int) {
	t.Helper()
	records, total := b.Feed(t)
	for begun := clock.Stopwatch(); total < count && clock.Since(begun) < Patience/4; {
		records, total = b.Feed(t)
	}
	return records, total
}

// ExpectFeed reads the topic and wants as many records as the database has events, at the positions the database gave.
func (b *Bundle) ExpectFeed(t testing.TB, count int) map[string][]fact.Record {
	t.Helper()
	records, total := b.AwaitFeed(t, count)
	for pool, list := range records {
		for _, record := range list {
			var same bool
			err := b.DB.Pool.QueryRow(context.Background(), `SELECT EXISTS (SELECT FROM feed_position f
				JOIN event e ON e.pool = f.pool AND e.id = f.event
				WHERE f.pool = $1 AND f.position = $2 AND f.event = $3 AND f.hash = $4 AND f.hash = sha256(e.manifest))`,
				pool, record.Position, record.ID, []byte(record.LeafHash)).Scan(&same)
			if err != nil || !same {
				t.Fatalf("position %d of %s differs in the database: %v", record.Position, pool, err)
			}
		}
	}
	if total != count {
		t.Fatalf("%d records in the topic, wanted %d%s", total, count, b.whereItStands(records))
	}
	return records
}

// whereItStands says what topic and database have, for whoever must find out why they are not together.
func (b *Bundle) whereItStands(records map[string][]fact.Record) string {
	ctx := context.Background()
	said := &strings.Builder{}
	for pool, list := range records {
		fmt.Fprintf(said, "\n\tthe topic has %s up to %d", pool, len(list))
	}
	for what, question := range map[string]string{
		"head":    `SELECT pool || ' ' || position FROM feed_head`,
		"waiting": `SELECT pool || ' ' || subject || ' ' || subject_version FROM event_pending`,
		"event":   `SELECT pool || ' ' || subject || ' ' || subject_version FROM event`,
		"lease":   `SELECT pool || ' ' || fence || ' ' || holder || ' ' || expires FROM relay_lease`,
	} {
		rows, err := b.DB.Pool.Query(ctx, question)
		if err != nil {
			fmt.Fprintf(said, "\n\t%s: %v", what, err)
			continue
		}
		found, err := pgx.CollectRows(rows, pgx.RowTo[string])
		fmt.Fprintf(said, "\n\t%s: %q %v", what, found, err)
	}
	client, err := b.Kafka.NewClient()
	if err != nil {
		return said.String()
	}
	defer client.Close()
	bounds, err := kafka.Offsets(ctx, client, kafka.Topic{Name: b.Topic})
	fmt.Fprintf(said, "\n\toffsets by partition: %+v %v", bounds, err)
	return said.String()
}

// MakeTopic makes a topic of three partitions.
func MakeTopic(t testing.TB, config kafka.Config, topic string) {
	t.Helper()
	client, err := config.NewClient()
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := kafka.EnsureTopic(context.Background(), client, kafka.Topic{Name: topic, Partitions: 3}); err != nil {
		t.Fatal(err)
	}
}

// Comparing is what a comparison of the bundle's topic and database is told.
func (b *Bundle) Comparing() feed.CompareOptions {
	pools, _ := b.Partitions(context.Background())
	return feed.CompareOptions{DB: b.DB.DB, Kafka: b.Kafka, Topic: b.Topic, Partitions: pools}
}

// Compare holds the topic against the database.
func (b *Bundle) Compare(t testing.TB) (*feed.Comparison, []feed.Difference) {
	t.Helper()
	var differing []feed.Difference
	options := b.Comparing()
	options.Each = func(d feed.Difference) error { differing = append(differing, d); return nil }
	found, err := feed.Compare(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	return found, differing
}
