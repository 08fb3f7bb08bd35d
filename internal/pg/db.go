package pg

import (
	"context"
	"database/sql"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"
)

// DB is one Postgres database: bun over a pgx pool for models and queries, the pool itself for COPY and bulk reads.
type DB struct {
	*bun.DB
	Pool   *pgxpool.Pool
	Schema string // "" is the login's own search path
	Name   string // the first pool that lives in it, of a zone in several databases; ZONE for the home database

	zone *databases                // nil when this database is the whole zone
	kept sync.Map                  // what never changes, once it was read
	full atomic.Pointer[time.Time] // when the last command found no room; nil once one has found it

	writing seats // of the transactions that may write
	probe   probe

	moved atomic.Bool // the last command met a schema that this program may not write
}

// Close gives all connections back.
func (db *DB) Close() {
	db.probe.close()
	_ = db.DB.Close()
	db.Pool.Close()
}

func (db *DB) base() *sql.DB { return db.DB.DB }

func (db *DB) connections() *pgxpool.Pool { return db.Pool }

// Reset drops idle connections, so that new ones learn the types a migration has just made.
func (db *DB) Reset() { db.Pool.Reset() }

// Answers asks the database whether it is there, within two seconds; nil when it is. Those who ask at the same time
// share one question.
func (db *DB) Answers(ctx context.Context) error {
	answer := db.probe.asks.DoChan("", func() (any, error) {
		asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), probeMax) // also for those who ask with us
		defer cancel()
		return nil, db.probe.ask(asking)
	})
	select {
	case <-ctx.Done():
		return ctx.Err()
	case got := <-answer:
		return got.Err
	}
}

// databases are those of one zone that is kept in several. Each pool lives whole in one of them, so that every command
// is one ordinary transaction. The home database has what belongs to no pool, and every pool that lives nowhere else;
// reference tables are written there and copied to the others.
type databases struct {
	all    []*DB          // home first
	of     map[string]*DB // pools that live elsewhere
	spread func(ctx context.Context, home, other *DB) error

	mutex  sync.Mutex
	behind map[string]error // name of a database → why the last copy to it failed
}
