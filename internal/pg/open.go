package pg

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// enums are the closed lists the schema knows as types; each connection learns them, so that COPY can write them.
var enums = []string{"account", "stream"}

// connectionsMax is enough to keep a few dozen callers and the disk busy: commits that wait together share a flush. A
// fifth of them is not for commands; see seats.
const connectionsMax = 20

// Options say how a database is opened.
type Options struct {
	URL            string // a libpq URL or key=value string
	Schema         string // when set, every connection works in this schema only; else the address's, or public
	Scratch        bool   // a ledger that nobody keeps: its commits do not wait for the disk
	MaxConnections int32  // 0 is what the address says (pool_max_conns), or connectionsMax
	Trace          bool   // spans for queries, to whatever tracer the process has
}

// Open connects; it fails when the server cannot be reached.
func Open(ctx context.Context, options Options) (*DB, error) {
	if !options.Trace {
		return openWith(ctx, options, nil)
	}
	return openWith(ctx, options, otelpgx.NewTracer(
		otelpgx.WithDisableSQLStatementInAttributes(), otelpgx.WithSpanNameFunc(verb), // the text holds business data
	))
}

func openWith(ctx context.Context, options Options, tracer pgx.QueryTracer) (*DB, error) {
	if _, err := parseAddress(options.URL); err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(options.URL)
	if err != nil {
		return nil, errAddress
	}
	// bun writes its arguments into the text; preparing each text would fill every connection with dead statements.
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	var schemas []string
	if options.Schema != "" {
		schemas = []string{options.Schema}
	}
	if err := configure(config.ConnConfig, options.Scratch, schemas); err != nil {
		return nil, err
	}
	switch {
	case options.MaxConnections > 0:
		config.MaxConns = options.MaxConnections
	case !strings.Contains(options.URL, "pool_max_conns"):
		config.MaxConns = connectionsMax
	}
	config.ConnConfig.Tracer = tracer
	config.ConnConfig.DialFunc = watched(config.ConnConfig.DialFunc)
	config.ConnConfig.OnNotice = hearNotice
	config.AfterConnect = learnEnums
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("the database cannot be opened: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("the database does not answer: %w", err)
	}
	connector := connector{Connector: stdlib.GetPoolConnector(pool)}
	base := sql.OpenDB(connector)
	base.SetMaxIdleConns(0) // the pool keeps them
	return &DB{
		DB: bun.NewDB(base, pgdialect.New()), Pool: pool, Schema: options.Schema, Name: Zone,
		writing: newSeats(config.MaxConns), probe: probe{pool: pool},
	}, nil
}

// verb is the first word of a statement, all of it that a span may name.
func verb(statement string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(statement), " ")
	return strings.ToUpper(word)
}

// learnEnums registers the schema's own types on a new connection. Before the first migration there are none.
func learnEnums(ctx context.Context, conn *pgx.Conn) error {
	for _, name := range enums {
		for _, form := range []string{name, "_" + name} {
			var known bool
			if err := hasType.With(named{form}).RowOn(ctx, conn, &known); err != nil {
				return fmt.Errorf("look up the type %s: %w", form, err)
			}
			if !known {
				continue
			}
			loaded, err := conn.LoadType(ctx, form)
			if err != nil {
				return fmt.Errorf("learn the type %s: %w", form, err)
			}
			conn.TypeMap().RegisterType(loaded)
		}
	}
	return nil
}
