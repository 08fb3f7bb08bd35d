package embedded

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rs/zerolog"
)

const (
	port         = "5432" // names the socket; nothing listens on the network
	patience     = 30 * time.Second
	pause        = 30 * time.Millisecond
	completeMark = "gongbao-complete" // says that initdb came to its end
)

// PostgresOptions say where the cluster lies and how it runs.
type PostgresOptions struct {
	Dir      string // folder of this cluster
	Fast     bool   // for tests: a crash of the machine may lose data
	Alone    bool   // fail with ErrOwned instead of joining another process's server
	Log      zerolog.Logger
	Settings map[string]string // further settings of the server
	find     func(major string) (binaries, error)
}

// Postgres is a running private server.
type Postgres struct {
	version string
	sockets string
	lock    *os.File // nil when another process owns the server
	server  *server  // nil when another process owns the server
}

// ErrOwned says that another process owns the server of a folder.
var ErrOwned = errors.New("another process owns the folder")

// StartPostgres starts the cluster of a folder, making it first if need be, or joins it when another process owns it.
// It fails with a text that says what to install when there are no binaries.
func StartPostgres(ctx context.Context, options PostgresOptions) (*Postgres, error) {
	if options.find == nil {
		options.find = options.binaries
	}
	folder, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, err
	}
	options.Dir = folder
	sockets := socketFolder(folder)
	for _, needed := range []string{folder, sockets} {
		if err := privateFolder(needed); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		lock, err := acquire(filepath.Join(folder, "owner.lock"))
		if err == nil {
			started, err := own(ctx, options, sockets, lock)
			if err != nil {
				_ = lock.Close()
			}
			return started, err
		}
		if !errors.Is(err, ErrOwned) || options.Alone {
			return nil, err
		}
		if version, err := answers(ctx, sockets); err == nil {
			return &Postgres{version: version, sockets: sockets}, nil
		}
		if err := wait(ctx); err != nil {
			return nil, fmt.Errorf("another process owns %s and its server does not answer: %w", folder, err)
		}
	}
}

// own starts the server for a folder whose lock we hold.
func own(ctx context.Context, options PostgresOptions, sockets string, lock *os.File) (*Postgres, error) {
	data := filepath.Join(options.Dir, "data")
	if err := outlive(ctx, data); err != nil {
		return nil, err
	}
	found, err := options.find(majorOf(data))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(data, completeMark)); err != nil {
		if err := initialise(ctx, options, found, data); err != nil {
			return nil, err
		}
	}
	for {
		running, err := startServer(found, options, data, sockets)
		if err != nil {
			return nil, err
		}
		version, err := running.ready(ctx, sockets)
		if err == nil {
			return &Postgres{version: version, sockets: sockets, lock: lock, server: running}, nil
		}
		// Backends of a server that was killed may live a moment longer and hold its shared memory: try again.
		if !errors.Is(err, errServerGone) || !strings.Contains(running.lastWords(), "postmaster.pid") &&
			!strings.Contains(running.lastWords(), "shared memory") {
			running.kill()
			return nil, fmt.Errorf("the embedded Postgres did not start: %w\n%s", err, running.lastWords())
		}
		if err := wait(ctx); err != nil {
			return nil, fmt.Errorf("the embedded Postgres did not start: %w\n%s", err, running.lastWords())
		}
	}
}

// URL is an address for a database and a login; "" is the superuser.
func (p *Postgres) URL(database, login string) string {
	if login == "" {
		login = "postgres"
	}
	return addressOf(p.sockets, database, login)
}

func addressOf(sockets, database, login string) string {
	at := url.URL{Scheme: "postgres", User: url.User(login), Path: "/" + database}
	at.RawQuery = url.Values{"host": {sockets}, "port": {port}}.Encode()
	return at.String()
}

// Version is the server's version, "17.10".
func (p *Postgres) Version() string { return p.version }

// Joined says that another process owns the server.
func (p *Postgres) Joined() bool { return p.server == nil }

// Stop ends a server that we own, open transactions are undone; one that we joined is left alone.
func (p *Postgres) Stop(ctx context.Context) error {
	if p.server == nil {
		return nil
	}
	defer func() { _ = p.lock.Close() }()
	return p.server.stop(ctx)
}

// answers asks the server behind the sockets for its version.
func answers(ctx context.Context, sockets string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, addressOf(sockets, "postgres", "postgres"))
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	version, _, _ := strings.Cut(conn.PgConn().ParameterStatus("server_version"), " ")
	return version, nil
}

// wait lets a moment pass, unless the time is up.
func wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(pause):
		return nil
	}
}

// majorOf is the major version a cluster was made by, "" when there is none.
func majorOf(data string) string {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
