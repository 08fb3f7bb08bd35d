package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// ticksPerSecond is in which Linux counts a process's time for everybody who asks.
const ticksPerSecond = 100

// meter reads what the machine has spent so far: this process, with service, callers and an embedded Kafka in it, and
// the database's server with all its backends and workers. A Kafka outside is not counted.
type meter struct {
	pool   *pgxpool.Pool
	server int // process of the postmaster; 0 when the server is not on this machine, or nobody can say
}

// newMeter looks for the server's process. It is the parent of a backend's, if that is what its number says here: of a
// server on another machine, or in a container, the number belongs to nobody or to another program.
func newMeter(ctx context.Context, pool *pgxpool.Pool) (*meter, error) {
	var backend int
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for the server's process: %w", err)
	}
	defer conn.Release()
	if err := conn.QueryRow(ctx, `SELECT pg_backend_pid()`).Scan(&backend); err != nil {
		return nil, fmt.Errorf("look for the server's process: %w", err)
	}
	m := &meter{pool: pool}
	if title, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", backend)); err == nil &&
		strings.HasPrefix(string(title), "postgres: ") {
		if found, ok := processOf(backend); ok {
			m.server = found.parent
		}
	}
	return m, nil
}

// spent is what work took: processor time of all processes, and bytes of the server's log of changes (WAL).
type spent struct {
	cpu   time.Duration
	known bool // cpu is
	wal   int64
}

// reading is a meter's figures at a moment.
func (m *meter) reading(ctx context.Context) (now spent, err error) {
	err = m.pool.QueryRow(ctx, `SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint`).Scan(&now.wal)
	if err != nil {
		return now, fmt.Errorf("read how long the server's log is: %w", err)
	}
	if m.server == 0 {
		return now, nil
	}
	ours, known := processOf(os.Getpid())
	server, alive := treeOf(m.server)
	now.cpu, now.known = ours.own+server, known && alive
	return now, nil
}

// during is what was spent while work was done, by whomever: the database should have nothing else to do.
func (m *meter) during(ctx context.Context, work func() error) (spent, error) {
	before, err := m.reading(ctx)
	if err != nil {
		return before, err
	}
	if err := work(); err != nil {
		return before, err
	}
	after, err := m.reading(ctx)
	return spent{cpu: after.cpu - before.cpu, known: before.known && after.known, wal: after.wal - before.wal}, err
}

// process is what Linux says of one.
type process struct {
	parent   int
	own      time.Duration // its processor time, in its own code and in the kernel
	children time.Duration // that of its children which have ended, and of theirs
}

// processOf reads a process; false where there is none, or no Linux.
func processOf(pid int) (p process, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return p, false
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:])) // the name may hold anything
	if len(fields) < 15 {
		return p, false
	}
	number := func(at int) int64 {
		value, err := strconv.ParseInt(fields[at], 10, 64)
		ok = ok && err == nil
		return value
	}
	ok = true
	ticks := func(a, b int) time.Duration { return time.Duration(number(a)+number(b)) * time.Second / ticksPerSecond }
	p.parent, p.own, p.children = int(number(1)), ticks(11, 12), ticks(13, 14)
	return p, ok
}

// treeOf is the processor time of a process, of all that it started, and of those among them that have ended.
func treeOf(root int) (total time.Duration, alive bool) {
	names, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well formed
	found, below := map[int]process{}, map[int][]int{}
	for _, name := range names {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err != nil {
			continue
		}
		if one, ok := processOf(pid); ok {
			found[pid] = one
			below[one.parent] = append(below[one.parent], pid)
		}
	}
	_, alive = found[root]
	for todo := []int{root}; len(todo) > 0; todo = todo[1:] {
		one := found[todo[0]]
		total += one.own + one.children
		todo = append(todo, below[todo[0]]...)
	}
	return total, alive
}

// costs are those of one operation, round by round.
type costs struct{ cpu, wal []float64 }

// note adds a round in which so many operations were done.
func (c *costs) note(s spent, count int) {
	if s.known {
		c.cpu = append(c.cpu, float64(s.cpu.Microseconds())/float64(count))
	}
	c.wal = append(c.wal, float64(s.wal)/float64(count))
}

// cost fills in what an operation of a line takes, ours and its floor's.
func (l Line) cost(ours, floor costs) Line {
	put := func(into *float64, rounds []float64) {
		if len(rounds) > 0 {
			*into = median(rounds)
		}
	}
	put(&l.CPU, ours.cpu)
	put(&l.WAL, ours.wal)
	put(&l.FloorCPU, floor.cpu)
	put(&l.FloorWAL, floor.wal)
	return l
}
