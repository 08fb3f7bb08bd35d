//go:build linux || darwin

package embedded

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rs/zerolog"
)

// The test binary, started with a play, is a program that uses the package and may be killed.
const (
	playVariable     = "GONGBAO_TEST_PLAY"
	folderVariable   = "GONGBAO_TEST_FOLDER"
	noSpacesVariable = "GONGBAO_TEST_NO_SPACES"
	plain            = 65534 // an ordinary user
	nameless         = 41234 // a user that no system has a name for
)

var quiet = zerolog.Nop()

var plays = map[string]func(ctx context.Context, folder string, said io.Writer) error{
	"commit": playCommit, "hold": playHold, "produce": playProduce, "default": playDefault,
}

func TestMain(m *testing.M) {
	if play := plays[os.Getenv(playVariable)]; play != nil {
		if err := play(context.Background(), os.Getenv(folderVariable), os.Stdout); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func with(folder string) PostgresOptions {
	return PostgresOptions{Dir: folder, Log: quiet, noSpaces: os.Getenv(noSpacesVariable) != ""}
}

// playCommit starts the cluster and commits rows until it is killed, naming each after its commit.
func playCommit(ctx context.Context, folder string, said io.Writer) error {
	server, err := StartPostgres(ctx, with(folder))
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, server.URL("postgres", ""))
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "CREATE TABLE IF NOT EXISTS kept (n int PRIMARY KEY)"); err != nil {
		return err
	}
	var n int
	if err := conn.QueryRow(ctx, "SELECT coalesce(max(n), 0) FROM kept").Scan(&n); err != nil {
		return err
	}
	for {
		n++
		if _, err := conn.Exec(ctx, "INSERT INTO kept VALUES ($1)", n); err != nil {
			select {} // the server was killed; what matters has been said
		}
		_, _ = fmt.Fprintln(said, n)
	}
}

// playHold starts or joins the cluster, says which, and stops it when its input ends.
func playHold(ctx context.Context, folder string, said io.Writer) error {
	server, err := StartPostgres(ctx, with(folder))
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(said, server.Joined())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return server.Stop(ctx)
}

// playDefault says where data goes by default.
func playDefault(_ context.Context, _ string, said io.Writer) error {
	folder, err := DefaultDir()
	_, _ = fmt.Fprintln(said, folder)
	return err
}

// program is a running play.
type program struct {
	t        *testing.T
	command  *exec.Cmd
	lines    *bufio.Scanner
	input    io.Closer
	last     atomic.Value // the last line it said, string
	errors   *lockedText
	finished chan struct{} // closed when it has said everything
}

// lockedText is a text that is written while it may be read.
type lockedText struct {
	mutex sync.Mutex
	text  strings.Builder
}

func (l *lockedText) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(p)
}

func (l *lockedText) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

// copyProgram copies a program that is to be run at once. A process that a parallel test starts at that moment would
// inherit the copy open for writing, and a file that is written cannot be run: so none is started meanwhile.
func copyProgram(t *testing.T, from, to string) string {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return copyFile(t, from, to)
}

// start runs a play, as another user when uid is not 0, and kills it at the end of the test at the latest.
func start(t *testing.T, play, folder string, uid int, environment ...string) *program {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if uid != 0 { // the folder of go test is closed to other users
		binary = copyProgram(t, binary, filepath.Join(filepath.Dir(folder), "program"))
	}
	p := &program{t: t, command: exec.Command(binary), errors: &lockedText{}, finished: make(chan struct{})}
	p.command.Env = append(os.Environ(), playVariable+"="+play, folderVariable+"="+folder)
	p.command.Env = append(p.command.Env, environment...)
	p.command.Stderr = p.errors
	p.command.Dir = filepath.Dir(folder)
	p.command.WaitDelay = 10 * time.Second
	if uid != 0 {
		p.command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	}
	output, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if p.input, err = p.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(output)
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.command.Process.Kill() })
	return p
}

// hear waits for so many lines and gives the last; from then on the rest is taken note of in the background.
func (p *program) hear(lines int) string {
	p.t.Helper()
	for range lines {
		if !p.lines.Scan() {
			p.t.Fatalf("the program ended early: %v %s", p.command.Wait(), p.errors)
		}
	}
	first := p.lines.Text()
	p.last.Store(first)
	go func() {
		defer close(p.finished)
		for p.lines.Scan() {
			p.last.Store(p.lines.Text())
		}
	}()
	return first
}

// said is the last line so far.
func (p *program) said() string {
	line, _ := p.last.Load().(string)
	return line
}

// kill ends the program as kill -9 does, and gives the last line it said.
func (p *program) kill() string {
	_ = p.command.Process.Kill()
	<-p.finished
	_ = p.command.Wait()
	return p.said()
}

// temporary is a folder that other users may enter; its path is short enough for a socket.
func temporary(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "gb")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the server of a program that was killed may still be tidying up
		until(t, "the folder is gone", func() bool { return os.RemoveAll(folder) == nil })
	})
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	return folder
}

func copyFile(t *testing.T, from, to string) string {
	t.Helper()
	if _, err := os.Stat(to); err == nil {
		return to
	}
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o755); err != nil {
		t.Fatal(err)
	}
	return to
}

func begin(t *testing.T, options PostgresOptions) *Postgres {
	t.Helper()
	server, err := StartPostgres(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, server) })
	return server
}

func stop(t *testing.T, server *Postgres) {
	t.Helper()
	if err := server.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

// mustKeep wants every row that was committed, up to the last that was named before the kill.
func mustKeep(t *testing.T, server *Postgres, named string) {
	t.Helper()
	var reported int
	if _, err := fmt.Sscan(named, &reported); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), server.URL("postgres", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var count, highest int
	if err := conn.QueryRow(t.Context(), "SELECT count(*), max(n) FROM kept").Scan(&count, &highest); err != nil {
		t.Fatal(err)
	}
	if count != highest || count < reported {
		t.Errorf("%d rows up to %d, but %d had been committed", count, highest, reported)
	}
}

// until waits for something that another process brings about.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	for !holds() {
		if err := wait(ctx, pause); err != nil {
			t.Fatalf("waiting until %s: %v", what, err)
		}
	}
}
