package launch

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/rs/zerolog"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/coinsurance/settlement/paper"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/backup"
	"gongbao/internal/clock"
	"gongbao/internal/embedded"
	"gongbao/internal/filestore"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/migrations"
	"gongbao/product"
	"gongbao/zone"
)

// Names inside the embedded Postgres.
const (
	embeddedDatabase    = "gongbao"
	embeddedOwner       = "gongbao_owner"
	embeddedApplication = "gongbao_app"
)

// House is what a command works with: the database, the wings, and what was started for it.
type House struct {
	DB          *pg.DB
	Zone        *zone.Service
	Coinsurance *coinsurance.Service
	Product     *product.Service
	Insurance   *insurance.Service
	Claims      *claims.Service
	dossier     *dossier.Service
	Papers      *paper.Service
	Store       filestore.Store // of documents and papers
	Periods     *periodend.Service
	Settlement  *settlement.Service
	Owner       string            // the home database's address for the owner's login
	Address     string            // and for the application's
	Owners      map[string]string // the owner's address for pools that live elsewhere
	Spread      string            // flags by which another command finds what this one started
	Started     []string          // what was started or found, for the first screen
	traced      bool              // queries make spans
	// person is who holds a bearer token
	person     func(ctx context.Context, token string) (access.Principal, error)
	trusts     func(token string) bool // a token that was good a moment ago
	byTLS      bool                    // callers come by TLS
	AppendOnly bool                    // the application's login lacks the right to change what was written
	Manner     manner
	Clock      clock.Clock
	Stops      []func()
}

// manner is what a command does to the database it opens.
type manner int

const (
	writes manner = iota // it may change the book; an embedded database is made and migrated for it
	Reads                // it changes nothing: no migration, no grants, no copies
	Copies               // as reads, and the schema may be an older one
	Makes                // it makes the schema itself
)

// Close stops what was started, last first.
func (h *House) Close() {
	for i := len(h.Stops) - 1; i >= 0; i-- {
		h.Stops[i]()
	}
}

