package relay

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/kafka"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
)

const (
	leaseDefault    = 10 * time.Second
	stampBatchMax   = 2_000 // per pool and pass
	retryPauseMin   = 50 * time.Millisecond
	retryPauseMax   = 5 * time.Second
	forkedPauseMax  = time.Second // between looks for another generation
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

// Relay gives committed events their positions and publishes them. Of all relays on a database one works, and the
// others wait for its lease to run out. In a zone of several databases each has a relay of its own, for the pools that
// live in it: a pool has one partition, so none meets another's.
type Relay struct {
	options    Options
	wake       chan struct{}                    // something was committed
	stamped    chan struct{}                    // something got a position
	partitions atomic.Pointer[map[string]int32] // of the pools that live in this database
	elsewhere  atomic.Pointer[map[string]int32] // of those that live in others of the zone, which relays there publish
	settled    atomic.Pointer[map[string]int64] // the positions that may be published, by pool; see stamp

	judged map[partOf]int64      // offsets up to which others' records are counted; the publishing side's own
	open   map[openKey]time.Time // others' transactions at the last look, since when; the watcher's own

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
		options: options, wake: make(chan struct{}, 1), stamped: make(chan struct{}, 1), changed: make(chan struct{}),
		judged: map[partOf]int64{}, open: map[openKey]time.Time{},
		status: Status{
			State: StateStopped, Positions: map[string]int64{}, Published: map[string]int64{}, Foreign: map[string]Foreign{},
		},
	}
}

// Wake says that something was committed, so that the relay looks at once. It never waits.
func (r *Relay) Wake() { signal(r.wake) }

func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// Run works until the context ends and then gives nil; before that only a forked feed ends it, with ErrFeedForked.
// Everything else is tried again.
func (r *Relay) Run(ctx context.Context) error {
	defer r.note(func(s *Status) {
		if s.State != StateForked {
			s.State = StateStopped
		}
		s.Leading = false
	})
	pause := retryPauseMin
	for {
		err := r.lead(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrFeedForked):
			r.note(func(s *Status) { s.State, s.LastError = StateForked, err.Error() })
			r.options.Log.Error().Err(err).Msg("the relay stops")
			return err
		case errors.Is(err, errLeaseLost):
			r.options.Log.Warn().Msg("another relay has taken over")
			pause = retryPauseMin
		default:
			r.note(func(s *Status) { s.State, s.LastError = StateDatabaseDown, err.Error() })
			r.options.Log.Error().Err(err).Msg("the relay starts again")
			if !rest(ctx, pause) {
				return nil
			}
			pause = min(2*pause, retryPauseMax)
		}
	}
}

// Keep is Run for a service: a forked feed does not end it. It stands still until a person has begun another generation
// of the feed, and then runs again.
func (r *Relay) Keep(ctx context.Context) error {
	for {
		err := r.Run(ctx)
		if !errors.Is(err, ErrFeedForked) {
			return err
		}
		for forked, pause := r.Status().Generation, retryPauseMin; ; pause = min(2*pause, forkedPauseMax) {
			if !rest(ctx, pause) {
				return nil
			}
			if present, _, err := outbox.Generation(ctx, r.options.DB); err == nil && present != forked {
				r.options.Log.Info().Int64("generation", present).Msg("the feed goes on in another generation")
				break
			}
		}
	}
}

// lead waits for the lease and then works until it is lost or the database fails.
func (r *Relay) lead(ctx context.Context) error {
	fence, err := r.acquire(ctx)
	if err != nil {
		return err
	}
	defer r.release(ctx, fence)
	defer r.note(func(s *Status) { s.Leading, s.Blocked = false, nil })
	r.options.Fault(StepLeaseTaken)
	if err := r.loadPartitions(ctx, fence); err != nil {
		return err
	}
	r.settled.Store(&map[string]int64{})
	state := StateStarting
	if len(r.options.Kafka.Brokers) == 0 {
		state = StateStamping
	}
	r.note(func(s *Status) { s.State, s.Leading, s.Fence = state, true, fence })
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return r.stampAll(ctx, fence) })
	if len(r.options.Kafka.Brokers) > 0 {
		work.Go(func() error { return r.publishAll(ctx, fence) })
	}
	return work.Wait()
}

// loadPartitions asks for the pools, and gives every new one its head.
func (r *Relay) loadPartitions(ctx context.Context, fence int64) error {
	loaded, err := r.options.Partitions(ctx)
	if err != nil {
		return fmt.Errorf("ask for the pools: %w", err)
	}
	asked := map[string]int32{fact.Zone: 0}
	maps.Copy(asked, loaded)
	held, others := map[string]int32{}, map[string]int32{}
	taken := map[int32]string{}
	for pool, ordinal := range asked {
		if other, twice := taken[ordinal]; twice || ordinal < 0 {
			return fmt.Errorf("the pools %s and %s have the same ordinal %d, or one below zero", pool, other, ordinal)
		}
		taken[ordinal] = pool
		if r.options.DB.Holds(pool) {
			held[pool] = ordinal
		} else {
			others[pool] = ordinal
		}
	}
	r.elsewhere.Store(&others)
	known := r.partitions.Load()
	if known != nil && maps.Equal(*known, held) {
		return nil
	}
	pools := slices.Sorted(maps.Keys(held))
	if err := r.write(ctx, `INSERT INTO feed_head (pool, position, watermark)
		SELECT p.pool, 0, 'epoch'::timestamptz FROM relay_lease l CROSS JOIN unnest($3::text[]) AS p(pool)
		WHERE l.pool = $4 AND l.holder = $1 AND l.fence = $2
		ON CONFLICT (pool) DO NOTHING`, nil, r.options.Holder, fence, pools, r.options.DB.Name); err != nil {
		return fmt.Errorf("give the pools their heads: %w", err)
	}
	r.partitions.Store(&held)
	return nil
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
