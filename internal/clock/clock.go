// Package clock is the only place that reads the time of day. Everything else is given a Clock.
package clock

import (
	"sync"
	"time"
)

// Zone is the zone every business day is counted in: China Standard Time, without daylight saving since 1991.
var Zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// Precision of every stored time: that of Postgres, so what is read back equals what was written.
const Precision = time.Microsecond

// Clock tells the time.
type Clock interface{ Now() time.Time }

// System is the machine's clock.
type System struct{}

// Now is the present in UTC, cut to Precision.
func (System) Now() time.Time { return time.Now().UTC().Truncate(Precision) }

// Manual stands still until it is set: for scenarios, simulations and tests.
type Manual struct {
	mutex sync.Mutex
	now   time.Time
}

// NewManual starts a manual clock at the given time.
func NewManual(now time.Time) *Manual {
	m := &Manual{}
	m.Set(now)
	return m
}

// Now is the time last set.
func (m *Manual) Now() time.Time {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.now
}

// Set moves the clock, also back.
func (m *Manual) Set(now time.Time) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.now = now.UTC().Truncate(Precision)
}

// Later keeps a second step from being recorded before the first, whatever the clocks of two machines say.
func Later(now, first time.Time) time.Time {
	if now.Before(first) {
		return first
	}
	return now
}

// Since measures how long something took, for progress lines and benchmarks; it says nothing about business time.
func Since(start time.Time) time.Duration { return time.Since(start) }

// Stopwatch is the start for Since, with the monotonic reading kept.
func Stopwatch() time.Time { return time.Now() }