// OpenToRead starts or finds Postgres and changes nothing: h.db is all that is opened.
func (c *Config) OpenToRead(ctx context.Context, log zerolog.Logger, how manner) (*House, error) {
	h := &House{Manner: how, Clock: c.Time()}
	places, err := c.Places(ctx, log, h)
	if err == nil {
		err = h.openPlaces(ctx, log, places)
	}
	if err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// Open starts or finds Postgres and gives the wings what they need. An embedded database is brought up to date; one
// that is somebody else's is only looked at: "gongbao migrate" does that, with the owner's login.
func (c *Config) Open(ctx context.Context, log zerolog.Logger) (*House, error) {
	h := &House{Clock: c.Time(), traced: c.traces != ""}
	places, err := c.Places(ctx, log, h)
	if err == nil {
		err = h.openPlaces(ctx, log, places)
	}
	if err != nil {
		h.Close()
		return nil, err
	}
	now := c.Time()
	h.Zone, h.Coinsurance = zone.NewService(h.DB, now), coinsurance.NewService(h.DB, now)
	h.Product, h.Insurance = product.NewService(h.DB, now), insurance.NewService(h.DB, now)
	h.Claims = claims.NewService(h.DB, now)
	h.Periods = periodend.NewService(h.DB, now)
	h.Settlement = settlement.NewService(h.DB, now)
	if err = c.openStore(h); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// openStore keeps documents of claims, and papers that are handed out, in the store of documents.
func (c *Config) openStore(h *House) error {
	store, err := c.OpenDocuments()
	if err != nil {
		return err
	}
	h.Store = store
	h.dossier, h.Papers = dossier.NewService(h.Claims, h.DB, store), paper.NewService(h.DB, store, c.Time())
	return nil
}

// Postgres gives the addresses for the owner's and the application's login.
func (c *Config) Postgres(ctx context.Context, log zerolog.Logger, h *House) (owner, application string, err error) {
	if c.Database != "" {
		owner = c.migrate
		if owner == "" {
			owner = c.Database
		}
		h.Started = append(h.Started, "Postgres: as DATABASE_URL says")
		return owner, c.Database, nil
	}
	return c.embeddedPostgres(ctx, log, h, "postgres")
}

// startEmbedded starts the private Postgres of a folder until the house is closed, or joins it.
func startEmbedded(
	ctx context.Context, log zerolog.Logger, h *House, folder string,
) (owner, application string, err error) {
	server, err := embedded.StartPostgres(ctx, embedded.PostgresOptions{Dir: folder, Log: log, There: h.looks()})
	if err != nil {
		return "", "", fmt.Errorf("start the embedded Postgres: %w", err)
	}
	h.Stops = append(h.Stops, func() {
		if err := server.Stop(context.WithoutCancel(ctx)); err != nil {
			log.Error().Err(err).Msg("stop the embedded Postgres")
		}
	})
	found := "started"
	if server.Joined() {
		found = "joined"
	}
	h.Started = append(h.Started, fmt.Sprintf("Postgres %s: embedded, %s, in %s", server.Version(), found, folder))
	if !h.looks() {
		if err := furnish(ctx, server); err != nil {
			return "", "", err
		}
	}
	return server.URL(embeddedDatabase, embeddedOwner), server.URL(embeddedDatabase, embeddedApplication), nil
}

// looks says that nothing is made or changed.
func (h *House) looks() bool { return h.Manner == Reads || h.Manner == Copies }

// prepare opens a database with the application's login, if its schema fits this program. One that is ours is migrated
// before, when the command writes.
func (h *House) prepare(ctx context.Context, log zerolog.Logger, at place) (*pg.DB, error) {
	if at.embedded && h.Manner == writes {
		done, err := Migrate(ctx, at.Owner, at.Application, h.Clock, func(string, int, int) {})
		if err != nil {
			return nil, err
		}
		if len(done.Applied) > 0 {
			h.Started = append(h.Started, fmt.Sprintf("Schema: %d migrations applied", len(done.Applied)))
		}
		h.Started = append(h.Started, BroughtOver(done.Brought)...)
	}
	address := at.Application
	if at.embedded && h.Manner == Copies {
		address = at.Owner // before its first migration by this program, the other may not see which schema it is
	}
	db, err := pg.Open(ctx, pg.Options{URL: address, Trace: h.traced})
	if err != nil {
		return nil, err
	}
	h.Stops = append(h.Stops, db.Close)
	if len(at.Pools) > 0 {
		db.Name = at.Pools[0]
	}
	if err := h.fits(ctx, db); err != nil || h.looks() {
		return db, err
	}
	var mayChange bool
	if err := mayChangePostings.With(pg.None{}).Row(ctx, db, &mayChange); err != nil {
		return nil, fmt.Errorf("ask for the rights of the application's login: %w", err)
	}
	h.AppendOnly = h.AppendOnly && !mayChange
	if mayChange {
		log.Warn().Str("append_only", "unenforced").
			Msg(
				"the database login may change postings; give the service a login of its own (MIGRATE_DATABASE_URL for the owner)",
			)
	}
	return db, nil
}

// fits refuses a database that is half restored, or whose schema is older or newer than this program can work with.
func (h *House) fits(ctx context.Context, db *pg.DB) error {
	if err := backup.Finished(ctx, db); err != nil {
		return err
	}
	known, err := pg.Migrations(migrations.Files)
	if err != nil {
		return err
	}
	if !h.looks() {
		return pg.Writable(ctx, db, known)
	}
	err = pg.Readable(ctx, db, known)
	if h.Manner != Copies || !errors.Is(err, pg.ErrSchemaOlder) {
		return err
	}
	if applied, failure := pg.Applied(ctx, db); failure != nil || len(applied) == 0 {
		return err
	}
	return nil // a backup is taken before a migration
}

// Folder is where embedded parts keep their data.
func (c *Config) Folder() (string, error) {
	if c.Data != "" {
		return filepath.Abs(c.Data)
	}
	return embedded.DefaultDir()
}

// Psql is the command to look into the database by hand; without a password in it.
func (h *House) Psql() string {
	shown := pg.Shown(h.Address)
	if shown == pg.Unreadable {
		return "psql"
	}
	return fmt.Sprintf("psql '%s'", shown)
}

// OpenDocuments opens the store of documents: DOCUMENTS_DIR, else beside the embedded parts.
func (c *Config) OpenDocuments() (filestore.Store, error) {
	root, err := c.documentsFolder()
	if err != nil {
		return nil, err
	}
	return filestore.OpenFolder(root)
}

// LookAtDocuments is OpenDocuments for who reads only: a folder that is not there is not made, and has no file.
func (c *Config) LookAtDocuments() (filestore.Store, error) {
	root, err := c.documentsFolder()
	if err != nil {
		return nil, err
	}
	return filestore.ReadFolder(root), nil
}

func (c *Config) documentsFolder() (string, error) {
	if c.documents != "" {
		return c.documents, nil
	}
	folder, err := c.Folder()
	return filepath.Join(folder, "documents"), err
}
