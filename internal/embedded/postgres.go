package embedded

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

const (
	port     = "5432" // names the socket; nothing listens on the network
	pause    = 10 * time.Millisecond
	delay    = 5 * time.Second  // for the children of a program that was called off
	patience = 30 * time.Second // for what is left of a server that was killed, and for a server to stop
	startMax = 10 * time.Minute // for a whole start: it may fetch binaries or recover from a crash
)

// PostgresOptions say where the cluster lies and how it runs.
type PostgresOptions struct {
	Dir      string // folder of this cluster; it is made, and only we may enter it
	Fast     bool   // for tests: a crash of the machine (not of a process) may lose data
	There    bool   // fail with ErrNoCluster instead of making one
	Alone    bool   // fail with ErrOwned instead of joining another process's server
	Log      zerolog.Logger
	Settings map[string]string // further settings of the server

	find       finder // nil: the system's, else the npm package
	noSpaces   bool   // for tests: as if user namespaces were denied
	beforeMove func() // for tests: the cluster is made and not yet in its place
}

// Postgres is a running private server. When it is killed, the process that owns it starts it again.
type Postgres struct {
	options PostgresOptions
	version string
	sockets string
	lock    *os.File // nil when another process owns the server
	keeper  *keeper  // nil when another process owns the server
	once    sync.Once
	stopped error
}

// StartPostgres starts the cluster of a folder, making it first if need be, or joins it when another process owns it.
// The context bounds the start only. It refuses with ErrForeignCluster, ErrNoBinaries, ErrOtherMajor, ErrOtherChecksum
// and ErrNoIdentity; ErrOwned is given to who asked to be
// alone, ErrNoCluster to who asked for one that is there.
func StartPostgres(ctx context.Context, options PostgresOptions) (*Postgres, error) {
	if options.There {
		if existing, err := inspect(dataFolder(options.Dir)); err != nil || existing == "" {
			return nil, errors.Join(err, ErrNoCluster.Case(fault.Args{"folder": options.Dir}))
		}
	}
	folder, err := realFolder(options.Dir)
	if err != nil {
		return nil, err
	}
	options.Dir = folder
	if options.find == nil {
		options.find = options.binaries
	}
	ctx, cancel := context.WithTimeout(ctx, startMax)
	defer cancel()
	told, begun := false, clock.Stopwatch()
	for {
		lock, err := acquire(filepath.Join(folder, "owner.lock"))
		if err == nil {
			return own(ctx, options, lock)
		}
		if !errors.Is(err, ErrOwned) || options.Alone {
			return nil, err
		}
		// Its owner may be starting it, or may be dying with the lock still in its hands: one of the two ends this.
		if joined := join(ctx, options); joined != nil {
			return joined, nil
		}
		if !told && clock.Since(begun) > 2*time.Second {
			options.Log.Info().Str("folder", folder).Msg("waiting for the embedded Postgres of another process")
			told = true
		}
		if err := wait(ctx, pause); err != nil {
			return nil, fmt.Errorf("another process owns %s and its server does not answer: %w", folder, err)
		}
	}
}

// join gives the server that another process owns, nil as long as it does not answer.
func join(ctx context.Context, options PostgresOptions) *Postgres {
	noted := readPIDFile(dataFolder(options.Dir))
	if !noted.ready {
		return nil
	}
	version, err := answers(ctx, noted.sockets)
	if err != nil {
		return nil
	}
	options.Log.Info().Str("version", version).Str("folder", options.Dir).
		Msg("joined the embedded Postgres of another process; it ends with that process")
	return &Postgres{options: options, version: version, sockets: noted.sockets}
}

// own starts the server for a folder whose lock we hold; the lock is given back when that fails.
func own(ctx context.Context, options PostgresOptions, lock *os.File) (_ *Postgres, err error) {
	begun := clock.Stopwatch()
	defer func() {
		if err != nil {
			release(lock)
		}
	}()
	data := dataFolder(options.Dir)
	existing, err := inspect(data)
	if err != nil {
		return nil, err
	}
	found, err := options.find(ctx, existing)
	if err != nil {
		return nil, err
	}
	who, err := chooseIdentity(ctx, options, found, existing != "")
	if err != nil {
		return nil, err
	}
	if existing == "" {
		if err := initialise(ctx, options, found, who); err != nil {
			return nil, err
		}
	}
	sockets, err := socketFolder(options.Dir, who)
	if err != nil {
		return nil, err
	}
	starter := &starter{options: options, found: found, who: who, data: data, sockets: sockets}
	running, version, err := starter.raise(ctx)
	if err != nil {
		return nil, err
	}
	options.Log.Info().Str("version", version).Str("folder", options.Dir).Bool("first", existing == "").
		Str("as", who.name).Dur("took_ms", clock.Since(begun)).Msg("started an embedded Postgres; it is not for production")
	return &Postgres{
		options: options, version: version, sockets: sockets, lock: lock, keeper: keep(starter, running, lock),
	}, nil
}

// URL is an address for a database and a login; "" is the superuser. It is understood by pgx and by psql.
func (p *Postgres) URL(database, login string) string {
	if login == "" {
		login = superuser
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
func (p *Postgres) Joined() bool { return p.keeper == nil }

// Stop ends a server that we own and waits for its end: open transactions are undone, nothing committed is lost. Who
// joined it meanwhile loses it. A server that we joined ourselves is left alone. A second call gives the first's
// answer.
func (p *Postgres) Stop(ctx context.Context) error {
	p.once.Do(func() {
		if p.keeper == nil {
			return
		}
		p.stopped = p.keeper.stop(ctx)
		if filepath.Dir(p.sockets) != p.options.Dir {
			_ = os.Remove(p.sockets) //nolint:gosec // our temporary folder, empty when the server has stopped
		}
		release(p.lock)
	})
	return p.stopped
}

// answers asks the server behind the sockets for its version.
func answers(ctx context.Context, sockets string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pg.Connect(ctx, addressOf(sockets, superuser, superuser))
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	version, _, _ := strings.Cut(conn.PgConn().ParameterStatus("server_version"), " ")
	return version, nil
}

// wait lets a moment pass, unless the time is up.
func wait(ctx context.Context, moment time.Duration) error {
	timer := time.NewTimer(moment)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
