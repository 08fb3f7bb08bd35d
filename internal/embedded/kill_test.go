//go:build linux || darwin

package embedded

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestPostgresKilled(t *testing.T) {
	t.Parallel()
	t.Run("OK the program, three times, and no server is left", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "postgres")
		for range 3 {
			killed := start(t, "commit", folder, 0)
			killed.hear(20)
			before := readPIDFile(dataFolder(folder))
			named := killed.kill()
			server := begin(t, with(folder))
			if server.Joined() {
				t.Error("a dead program owns the server")
			}
			if fateOf(before.pid, dataFolder(folder), before.sockets) == fateAlive {
				t.Errorf("the server of the killed program, process %d, is alive", before.pid)
			}
			mustKeep(t, server, named)
			stop(t, server)
		}
	})
	t.Run("OK both, three times", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "postgres")
		for range 3 {
			killed := start(t, "commit", folder, 0)
			killed.hear(20)
			pid := readPIDFile(dataFolder(folder)).pid
			named := killed.kill()
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended in this moment
			server := begin(t, with(folder))
			mustKeep(t, server, named)
			stop(t, server)
		}
	})
	t.Run("OK the server first, then the program", func(t *testing.T) {
		t.Parallel()
		folder, named := crashed(t)
		mustKeep(t, begin(t, with(folder)), named)
	})
}

func TestPostgresIsBroughtBackByItsOwner(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(temporary(t), "postgres")
	killed := start(t, "commit", folder, 0)
	killed.hear(20)
	for range 2 {
		pid := readPIDFile(dataFolder(folder)).pid
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		until(t, "the server is back", func() bool {
			noted := readPIDFile(dataFolder(folder))
			return noted.ready && noted.pid != pid
		})
	}
	server := begin(t, with(folder))
	if !server.Joined() {
		t.Errorf("the owner lives, and we took its server: %s", killed.errors)
	}
	mustKeep(t, server, killed.said())
	killed.kill()
}

func TestPostgresCutOff(t *testing.T) {
	t.Parallel()
	t.Run("OK the program is killed while it makes the cluster", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "postgres")
		killed := start(t, "commit", folder, 0)
		until(t, "initdb has begun", func() bool {
			found, _ := filepath.Glob(filepath.Join(folder, "making-*", "PG_VERSION"))
			return len(found) > 0
		})
		_ = killed.command.Process.Kill()
		_ = killed.command.Wait()
		if _, err := os.Stat(dataFolder(folder)); err == nil {
			t.Fatal("a half-made cluster is in the place of a whole one")
		}
		begin(t, with(folder))
	})
}

// crashed leaves a cluster behind whose server and program were killed.
func crashed(t *testing.T) (folder, named string) {
	t.Helper()
	folder = filepath.Join(temporary(t), "postgres")
	killed := start(t, "commit", folder, 0)
	killed.hear(20)
	if err := syscall.Kill(readPIDFile(dataFolder(folder)).pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	return folder, killed.kill()
}

func TestPostgresRemnants(t *testing.T) {
	t.Parallel()
	t.Run("OK the number of the dead server is another process's now", func(t *testing.T) {
		t.Parallel()
		folder, named := crashed(t)
		data := dataFolder(folder)
		for _, name := range []string{
			pidFileName(data), filepath.Join(folder, "socket", ".s.PGSQL."+port+".lock"),
		} {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			_, rest, _ := strings.Cut(string(text), "\n")
			if err := os.WriteFile(name, fmt.Appendf(nil, "%d\n%s", os.Getpid(), rest), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		mustKeep(t, begin(t, with(folder)), named) // a signal to that number would have ended this test
	})
	t.Run("OK a lock file cut off while it was written", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "postgres")
		stop(t, begin(t, with(folder)))
		if err := os.WriteFile(pidFileName(dataFolder(folder)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		begin(t, with(folder))
	})
	t.Run("OK a server left running by an owner that is gone", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "postgres")
		first := begin(t, with(folder))
		left := readPIDFile(dataFolder(folder)).pid
		first.keeper.cancel() // as on a system where the server does not end with its owner
		<-first.keeper.idle
		release(first.lock)
		second := begin(t, with(folder))
		if second.Joined() || readPIDFile(dataFolder(folder)).pid == left {
			t.Error("the server left behind was not replaced")
		}
		<-first.keeper.running.gone
	})
	t.Run("Err a cluster that somebody else made and used", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "postgres")
		stop(t, begin(t, with(folder)))
		if err := os.Remove(filepath.Join(dataFolder(folder), completeMark)); err != nil {
			t.Fatal(err)
		}
		mustRefuse(t, with(folder), ErrForeignCluster)
		if _, err := os.Stat(filepath.Join(dataFolder(folder), "PG_VERSION")); err != nil {
			t.Errorf("its cluster is damaged: %v", err)
		}
	})
}

func TestPostgresTogether(t *testing.T) {
	t.Parallel()
	t.Run("OK stopping twice, and starting again", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "postgres")
		server := begin(t, with(folder))
		conn, err := pgx.Connect(t.Context(), server.URL("postgres", ""))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(context.Background()) }()
		if _, err := conn.Exec(t.Context(), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)"); err != nil {
			t.Fatal(err)
		}
		stop(t, server) // an open connection does not hold it up
		stop(t, server)
		mustKeep(t, begin(t, with(folder)), "1")
	})
	t.Run("Err another owner, for who wants to be alone", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "postgres")
		begin(t, with(folder))
		alone := with(folder)
		alone.Alone = true
		mustRefuse(t, alone, ErrOwned)
	})
}

func TestFourProcessesShareOnePostgres(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(temporary(t), "postgres")
	programs := make([]*program, 4)
	for i := range programs {
		programs[i] = start(t, "hold", folder, 0)
	}
	var owner *program
	for _, p := range programs {
		if p.hear(1) == "true" {
			continue
		}
		if owner != nil {
			t.Error("two processes own the server")
		}
		owner = p
	}
	if owner == nil {
		t.Fatal("nobody owns the server")
	}
	for _, p := range programs { // who joined goes, and the owner's server stays
		if p == owner {
			continue
		}
		_ = p.input.Close()
		<-p.finished
		if err := p.command.Wait(); err != nil {
			t.Errorf("%v %s", err, p.errors)
		}
	}
	if server := begin(t, with(folder)); !server.Joined() {
		t.Error("the owner lives, and we took its server")
	}
	owner.kill()
	if server := begin(t, with(folder)); server.Joined() {
		t.Error("joined the server of a dead owner")
	}
}
