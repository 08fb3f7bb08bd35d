package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/rs/zerolog"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/backup"
	"gongbao/internal/clock"
	"gongbao/internal/embedded"
	"gongbao/internal/periodend"
	"gongbao/internal/pg"
	"gongbao/migrations"
	"gongbao/zone"
)

// Names inside the embedded Postgres.
const (
	embeddedDatabase    = "gongbao"
	embeddedOwner       = "gongbao_owner"
	embeddedApplication = "gongbao_app"
)

// house is what a command works with: the database, the wings, and what was started for it.
type house struct {
	db          *pg.DB
	zone        *zone.Service
	coinsurance *coinsurance.Service
	insurance   *insurance.Service
	claims      *claims.Service
	dossier     *dossier.Service
	periods     *periodend.Service
	owner       string            // the home database's address for the owner's login
	address     string            // and for the application's
	owners      map[string]string // the owner's address for pools that live elsewhere
	spread      string            // flags by which another command finds what this one started
	started     []string          // what was started or found, for the first screen
	traced      bool              // queries make spans
	// person is who holds a bearer token
	person     func(ctx context.Context, token string) (access.Principal, error)
	trusts     func(token string) bool // a token that was good a moment ago
	appendOnly bool                    // the application's login lacks the right to change what was written
	manner     manner
	clock      clock.Clock
	stops      []func()
}

// manner is what a command does to the database it opens.
type manner int

const (
	writes manner = iota // it may change the book; an embedded database is made and migrated for it
	reads                // it changes nothing: no migration, no grants, no copies
	copies               // as reads, and the schema may be an older one
	makes                // it makes the schema itself
)

// close stops what was started, last first.
func (h *house) close() {
	for i := len(h.stops) - 1; i >= 0; i-- {
		h.stops[i]()
	}
}

