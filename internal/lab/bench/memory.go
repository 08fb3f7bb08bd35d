package bench

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"
)

const memoryTick = 20 * time.Millisecond

// Memory is what this process occupied: the service and, in the same process, its callers. Postgres is another one; a
// Kafka that is embedded is not.
type Memory struct {
	Bench string `json:"bench"`
	Rest  int64  `json:"rest"` // bytes, before the load
	Load  int64  `json:"load"` // bytes, the most while ours was measured
}

// watch looks at the memory from now on; the function it gives ends that and reports.
func (r *run) watch(bench string) (peak *peak, done func()) {
	debug.FreeOSMemory()
	peak = newPeak()
	return peak, func() {
		r.report.Memory = append(r.report.Memory, Memory{Bench: bench, Rest: peak.rest, Load: peak.most})
	}
}

// peak keeps the most that was seen in the times that are looked at.
type peak struct{ rest, most int64 }

func newPeak() *peak {
	now := resident()
	return &peak{rest: now, most: now}
}

// during looks while work is done.
func (p *peak) during(work func() error) error {
	var group sync.WaitGroup
	stop := make(chan struct{})
	group.Go(func() {
		tick := time.NewTicker(memoryTick)
		defer tick.Stop()
		for {
			p.most = max(p.most, resident())
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	})
	defer func() {
		close(stop)
		group.Wait()
	}()
	return work()
}

// resident is the memory of this process: what the system counts where it says so, else what Go holds.
func resident() int64 {
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			if pages, err := strconv.ParseInt(fields[1], 10, 64); err == nil {
				return pages * int64(os.Getpagesize())
			}
		}
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.Sys - stats.HeapReleased) //nolint:gosec // far below the limit
}

func mebi(bytes int64) float64 { return float64(bytes) / (1 << 20) }
