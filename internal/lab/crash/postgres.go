package crash

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"gongbao/internal/clock"
	"gongbao/internal/lab/tools/volume"
	"gongbao/internal/lab/tools/wire"
	"gongbao/internal/pg"
)

const (
	applicationName = "gongbao-crash"
	postgresBytes   = 3 << 30 // of a small disk for the cluster; its log alone may grow to 2 GB
)

// openPostgres starts the run's own Postgres, on a small disk when that is to be filled, and lays the wire by which
// services reach it.
func (r *run) openPostgres(ctx context.Context) (release func(), err error) {
	folder := filepath.Join(r.options.Folder, "postgres")
	if r.options.has(FaultDisk) {
		if r.disk, err = volume.Mount(folder, postgresBytes); err != nil {
			return nil, err
		}
	}
	release = func() {
		if r.wire != nil {
			r.wire.Close()
		}
		if r.held != nil {
			r.held.Close()
		}
		if r.disk != nil {
			r.disk.Close()
		}
	}
	defer func() {
		if err != nil {
			release()
		}
	}()
	if r.held, err = r.options.Open(ctx, r.settings); err != nil {
		return nil, err
	}
	if r.wire, err = wire.Lay(r.held.Address); err != nil {
		return nil, err
	}
	at, err := url.Parse(r.wire.URL(r.held.Address))
	if err != nil {
		return nil, err
	}
	query := at.Query()
	query.Set("application_name", applicationName)
	at.RawQuery = query.Encode()
	r.environment = append(r.environment, "DATABASE_URL="+at.String(), "MIGRATE_DATABASE_URL="+r.held.OwnerAddress)
	return release, nil
}

// postgresProcesses are the postmaster and its children; the first is the postmaster.
func (r *run) postgresProcesses() ([]int, error) {
	text, err := os.ReadFile(filepath.Join(r.options.Folder, "postgres", "data", "postmaster.pid"))
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	master, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || master < 2 {
		return nil, fmt.Errorf("%q is no process: %w", first, err)
	}
	processes := []int{master}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	for _, name := range stats {
		stat, err := os.ReadFile(name)
		if err != nil {
			continue // it has just ended
		}
		id, rest, _ := strings.Cut(string(stat), " ")
		_, rest, _ = strings.Cut(rest, ") ") // behind the name, which is in brackets: the state, and the parent
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == strconv.Itoa(master) {
			if child, err := strconv.Atoi(id); err == nil {
				processes = append(processes, child)
			}
		}
	}
	return processes, nil
}

func (r *run) signalPostgres(signal syscall.Signal) error {
	processes, err := r.postgresProcesses()
	if err != nil {
		return err
	}
	for _, process := range processes {
		if found, err := os.FindProcess(process); err == nil {
			_ = found.Signal(signal) // one that has just ended need not hear it
		}
	}
	return nil
}

// killPostgres kills the server with all its processes, as kill -9 does. The run's keeper brings it back.
func (r *run) killPostgres(ctx context.Context) error {
	return r.under(ctx, "Postgres, killed", func(context.Context) error { return r.signalPostgres(syscall.SIGKILL) })
}

// awaitPostgres waits until the server is back.
func (r *run) awaitPostgres(ctx context.Context) error {
	for late := clock.Stopwatch(); ; {
		var one int
		err := pg.Row(ctx, r.held.DB, `SELECT 1`, nil, &one)
		if err == nil {
			return nil
		}
		if clock.Since(late) > startTime {
			return fmt.Errorf("the server did not come back: %w", err)
		}
		if err := rest(ctx, 10*breath); err != nil {
			return err
		}
	}
}

// freezePostgres lets the server stand still: it is there, and answers nobody.
func (r *run) freezePostgres(ctx context.Context) error {
	return r.under(ctx, "Postgres, frozen", r.stopPostgres)
}

func (r *run) stopPostgres(ctx context.Context) error {
	if err := r.signalPostgres(freezeIt); err != nil {
		return err
	}
	err := rest(ctx, r.moment(2*answerTime))
	return errors.Join(err, r.signalPostgres(thawIt))
}

// fillPostgres takes all room from the database until commands have been refused for that, and gives it back.
func (r *run) fillPostgres(ctx context.Context) error {
	return r.fill(ctx, "Postgres, disk full", func() {})
}

// fillPostgresLog takes the room for the log's next segments as well: then the server cannot but end, and cannot start
// until somebody makes room.
func (r *run) fillPostgresLog(ctx context.Context) error {
	return r.fill(ctx, "Postgres, disk full, and no room for its log", func() {
		conn, err := r.administer(ctx)
		if err != nil {
			return // it is down already
		}
		defer func() { _ = conn.Close(ctx) }()
		for err == nil {
			_, err = conn.Exec(ctx, `SELECT pg_logical_emit_message(false, 'gongbao', 'full'), pg_switch_wal()`)
		}
	})
}

// administer reaches the run's Postgres as whoever runs it.
func (r *run) administer(ctx context.Context) (*pgx.Conn, error) {
	admin, err := pgx.ParseConfig(r.held.Address)
	if err != nil {
		return nil, err
	}
	admin.User, admin.Database = "postgres", "postgres"
	if err := pg.Configure(admin); err != nil {
		return nil, err
	}
	return pgx.ConnectConfig(ctx, admin)
}

func (r *run) fill(ctx context.Context, name string, further func()) error {
	return r.under(ctx, name, func(ctx context.Context) error {
		heard := r.refusals()
		if err := r.disk.Fill(); err != nil {
			return err
		}
		further()
		err := r.awaitRefusals(ctx, heard)
		if err == nil {
			err = rest(ctx, r.moment(momentMax))
		}
		return errors.Join(err, r.disk.Free())
	})
}

// refusals are how often every service was refused so far.
func (r *run) refusals() map[*service]int64 {
	heard := map[*service]int64{}
	for _, s := range r.services {
		s.mutex.Lock()
		heard[s] = s.refused
		s.mutex.Unlock()
	}
	return heard
}

// awaitRefusals waits until every service was refused since. On the way there the disk may have to be filled again: the
// server gives room back when it recycles its log.
func (r *run) awaitRefusals(ctx context.Context, heard map[*service]int64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		for rest(ctx, 100*time.Millisecond) == nil {
			_ = r.disk.Fill() // it was possible before
		}
	}()
	for s, before := range heard {
		if err := s.awaitAbove(ctx, "been refused", func() int64 { return s.refused }, before); err != nil {
			return err
		}
	}
	return nil
}
