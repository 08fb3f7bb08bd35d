package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gongbao/internal/clock"
)

// noProcess is a process number that no system gives out. In a lock file it stands for a process that is gone.
const noProcess = "2147483647"

// pidFile is what a postmaster notes about itself in its data folder.
type pidFile struct {
	there   bool
	pid     int // 0 when the file does not tell
	sockets string
	ready   bool // it accepts connections
}

func pidFileName(data string) string { return filepath.Join(data, "postmaster.pid") }

func readPIDFile(data string) pidFile {
	text, err := os.ReadFile(pidFileName(data))
	if err != nil {
		return pidFile{}
	}
	lines := strings.Split(string(text), "\n")
	noted := pidFile{there: true}
	if pid, err := strconv.Atoi(strings.TrimSpace(lines[0])); err == nil && pid > 1 {
		noted.pid = pid
	}
	if len(lines) > 7 {
		noted.sockets = strings.TrimSpace(lines[4])
		noted.ready = strings.TrimSpace(lines[7]) == "ready"
	}
	return noted
}

// settle clears the way for a start. We hold the folder's lock, so a postmaster still there is nobody's: where the end
// of its owner did not end it (there is no such thing outside Linux), it is told to. Of one that is gone, what would
// make the next refuse to start is taken away, except the note of its shared memory: as long as a backend of it lives,
// Postgres itself must see that.
func (s *starter) settle(ctx context.Context) error {
	told, begun := syscall.Signal(0), clock.Stopwatch()
	for {
		noted := readPIDFile(s.data)
		if !noted.there {
			return s.sweepSockets()
		}
		if noted.pid == 0 {
			return s.settleEmpty(ctx)
		}
		switch fateOf(noted.pid, s.data, noted.sockets) {
		case fateGone:
			return errors.Join(s.retire(noted.pid), s.sweepSockets())
		case fateUnknown:
			return nil // Postgres looks for itself, and says what it thinks
		case fateAlive:
		}
		signal := syscall.SIGINT
		if clock.Since(begun) > patience {
			signal = syscall.SIGQUIT
		}
		if told != signal {
			_ = signalProcess(noted.pid, signal)
			told = signal
		}
		if err := wait(ctx, pause); err != nil {
			return fmt.Errorf("a server left behind (process %d) does not end: %w", noted.pid, err)
		}
	}
}

// settleEmpty waits for a note that is being written; one that stays empty was cut off before the server did anything.
func (s *starter) settleEmpty(ctx context.Context) error {
	if err := wait(ctx, 50*pause); err != nil {
		return err
	}
	if noted := readPIDFile(s.data); noted.there && noted.pid == 0 {
		if err := os.Remove(pidFileName(s.data)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("take an empty lock file away: %w", err)
		}
	}
	return nil
}

// retire rewrites the number of a postmaster that is gone when the number now belongs to another process, or to its own
// unburied self; Postgres would take either for the postmaster and refuse for ever. The other lines stay.
func (s *starter) retire(pid int) error {
	if !isProcess(pid) {
		return nil
	}
	name := pidFileName(s.data)
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(text), "\n")
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_TRUNC, 0) // in place: its owner stays
	if err != nil {
		return fmt.Errorf("retire a lock file: %w", err)
	}
	_, err = file.WriteString(noProcess + "\n" + rest)
	return errors.Join(err, file.Sync(), file.Close())
}

// sweepSockets removes the socket of a postmaster that is gone, and its lock, which holds the same number.
func (s *starter) sweepSockets() error {
	for _, name := range []string{".s.PGSQL." + port, ".s.PGSQL." + port + ".lock"} {
		if err := os.Remove(filepath.Join(s.sockets, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("take the socket of a server that is gone away: %w", err)
		}
	}
	return nil
}

// fate is what has become of the postmaster that a lock file names.
type fate int

const (
	fateUnknown fate = iota
	fateAlive
	fateGone
)

// listens says that somebody answers at the socket of a cluster; only its postmaster can.
func listens(sockets string) bool {
	if sockets == "" {
		return false
	}
	dialer := net.Dialer{Timeout: time.Second}
	conn, err := dialer.Dial("unix", filepath.Join(sockets, ".s.PGSQL."+port))
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}
