//go:build linux || darwin

package embedded

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func mustRefuse(t *testing.T, options PostgresOptions, want error) {
	t.Helper()
	server, err := StartPostgres(t.Context(), options)
	if err == nil {
		stop(t, server)
	}
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func ask(t *testing.T, address, question string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var answer string
	if err := conn.QueryRow(t.Context(), question).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	options := with(filepath.Join(temporary(t), "postgres"))
	options.Fast = true
	options.Settings = map[string]string{"work_mem": "7MB"}
	server := begin(t, options)
	if _, err := os.Stat(filepath.Join(options.Dir, "socket", ".s.PGSQL."+port)); err != nil {
		t.Error(err)
	}
	conn, err := pgx.Connect(t.Context(), server.URL("postgres", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for _, statement := range []string{"CREATE ROLE clerk LOGIN", "CREATE DATABASE branch OWNER clerk"} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ name, database, login, question, want string }{
		{"superuser", "postgres", "", "SELECT current_user", "postgres"},
		{"another login and database", "branch", "clerk", "SELECT current_user || '@' || current_database()", "clerk@branch"},
		{"version", "postgres", "", "SELECT split_part(current_setting('server_version'), ' ', 1)", server.Version()},
		{"no network", "postgres", "", "SELECT current_setting('listen_addresses')", ""},
		{"sorting", "postgres", "", "SELECT datcollate FROM pg_database WHERE datname = 'branch'", "C"},
		{"encoding", "postgres", "", "SELECT current_setting('server_encoding')", "UTF8"},
		{"checksums", "postgres", "", "SELECT current_setting('data_checksums')", "on"},
		{"fast", "postgres", "", "SELECT current_setting('fsync')", "off"},
		{"time zone", "postgres", "", "SELECT current_setting('timezone')", "UTC"},
		{"a setting", "postgres", "", "SELECT current_setting('work_mem')", "7MB"},
	} {
		t.Run("OK "+test.name, func(t *testing.T) {
			t.Parallel()
			if got := ask(t, server.URL(test.database, test.login), test.question); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPostgresFolder(t *testing.T) {
	t.Parallel()
	t.Run("OK a half-made cluster is made anew", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), "postgres")
		for _, stray := range []string{dataFolder(folder), filepath.Join(folder, "making-1")} {
			if err := os.MkdirAll(filepath.Join(stray, "base"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(stray, "PG_VERSION"), []byte("15\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		begin(t, with(folder))
		if left, _ := filepath.Glob(filepath.Join(folder, "making-*")); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
	t.Run("OK a path too long for a socket, and somebody's link in the way", func(t *testing.T) {
		t.Parallel()
		folder := filepath.Join(temporary(t), strings.Repeat("long", 30))
		real, err := filepath.EvalSymlinks(filepath.Dir(folder))
		if err != nil {
			t.Fatal(err)
		}
		hash := sha256.Sum256([]byte(filepath.Join(real, filepath.Base(folder))))
		usual := filepath.Join(os.TempDir(), fmt.Sprintf("gongbao-%d-%s", os.Geteuid(), hex.EncodeToString(hash[:6])))
		elsewhere := temporary(t)
		if err := os.Symlink(elsewhere, usual); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Remove(usual) })
		server := begin(t, with(folder))
		if left, _ := os.ReadDir(elsewhere); len(left) > 0 || server.sockets == usual {
			t.Errorf("the socket is where somebody else's link points")
		}
		if joined := begin(t, with(folder)); !joined.Joined() || joined.sockets != server.sockets {
			t.Errorf("joined at %s, the socket is in %s", joined.sockets, server.sockets)
		}
		stop(t, server)
		if _, err := os.Lstat(server.sockets); err == nil {
			t.Errorf("the folder of the socket is left in %s", server.sockets)
		}
	})
}

func TestPostgresRefused(t *testing.T) {
	t.Parallel()
	t.Run("Err no folder", func(t *testing.T) {
		t.Parallel()
		if _, err := StartPostgres(t.Context(), with("")); err == nil {
			t.Error("it started nowhere")
		}
	})
	t.Run("Err a setting the server does not know", func(t *testing.T) {
		t.Parallel()
		options := with(filepath.Join(temporary(t), "postgres"))
		options.Settings = map[string]string{"no_such_setting": "1"}
		if _, err := StartPostgres(t.Context(), options); err == nil || !strings.Contains(err.Error(), "no_such_setting") {
			t.Errorf("got %v, want the server's own words", err)
		}
		options.Settings = nil
		begin(t, options) // the lock was given back
	})
	t.Run("Err the start is called off", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		options := with(filepath.Join(temporary(t), "postgres"))
		options.beforeMove = cancel
		if _, err := StartPostgres(ctx, options); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
		begin(t, with(options.Dir))
	})
}

func TestDefaultDir(t *testing.T) {
	home, data := temporary(t), temporary(t)
	inHome := filepath.Join(home, ".local", "share", "gongbao")
	for _, test := range []struct{ name, home, data, want string }{
		{"OK the folder for data", home, data, filepath.Join(data, "gongbao")},
		{"OK the home", home, "", inHome},
		{"OK a folder for data that is no absolute path", home, "here", inHome},
		{"OK no home", "", "", filepath.Join(data, fmt.Sprintf("gongbao-data-%d", os.Geteuid()))},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("HOME", test.home)
			t.Setenv("XDG_DATA_HOME", test.data)
			t.Setenv("TMPDIR", data)
			got, err := DefaultDir()
			if err != nil || got != test.want {
				t.Errorf("got %s, %v, want %s", got, err, test.want)
			}
		})
	}
	t.Run("Err a link of somebody else's in the temporary folder", func(t *testing.T) {
		trap := temporary(t)
		t.Setenv("HOME", "")
		t.Setenv("XDG_DATA_HOME", "")
		t.Setenv("TMPDIR", trap)
		if err := os.Symlink(home, filepath.Join(trap, fmt.Sprintf("gongbao-data-%d", os.Geteuid()))); err != nil {
			t.Fatal(err)
		}
		if folder, err := DefaultDir(); err == nil {
			t.Errorf("got %s", folder)
		}
	})
}
