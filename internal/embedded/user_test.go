//go:build linux || darwin

package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// The other tests run as whoever runs them; these, when that is root, as the others too.
func TestPostgresUsers(t *testing.T) {
	t.Parallel()
	if !playsOthers(t) {
		return
	}
	for _, uid := range []int{plain, nameless} {
		t.Run(fmt.Sprintf("OK user %d, killed with its server", uid), func(t *testing.T) {
			t.Parallel()
			mustOutliveKills(t, uid)
		})
	}
	t.Run("OK by default data goes where the user can write", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "x")
		above := filepath.Dir(folder)
		p := start(t, "default", folder, nameless, "HOME=/nonexistent", "XDG_DATA_HOME=", "TMPDIR="+above)
		want := filepath.Join(above, "gongbao-data-"+strconv.Itoa(nameless))
		if got := p.hear(1); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
	t.Run("Err a cluster of another user", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "postgres")
		stop(t, begin(t, with(folder)))
		for _, name := range []string{folder, filepath.Join(folder, "owner.lock")} {
			if err := os.Chown(name, plain, plain); err != nil {
				t.Fatal(err)
			}
		}
		p := start(t, "hold", folder, plain)
		if p.lines.Scan() {
			t.Errorf("it said %q", p.lines.Text())
		}
		if err := p.command.Wait(); err == nil || !containsCode(p.errors.String(), ErrForeignCluster) {
			t.Errorf("got %v %s", err, p.errors)
		}
	})
}

// playsOthers says that these tests can run programs as other users.
func playsOthers(t *testing.T) bool {
	t.Helper()
	if os.Geteuid() == 0 {
		return true
	}
	t.Log("only root can play other users; as an ordinary user every other test runs just so")
	return false
}

func TestPostgresRoot(t *testing.T) {
	t.Parallel()
	if !playsOthers(t) {
		return
	}
	t.Run("OK root without user namespaces hands the cluster over, and it stays handed over", func(t *testing.T) {
		t.Parallel()
		options := with(filepath.Join(temporary(t), "postgres"))
		data := dataFolder(options.Dir)
		killed := start(t, "commit", options.Dir, 0, noSpacesVariable+"=1")
		killed.hear(10)
		noted := readPIDFile(data)
		named := killed.kill()
		until(t, "the server of the killed program has ended", func() bool {
			return fateOf(noted.pid, data, noted.sockets) != fateAlive
		})
		info, err := os.Stat(data)
		if err != nil {
			t.Fatal(err)
		}
		if ownerOf(info) == 0 {
			t.Error("root owns the cluster")
		}
		mustKeep(t, begin(t, options), named)
		if joined := begin(t, options); !joined.Joined() {
			t.Error("not joined")
		}
	})
	t.Run("Err root without user namespaces, where others cannot enter", func(t *testing.T) {
		t.Parallel()
		closed := temporary(t)
		if err := os.Chmod(closed, 0o700); err != nil {
			t.Fatal(err)
		}
		options := with(filepath.Join(closed, "postgres"))
		options.noSpaces = true
		mustRefuse(t, options, ErrNoIdentity)
		options.noSpaces = false
		begin(t, options) // and where they are allowed it works
	})
}

// mustOutliveKills starts a cluster three times as the user and kills program and server twice; rows only grow.
func mustOutliveKills(t *testing.T, uid int) {
	t.Helper()
	folder := filepath.Join(temporary(t), "postgres")
	data := dataFolder(folder)
	before := 0
	for range 3 {
		killed := start(t, "commit", folder, uid, "HOME=/nonexistent")
		first, err := strconv.Atoi(killed.hear(1))
		if err != nil || first <= before {
			t.Errorf("row %d (%v) after %d", first, err, before)
		}
		noted := readPIDFile(data)
		if fateOf(noted.pid, data, noted.sockets) != fateAlive {
			t.Error("the server is not known for what it is")
		}
		if before, err = strconv.Atoi(killed.kill()); err != nil {
			t.Error(err)
		}
		_ = syscall.Kill(noted.pid, syscall.SIGKILL)
	}
	last := start(t, "hold", folder, uid, "HOME=/nonexistent") // recovers, and gives the shared memory back
	last.hear(1)
	_ = last.input.Close()
	<-last.finished
	if err := last.command.Wait(); err != nil {
		t.Errorf("%v %s", err, last.errors)
	}
}