// openToRead starts or finds Postgres and changes nothing: h.db is all that is opened.
func (c *config) openToRead(ctx context.Context, log zerolog.Logger, how manner) (*house, error) {
	h := &house{manner: how, clock: c.time()}
	places, err := c.places(ctx, log, h)
	if err == nil {
		err = h.openPlaces(ctx, log, places)
	}
	if err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// open starts or finds Postgres and gives the wings what they need. An embedded database is brought up to date; one
// that is somebody else's is only looked at: "gongbao migrate" does that, with the owner's login.
func (c *config) open(ctx context.Context, log zerolog.Logger) (*house, error) {
	h := &house{clock: c.time(), traced: c.traces != ""}
	places, err := c.places(ctx, log, h)
	if err == nil {
		err = h.openPlaces(ctx, log, places)
	}
	if err != nil {
		h.close()
		return nil, err
	}
	now := c.time()
	h.zone, h.coinsurance = zone.NewService(h.db, now), coinsurance.NewService(h.db, now)
	h.insurance = insurance.NewService(h.db, now)
	h.claims = claims.NewService(h.db, now)
	h.periods = periodend.NewService(h.db, now)
	if h.dossier, err = c.openDossier(h); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// openDossier keeps documents in the store of documents.
func (c *config) openDossier(h *house) (*dossier.Service, error) {
	store, err := c.openDocuments()
	if err != nil {
		return nil, err
	}
	return dossier.NewService(h.claims, h.db, store), nil
}

// postgres gives the addresses for the owner's and the application's login.
func (c *config) postgres(ctx context.Context, log zerolog.Logger, h *house) (owner, application string, err error) {
	if c.database != "" {
		owner = c.migrate
		if owner == "" {
			owner = c.database
		}
		h.started = append(h.started, "Postgres: as DATABASE_URL says")
		return owner, c.database, nil
	}
	return c.embeddedPostgres(ctx, log, h, "postgres")
}

// startEmbedded starts the private Postgres of a folder until the house is closed, or joins it.
func startEmbedded(
	ctx context.Context, log zerolog.Logger, h *house, folder string,
) (owner, application string, err error) {
	server, err := embedded.StartPostgres(ctx, embedded.PostgresOptions{Dir: folder, Log: log, There: h.looks()})
	if err != nil {
		return "", "", fmt.Errorf("start the embedded Postgres: %w", err)
	}
	h.stops = append(h.stops, func() {
		if err := server.Stop(context.WithoutCancel(ctx)); err != nil {
			log.Error().Err(err).Msg("stop the embedded Postgres")
		}
	})
	found := "started"
	if server.Joined() {
		found = "joined"
	}
	h.started = append(h.started, fmt.Sprintf("Postgres %s: embedded, %s, in %s", server.Version(), found, folder))
	if !h.looks() {
		if err := furnish(ctx, server); err != nil {
			return "", "", err
		}
	}
	return server.URL(embeddedDatabase, embeddedOwner), server.URL(embeddedDatabase, embeddedApplication), nil
}

// furnish makes the two logins and the database in an embedded server, once.
func furnish(ctx context.Context, server *embedded.Postgres) error {
	conn, err := pg.Connect(ctx, server.URL("postgres", ""))
	if err != nil {
		return fmt.Errorf("reach the embedded Postgres: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, login := range []string{embeddedOwner, embeddedApplication} {
		create := `DO $$ BEGIN CREATE ROLE ` + login + ` LOGIN;
			EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`
		if _, err := conn.Exec(ctx, create); err != nil {
			return fmt.Errorf("make the login %s: %w", login, err)
		}
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+embeddedDatabase+" OWNER "+embeddedOwner)
	if pg.CodeOf(err) == "42P04" || pg.CodeOf(err) == "23505" { // it is there, or is being made at this moment
		return nil
	}
	return err
}

// looks says that nothing is made or changed.
func (h *house) looks() bool { return h.manner == reads || h.manner == copies }

// prepare opens a database with the application's login, if its schema fits this program. One that is ours is migrated
// before, when the command writes.
func (h *house) prepare(ctx context.Context, log zerolog.Logger, at place) (*pg.DB, error) {
	if at.embedded && h.manner == writes {
		done, err := migrate(ctx, at.owner, at.application, h.clock, func(string, int, int) {})
		if err != nil {
			return nil, err
		}
		if len(done.applied) > 0 {
			h.started = append(h.started, fmt.Sprintf("Schema: %d migrations applied", len(done.applied)))
		}
		h.started = append(h.started, broughtOver(done.brought)...)
	}
	address := at.application
	if at.embedded && h.manner == copies {
		address = at.owner // before its first migration by this program, the other may not see which schema it is
	}
	db, err := pg.Open(ctx, pg.Options{URL: address, Trace: h.traced})
	if err != nil {
		return nil, err
	}
	h.stops = append(h.stops, db.Close)
	if len(at.pools) > 0 {
		db.Name = at.pools[0]
	}
	if err := h.fits(ctx, db); err != nil || h.looks() {
		return db, err
	}
	var mayChange bool
	if err := pg.Row(ctx, db, `SELECT has_table_privilege('posting', 'UPDATE')`, nil, &mayChange); err != nil {
		return nil, fmt.Errorf("ask for the rights of the application's login: %w", err)
	}
	h.appendOnly = h.appendOnly && !mayChange
	if mayChange {
		log.Warn().Str("append_only", "unenforced").
			Msg(
				"the database login may change postings; give the service a login of its own (MIGRATE_DATABASE_URL for the owner)",
			)
	}
	return db, nil
}

// fits refuses a database that is half restored, or whose schema is older or newer than this program can work with.
func (h *house) fits(ctx context.Context, db *pg.DB) error {
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
	if h.manner != copies || !errors.Is(err, pg.ErrSchemaOlder) {
		return err
	}
	if applied, failure := pg.Applied(ctx, db); failure != nil || len(applied) == 0 {
		return err
	}
	return nil // a backup is taken before a migration
}

// migrated is what bringing a database up to date came to.
type migrated struct {
	applied []string // migrations, newly
	brought periodend.BroughtOver
}

// migrate brings the schema up to date, gives the application's login its rights when it is another than the owner's,
// and takes the steps that bring an older book over. All of it may be repeated.
func migrate(
	ctx context.Context, owner, application string, clock clock.Clock, told func(step string, done, of int),
) (done migrated, err error) {
	db, err := pg.Open(ctx, pg.Options{URL: owner, MaxConnections: 4})
	if err != nil {
		return done, err
	}
	defer db.Close()
	if err := backup.Finished(ctx, db); err != nil {
		return done, err
	}
	if done.applied, err = pg.Migrate(ctx, db, migrations.Files); err != nil {
		return done, err
	}
	if ownerLogin, applicationLogin := loginOf(owner), loginOf(application); ownerLogin != applicationLogin {
		err = pg.Grant(ctx, db, applicationLogin, pg.Grants{
			AppendOnly: migrations.AppendOnly, Mutable: migrations.Mutable, Queues: migrations.Queues,
			Views: migrations.Views,
		})
		if err != nil {
			return done, err
		}
	}
	done.brought, err = periodend.BringOver(ctx, db, clock, told)
	return done, err
}

func loginOf(address string) string {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return ""
	}
	return config.User
}

// folder is where embedded parts keep their data.
func (c *config) folder() (string, error) {
	if c.data != "" {
		return filepath.Abs(c.data)
	}
	return embedded.DefaultDir()
}

// psql is the command to look into the database by hand; without a password in it.
func (h *house) psql() string {
	shown := pg.Shown(h.address)
	if shown == pg.Unreadable {
		return "psql"
	}
	return fmt.Sprintf("psql '%s'", shown)
}

var errBookBroken = errors.New("the book does not verify")
