package bench

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/rs/zerolog"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/filestore"
	"gongbao/internal/httpapi"
	"gongbao/internal/identity"
	"gongbao/internal/lab/sample"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/migrations"
	"gongbao/product"
	"gongbao/zone"
)

// The pool that is measured has six members; one of them writes and handles claims.
const (
	pool   = "IC"
	leader = "SHAHU"
)

var (
	underwriter = access.Person("underwriter", access.Member, leader, access.Underwriter)
	handler     = access.Person("handler", access.Member, leader, access.Claims)
	reader      = access.Person("reader", access.Regulator, "", access.Reader)
)

const tokenLife = 12 * time.Hour

// house is the whole service on a scratch schema, listening on loopback as it does in earnest, and beside it a second
// schema with tables of the same shape for the floor.
type house struct {
	db         *pg.DB
	insurance  *insurance.Service
	claims     *claims.Service
	periods    *periodend.Service
	settlement *settlement.Service
	clock      clock.Clock
	floor      *floor
	address    string // of the API
	wake       func() // of the relay that runs; nil for none
	book       *book  // that it was filled with; nil for none

	meter   *meter
	tokens  map[string]string // by person
	lossDay calendar.Date     // within every policy that is made
	server  *http.Server
	api     *httpapi.Server
	folder  string
}

// open makes a house with the sample zone founded in it. It keeps the database's own settings: what is measured waits
// for the disk as the service does.
func open(ctx context.Context, r *run) (*house, error) {
	db, err := pg.Open(ctx, pg.Options{URL: r.Database, Schema: scratchName()})
	if err != nil {
		return nil, err
	}
	h := &house{db: db, clock: clock.System{}, tokens: map[string]string{}}
	h.lossDay = calendar.DateOf(h.clock.Now()).AddDays(-1)
	if err := h.furnish(ctx, r); err != nil {
		h.close(ctx)
		return nil, err
	}
	return h, nil
}

func (h *house) furnish(ctx context.Context, r *run) (err error) {
	if _, err := pg.Migrate(ctx, h.db, migrations.Files); err != nil {
		return err
	}
	if _, err := sample.Found(ctx, h.db, h.clock); err != nil {
		return err
	}
	h.insurance, h.claims = insurance.NewService(h.db, h.clock), claims.NewService(h.db, h.clock)
	h.periods, h.settlement = periodend.NewService(h.db, h.clock), settlement.NewService(h.db, h.clock)
	if h.floor, err = openFloor(ctx, r.Database, h.db, r.Size.Callers); err != nil {
		return err
	}
	if h.meter, err = newMeter(ctx, h.db.Pool); err != nil {
		return err
	}
	if h.folder, err = os.MkdirTemp("", "gongbao-bench-"); err != nil {
		return err
	}
	store, err := filestore.OpenFolder(filepath.Join(h.folder, "documents"))
	if err != nil {
		return err
	}
	const version = `SELECT 'Postgres ' || current_setting('server_version')`
	if err := pg.Row(ctx, h.db, version, nil, &r.report.Postgres); err != nil {
		return err
	}
	return h.listen(ctx, dossier.NewService(h.claims, h.db, store), r.Version)
}

// listen opens the doors: the service's own handler, with tokens that it checks.
func (h *house) listen(ctx context.Context, files *dossier.Service, version string) error {
	signer, err := identity.OpenSigner(h.folder, h.clock)
	if err != nil {
		return err
	}
	for _, person := range []access.Principal{underwriter, handler, reader} {
		if h.tokens[person.Subject], err = signer.Token(person, tokenLife); err != nil {
			return err
		}
	}
	h.api = httpapi.NewServer(httpapi.Options{
		DB: h.db, Zone: zone.NewService(h.db, h.clock), Coinsurance: coinsurance.NewService(h.db, h.clock),
		Product: product.NewService(h.db, h.clock), Insurance: h.insurance, Claims: h.claims,
		Dossier: files, Periods: h.periods, Settlement: h.settlement,
		Clock: h.clock, Log: zerolog.Nop(), Person: signer.Verifier().Person, Version: version,
		Wake: func() {
			if h.wake != nil {
				h.wake()
			}
		},
	})
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	h.address = listener.Addr().String()
	h.server = h.api.HTTP(h.address)
	go func() { _ = h.server.Serve(listener) }() // it ends with close, which is no news
	return nil
}

// close drops everything, also when the run was called off.
func (h *house) close(ctx context.Context) {
	if h.server != nil {
		_ = h.server.Close()
	}
	if h.api != nil {
		h.api.Close()
	}
	if h.folder != "" {
		_ = os.RemoveAll(h.folder)
	}
	if h.floor != nil {
		h.floor.close(ctx)
	}
	drop(ctx, h.db.Pool, h.db.Schema)
	h.db.Close()
}

// drop takes a schema away.
func drop(ctx context.Context, from *pgxpool.Pool, schema string) {
	_, _ = from.Exec(context.WithoutCancel(ctx), "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
}

func scratchName() string {
	var drawn [6]byte
	_, _ = rand.Read(drawn[:]) // never fails: it would end the program
	return "bench_" + hex.EncodeToString(drawn[:])
}

// weigh does work of so many operations, looks at the memory meanwhile, and notes what each operation cost.
func (h *house) weigh(ctx context.Context, memory *peak, into *costs, count int, work func() error) error {
	took, err := h.meter.during(ctx, func() error { return memory.during(work) })
	if err == nil {
		into.note(took, count)
	}
	return err
}

// settle lets the server know how large the tables are, as it would find out by itself in time.
func (h *house) settle(ctx context.Context, schemas ...string) error {
	for _, schema := range schemas {
		tables, err := tablesOf(ctx, h.db.Pool, schema)
		if err != nil {
			return err
		}
		for _, table := range tables {
			if _, err := h.db.Pool.Exec(ctx, "VACUUM (ANALYZE) "+schema+"."+table); err != nil {
				return err
			}
		}
	}
	return nil
}

func tablesOf(ctx context.Context, from *pgxpool.Pool, schema string) ([]string, error) {
	var tables []string
	err := from.QueryRow(ctx, `SELECT coalesce(array_agg(c.relname::text ORDER BY c.relname), '{}') FROM pg_class AS c
		WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r'`, schema).Scan(&tables)
	if err == nil && len(tables) == 0 {
		err = errors.New("the scratch schema " + schema + " has no tables")
	}
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	return tables, nil
}
