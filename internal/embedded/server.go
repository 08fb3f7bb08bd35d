package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"gongbao/internal/clock"
)

const logBytesMax = 8 << 20 // then the server's log begins anew, and the one before is kept

// errServerGone says that the postmaster ended before it was ready.
var errServerGone = errors.New("the server ended")

// remnant is what a server says that starts too soon after another was killed: its process is not reaped yet, or its
// backends still hold the shared memory.
var remnant = regexp.MustCompile(`lock file "[^"]*" (already exists|is empty)|pre-existing shared memory block`)

// starter is all that is needed to start the server of a cluster, again and again.
type starter struct {
	options       PostgresOptions
	found         binaries
	who           identity
	data, sockets string
}

// raise starts the server and waits until it answers, with patience for what is left of one that was killed.
func (s *starter) raise(ctx context.Context) (*server, string, error) {
	for begun := clock.Stopwatch(); ; {
		if err := s.settle(ctx); err != nil {
			return nil, "", err
		}
		running, err := s.launch()
		if err != nil {
			return nil, "", err
		}
		version, err := running.ready(ctx, s.data, s.sockets)
		if err == nil {
			return running, version, nil
		}
		words := running.lastWords()
		if !errors.Is(err, errServerGone) {
			running.quit()
		}
		if !errors.Is(err, errServerGone) || !remnant.MatchString(words) || clock.Since(begun) > patience {
			return nil, "", fmt.Errorf("the embedded Postgres did not start: %w\n%s", err, words)
		}
		if err := wait(ctx, 10*pause); err != nil {
			return nil, "", fmt.Errorf("the embedded Postgres did not start: %w\n%s", err, words)
		}
	}
}

// server is a postmaster that we started.
type server struct {
	process *os.Process
	gone    chan struct{} // closed when the postmaster has ended
	log     string
	logFrom int64 // where this postmaster's words begin
}

// launch starts the postmaster from a thread that lives as long: on Linux its end takes the server with it, so a
// program that was killed leaves no server behind.
func (s *starter) launch() (*server, error) {
	running := &server{gone: make(chan struct{}), log: filepath.Join(s.options.Dir, "postgres.log")}
	output, err := openLog(running.log)
	if err != nil {
		return nil, fmt.Errorf("open the server's log: %w", err)
	}
	if running.logFrom, err = output.Seek(0, io.SeekEnd); err != nil {
		_ = output.Close()
		return nil, err
	}
	command := exec.Command(s.found.path("postgres"), s.arguments()...) //nolint:gosec,noctx // it outlives this call
	command.SysProcAttr = s.who.attributes()
	followThread(command.SysProcAttr)
	command.Env, command.Dir = environment(), s.options.Dir
	command.Stdout, command.Stderr = output, output // files, so nothing breaks when we are killed
	begun := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine, after the server
		defer func() { _ = output.Close() }()
		err := command.Start()
		begun <- err
		if err == nil {
			_ = command.Wait()
			close(running.gone)
		}
	}()
	if err := <-begun; err != nil {
		return nil, fmt.Errorf("start %s as %s: %w", command.Path, s.who.name, err)
	}
	running.process = command.Process
	return running, nil
}

func openLog(name string) (*os.File, error) {
	if info, err := os.Stat(name); err == nil && info.Size() > logBytesMax {
		if err := os.Rename(name, name+".1"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
}

func (s *starter) arguments() []string {
	values := map[string]string{
		"listen_addresses": "", "port": port, "unix_socket_directories": s.sockets, "unix_socket_permissions": "0700",
		"max_connections": "200", "timezone": "UTC", "log_timezone": "UTC", "shared_buffers": "128MB",
		"max_wal_size": "2GB", "logging_collector": "off",
	}
	if s.options.Fast {
		values["fsync"], values["synchronous_commit"], values["full_page_writes"] = "off", "off", "off"
	}
	maps.Copy(values, s.options.Settings)
	arguments := []string{"-D", s.data}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		arguments = append(arguments, "-c", name+"="+values[name])
	}
	return arguments
}

// ready waits until this postmaster, and no other, answers, and gives its version. Recovery may take long.
func (s *server) ready(ctx context.Context, data, sockets string) (string, error) {
	for {
		if noted := readPIDFile(data); noted.ready && noted.pid == s.process.Pid {
			if version, err := answers(ctx, sockets); err == nil {
				return version, nil
			}
		}
		select {
		case <-s.gone:
			return "", errServerGone
		default:
		}
		if err := wait(ctx, pause); err != nil {
			return "", err
		}
	}
}

// stop ends the server fast: open transactions are undone, nothing committed is lost.
func (s *server) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_ = s.process.Signal(syscall.SIGINT)
	select {
	case <-s.gone:
		return nil
	case <-ctx.Done():
		s.quit()
		return errors.New("the embedded Postgres did not stop in time and was told to quit; it recovers at the next start")
	}
}

// quit ends the server at once, without a checkpoint, and its backends with it.
func (s *server) quit() {
	_ = s.process.Signal(syscall.SIGQUIT)
	ctx, cancel := context.WithTimeout(context.Background(), patience/3)
	defer cancel()
	select {
	case <-s.gone:
	case <-ctx.Done():
		_ = s.process.Kill()
		<-s.gone
	}
}

// lastWords is the end of what this postmaster said.
func (s *server) lastWords() string {
	file, err := os.Open(s.log)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	from := s.logFrom
	const tail = 4000
	if info, err := file.Stat(); err == nil && info.Size()-tail > from {
		from = info.Size() - tail
	}
	text, _ := io.ReadAll(io.NewSectionReader(file, from, tail))
	return strings.TrimSpace(string(text))
}
