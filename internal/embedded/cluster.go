package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var errServerGone = errors.New("the server ended")

// initialise makes the cluster and marks it when it is whole, so one that was cut off is made anew.
func initialise(ctx context.Context, options PostgresOptions, found binaries, data string) error {
	if err := os.RemoveAll(data); err != nil {
		return fmt.Errorf("take a half-made cluster away: %w", err)
	}
	arguments := []string{
		"-D",
		data,
		"-U",
		"postgres",
		"--auth=trust",
		"--encoding=UTF8",
		"--locale=C",
		"--data-checksums",
		"--no-instructions",
	}
	if options.Fast {
		arguments = append(arguments, "--no-sync")
	}
	attempts := identities(options.Dir)
	var last error
	for _, identity := range attempts {
		if last = runInitdb(ctx, found, arguments, identity); last == nil {
			return os.WriteFile(filepath.Join(data, completeMark), []byte("made whole by gongbao\n"), 0o600)
		}
		_ = os.RemoveAll(data)
	}
	return fmt.Errorf("make the cluster in %s: %w", data, last)
}

func runInitdb(ctx context.Context, found binaries, arguments []string, identity identity) error {
	if err := identity.prepare(); err != nil {
		return err
	}
	command := exec.CommandContext(ctx, found.path("initdb"), arguments...) //nolint:gosec // found by us
	runtime.LockOSThread()                                                  // so that initdb ends with us, and not before
	defer runtime.UnlockOSThread()
	command.SysProcAttr = identity.attributes()
	followThread(command.SysProcAttr)
	command.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	output, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s as %s: %w\n%s", found.path("initdb"), identity.name, err, bytes.TrimSpace(output))
	}
	return nil
}

// server is a postmaster that we started.
type server struct {
	process *os.Process
	gone    chan struct{} // closed when the postmaster has ended
	log     string
}

// startServer starts the postmaster from a thread that lives as long: on Linux its end takes the server with it, so a
// program that was killed leaves no server behind.
func startServer(found binaries, options PostgresOptions, data, sockets string) (*server, error) {
	logName := filepath.Join(options.Dir, "postgres.log")
	arguments := settings(options, data, sockets)
	identity := identityOf(data, options.Dir)
	running := &server{gone: make(chan struct{}), log: logName}
	failed := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine, after the server
		output, err := os.OpenFile(
			logName,
			os.O_CREATE|os.O_WRONLY|os.O_TRUNC,
			0o600,
		)
		if err != nil {
			failed <- err
			return
		}
		defer func() { _ = output.Close() }()
		command := exec.Command(found.path("postgres"), arguments...) //nolint:gosec,noctx // it outlives the call
		command.SysProcAttr = identity.attributes()
		followThread(command.SysProcAttr)
		command.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
		command.Stdout, command.Stderr = output, output
		if err := command.Start(); err != nil {
			failed <- fmt.Errorf("start %s as %s: %w", found.path("postgres"), identity.name, err)
			return
		}
		running.process = command.Process
		failed <- nil
		_ = command.Wait()
		close(running.gone)
	}()
	return running, <-failed
}

func settings(options PostgresOptions, data, sockets string) []string {
	values := map[string]string{
		"listen_addresses":        "",
		"port":                    port,
		"unix_socket_directories": sockets,
		"unix_socket_permissions": "0700",
		"max_connections":         "200",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		"shared_buffers":          "128MB",
		"max_wal_size":            "2GB",
		"logging_collector":       "off",
	}
	if options.Fast {
		values["fsync"], values["synchronous_commit"], values["full_page_writes"] = "off", "off", "off"
	}
	for name, value := range options.Settings {
		values[name] = value
	}
	arguments := []string{"-D", data}
	for name, value := range values {
		arguments = append(arguments, "-c", name+"="+value)
	}
	return arguments
}

// ready waits until the server answers, and gives its version.
func (s *server) ready(ctx context.Context, sockets string) (string, error) {
	for {
		if version, err := answers(ctx, sockets); err == nil {
			return version, nil
		}
		select {
		case <-s.gone:
			return "", errServerGone
		default:
		}
		if err := wait(ctx); err != nil {
			return "", err
		}
	}
}

// stop ends the server, fast: open transactions are undone, nothing committed is lost.
func (s *server) stop(ctx context.Context) error {
	_ = s.process.Signal(os.Interrupt)
	select {
	case <-s.gone:
		return nil
	case <-ctx.Done():
	case <-time.After(patience):
	}
	s.kill()
	return fmt.Errorf("the embedded Postgres did not stop in time and was killed; it will recover at the next start")
}

func (s *server) kill() {
	_ = s.process.Kill()
	<-s.gone
}

// lastWords is the end of the server's log.
func (s *server) lastWords() string {
	text, _ := os.ReadFile(s.log)
	const tail = 2000
	if len(text) > tail {
		text = text[len(text)-tail:]
	}
	return strings.TrimSpace(string(text))
}

// outlive waits for a server that an owner before us left behind. We hold the lock, so it is nobody's: where its
// owner's end did not end it (there is no such thing outside Linux), it is told to.
func outlive(ctx context.Context, data string) error {
	told := false
	for {
		text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
		if err != nil {
			return nil //nolint:nilerr // no file, no server
		}
		first, _, _ := strings.Cut(string(text), "\n")
		pid, err := strconv.Atoi(strings.TrimSpace(first))
		if err != nil || pid <= 1 || !isPostgres(pid) {
			return nil //nolint:nilerr // the file is a leftover; Postgres deals with it
		}
		if !told {
			_ = syscall.Kill(pid, syscall.SIGINT)
			told = true
		}
		if err := wait(ctx); err != nil {
			return fmt.Errorf("a server left behind (process %d) does not end: %w", pid, err)
		}
	}
}
