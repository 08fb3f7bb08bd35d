package relay

import (
	"context"
	"maps"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/pg"
)

const (
	leaseDefault    = 10 * time.Second
	retryPauseMin   = 50 * time.Millisecond
	retryPauseMax   = 5 * time.Second
	askMax          = time.Minute // for an answer of the database; a connection that is dead in silence is given up then
	transactionalID = "gongbao.relay"
)

// Options say what a relay works on.
type Options struct {
	DB    *pg.DB
	Kafka kafka.Config // without brokers the relay stamps positions and publishes nothing
	// Partitions gives the ordinal of every pool, from 1; ZONE is 0 and may be left out. It is asked again and again,
	// so that a new pool is noticed.
	Partitions func(ctx context.Context) (map[string]int32, error)
	Clock      clock.Clock
	Log        zerolog.Logger

	Topic    string        // the first generation's topic when it is not Topic; see Generation
	Replicas int           // of a new topic; see kafka.Topic
	Holder   string        // who holds the lease; a random name when empty. The same name takes its lease back at once
	Lease    time.Duration // how long a silent holder keeps the others waiting; 10 seconds when 0
	// Fault is called at every step of the relay's work, in its goroutine; tests stop or kill it there. See Steps.
	Fault func(step string)
}

// Relay gives committed events their positions and publishes them, each pool by itself, so that one pool's trouble
// stops no other. Of all relays on a database one works, and the others wait for its lease to run out. In a zone of
// several databases each has a relay of its own, for the pools that live in it: a pool has one partition, so none meets
// another's.
type Relay struct {
	options    Options
	wake       chan struct{}                    // something was committed
	partitions atomic.Pointer[map[string]int32] // of all pools of the zone
	// formerFenced says that a relay of before can no longer publish; growing guards it.
	formerFenced bool
	growing      sync.Mutex // one pool at a time makes the topic, or gives it partitions

	mutex   sync.Mutex
	status  Status
	changed chan struct{} // closed and replaced whenever status changes
}

// New gives a relay that does not work yet; see Run.
func New(options Options) *Relay {
	if options.Topic == "" {
		options.Topic = fact.Topic
	}
	if options.Lease == 0 {
		options.Lease = leaseDefault
	}
	if options.Holder == "" {
		host, _ := os.Hostname() // only for whoever looks at the lease
		options.Holder = host + "/" + uuid.NewString()
	}
	if options.Fault == nil {
		options.Fault = func(string) {}
	}
	return &Relay{
		options: options, wake: make(chan struct{}, 1), changed: make(chan struct{}),
		status: Status{
			State: StateStopped, Pools: map[string]PoolStatus{}, Positions: map[string]int64{},
			Published: map[string]int64{}, Watermarks: map[string]time.Time{}, Foreign: map[string]Foreign{},
		},
	}
}

// Wake says that something was committed, so that the relay looks at once. It never waits.
func (r *Relay) Wake() { signal(r.wake) }

// Status is the relay's present status, the caller's own copy.
func (r *Relay) Status() Status {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	copied := r.status
	copied.Pools = map[string]PoolStatus{}
	for pool, its := range r.status.Pools {
		copied.Pools[pool] = its.shown()
	}
	copied.Positions, copied.Published = maps.Clone(copied.Positions), maps.Clone(copied.Published)
	copied.Watermarks, copied.Foreign = maps.Clone(copied.Watermarks), maps.Clone(copied.Foreign)
	copied.Blocked = nil
	for _, pool := range slices.Sorted(maps.Keys(copied.Pools)) {
		copied.Blocked = append(copied.Blocked, copied.Pools[pool].Blocked...)
	}
	if copied.Leading && len(copied.Pools) > 0 {
		copied.State = worstOf(copied.Pools)
	}
	return copied
}

// note changes the status and tells whoever waits for that.
func (r *Relay) note(change func(*Status)) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	change(&r.status)
	close(r.changed)
	r.changed = make(chan struct{})
}

// notePool changes the status of a pool.
func (r *Relay) notePool(pool string, change func(*PoolStatus)) {
	r.note(func(s *Status) {
		its := s.Pools[pool]
		before := its.LastError
		change(&its)
		if s.Pools[pool] = its; its.LastError != before {
			s.LastError = its.LastError
		}
	})
}

// Changed is closed when the status changes the next time. Take it before looking at the status.
func (r *Relay) Changed() <-chan struct{} {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.changed
}

func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// rest waits; false when the context ended first.
func rest(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// restOr waits until the signal comes or the pause is over; false when the context ended first.
func restOr(ctx context.Context, pause time.Duration, signal <-chan struct{}) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	case <-signal:
	}
	return true
}
