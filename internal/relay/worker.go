package relay

import (
	"sync/atomic"
	"time"
)

// worker is what a relay does for one pool while it holds the lease.
type worker struct {
	*Relay
	pool      string
	partition int32
	fence     int64
	begun     generation
	wake      chan struct{} // something was committed
	stamped   chan struct{} // something got a position
	taken     chan struct{} // closed when the lease's fence is in the pool's row
	settled   atomic.Int64  // the position up to which may be published; see stamp

	judged map[int32]int64       // offsets up to which others' records are counted; the publishing side's own
	open   map[openKey]time.Time // others' transactions at the last look, since when; the watcher's own
	shown  []Blocked             // of them, those that are shown
}

func (r *Relay) newWorker(pool string, partition int32, fence int64, begun generation) *worker {
	return &worker{
		Relay: r, pool: pool, partition: partition, fence: fence, begun: begun,
		wake: make(chan struct{}, 1), stamped: make(chan struct{}, 1), taken: make(chan struct{}),
		judged: map[int32]int64{}, open: map[openKey]time.Time{},
	}
}

// first says that the pool is the one whose row is the lease, at home the zone's own: its worker also looks at
// partitions that belong to no pool.
func (w *worker) first() bool { return w.pool == w.options.DB.Name }

// note changes the status of the pool.
func (w *worker) note(change func(*PoolStatus)) { w.notePool(w.pool, change) }

func (w *worker) publishes() bool { return len(w.options.Kafka.Brokers) > 0 }

// openKey tells one transaction from another.
type openKey struct {
	partition      int32
	producer, from int64
}
