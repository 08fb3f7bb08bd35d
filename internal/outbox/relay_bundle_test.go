package outbox_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gongbao/internal/clock"
	"gongbao/internal/kafka"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testkafka"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

// patience bounds every wait; nothing waits so long unless it is broken.
const patience = 60 * time.Second

// bundle is a database, a broker and what is needed to relay from one to the other.
type bundle struct {
	db    *testdb.Database
	kafka kafka.Config
	topic string
	clock clock.Clock
	near  *pg.DB // how relays reach the database, when not as the test does

	mutex sync.Mutex
	pools map[string]int32
}

func setup(t testing.TB) *bundle {
	t.Helper()
	return setupOn(t, testkafka.Open(t))
}

// setupOn is for a Kafka that the test has a hand in.
func setupOn(t testing.TB, config kafka.Config) *bundle {
	t.Helper()
	return &bundle{
		db: testdb.Open(t), kafka: config, topic: testkafka.NewTopic(t), clock: clock.System{},
		pools: map[string]int32{"IC": 1, "LH": 2},
	}
}

func (b *bundle) partitions(context.Context) (map[string]int32, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return maps.Clone(b.pools), nil
}

// running is a relay at work.
type running struct {
	*outbox.Relay
	ctx    context.Context
	cancel context.CancelFunc
	ended  chan struct{}
	err    error
}

// start runs a relay until it is stopped or the test ends.
func (b *bundle) start(t testing.TB, fault func(step string)) *running {
	t.Helper()
	return b.run(t, fault, (*outbox.Relay).Run)
}

// keep runs a relay as a service does: a fork does not end it.
func (b *bundle) keep(t testing.TB) *running {
	t.Helper()
	return b.run(t, nil, (*outbox.Relay).Keep)
}

func (b *bundle) run(t testing.TB, fault func(step string), work func(*outbox.Relay, context.Context) error) *running {
	t.Helper()
	near := b.near
	if near == nil {
		near = b.db.DB
	}
	relay := outbox.NewRelay(outbox.RelayOptions{
		DB: near, Kafka: b.kafka, Topic: b.topic, Partitions: b.partitions, Clock: b.clock, Fault: fault,
		Lease: 150 * time.Millisecond,
	})
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{Relay: relay, ctx: ctx, cancel: cancel, ended: make(chan struct{})}
	go func() {
		defer close(r.ended)
		r.err = work(relay, ctx)
	}()
	t.Cleanup(r.stop)
	return r
}

func (r *running) stop() {
	r.cancel()
	<-r.ended
}

// isOver says that the relay was asked to end.
func (r *running) isOver() bool { return r.ctx.Err() != nil }

func (r *running) drain(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.Drain(ctx); err != nil {
		t.Fatal(err)
	}
}

// await waits for a status.
func (r *running) await(t testing.TB, what string, reached func(outbox.Status) bool) {
	t.Helper()
	late := time.After(patience)
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

// frozen stops a relay at a step, and everything it does afterwards, as if its machine stood still.
type frozen struct {
	step   string
	still  atomic.Bool
	there  chan struct{}
	thaw   chan struct{}
	thawed sync.Once
}

func freezeAt(t testing.TB, step string) *frozen {
	t.Helper()
	f := &frozen{step: step, there: make(chan struct{}), thaw: make(chan struct{})}
	t.Cleanup(f.release)
	return f
}

func (f *frozen) hook(step string) {
	if step == f.step && f.still.CompareAndSwap(false, true) {
		close(f.there)
	}
	if f.still.Load() {
		<-f.thaw
	}
}

func (f *frozen) release() { f.thawed.Do(func() { close(f.thaw) }) }

func waitFor(t testing.TB, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("never %s", what)
	}
}

// feed reads the whole topic and checks what is promised of every record: dense positions, no repeat, versions in
// order, and hashes that agree.
func (b *bundle) feed(t testing.TB) (map[string][]outbox.Record, int) {
	t.Helper()
	total := 0
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	records, versions := map[string][]outbox.Record{}, map[string]int64{}
	err := kafka.Read(ctx, b.kafka, b.topic, nil, func(raw *kgo.Record) error {
		record, err := outbox.ParseRecord(raw)
		if err != nil {
			return err
		}
		if want := int64(len(records[record.Pool]) + 1); record.Position != want {
			return fmt.Errorf("position %d of %s where %d should be", record.Position, record.Pool, want)
		}
		subject := record.Pool + " " + record.Subject
		if record.SubjectVersion != versions[subject]+1 || string(raw.Key) != record.Subject {
			return fmt.Errorf("version %d of %s follows %d", record.SubjectVersion, subject, versions[subject])
		}
		envelope, err := outbox.DecodeEnvelope(record.Value)
		if err != nil {
			return err
		}
		if leaf := envelope.LeafHash(); !bytes.Equal(leaf[:], record.LeafHash) {
			return fmt.Errorf("the leaf of %s differs", record.ID)
		}
		records[record.Pool], versions[subject] = append(records[record.Pool], record), record.SubjectVersion
		total++
		return envelope.Verify()
	})
	if err != nil {
		t.Fatal(err)
	}
	return records, total
}

// awaitFeed reads the topic, again while records are missing: a transaction shows a moment after its end was
// acknowledged.
func (b *bundle) awaitFeed(t testing.TB, count int) (map[string][]outbox.Record, int) {
	t.Helper()
	records, total := b.feed(t)
	for begun := clock.Stopwatch(); total < count && clock.Since(begun) < patience/4; {
		records, total = b.feed(t)
	}
	return records, total
}

// expectFeed reads the topic and wants as many records as the database has events, at the positions the database gave.
func (b *bundle) expectFeed(t testing.TB, count int) map[string][]outbox.Record {
	t.Helper()
	records, total := b.awaitFeed(t, count)
	for pool, list := range records {
		for _, record := range list {
			var same bool
			err := b.db.Pool.QueryRow(context.Background(), `SELECT EXISTS (SELECT FROM feed_position f
				JOIN event e ON e.pool = f.pool AND e.id = f.event
				WHERE f.pool = $1 AND f.position = $2 AND f.event = $3 AND f.hash = $4 AND f.hash = sha256(e.manifest))`,
				pool, record.Position, record.ID, []byte(record.LeafHash)).Scan(&same)
			if err != nil || !same {
				t.Fatalf("position %d of %s differs in the database: %v", record.Position, pool, err)
			}
		}
	}
	if total != count {
		t.Fatalf("%d records in the topic, wanted %d", total, count)
	}
	return records
}

func makeTopic(t *testing.T, config kafka.Config, topic string) {
	t.Helper()
	client, err := config.NewClient()
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := kafka.EnsureTopic(t.Context(), client, kafka.Topic{Name: topic, Partitions: 3}); err != nil {
		t.Fatal(err)
	}
}
