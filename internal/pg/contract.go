package pg

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gongbao/internal/fault"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
)

// Contract is what this program knows of the schema. The database says, in its one row of schema_contract, which
// contract may read it and which may write it; a program whose number is lower is refused. A migration raises the
// numbers, and this one with them, only when it breaks older programs, and does so with its first statements:
//
//	LOCK TABLE schema_contract IN ACCESS EXCLUSIVE MODE;
//	UPDATE schema_contract SET readable_by = 2, writable_by = 2;
//
// Every transaction that writes reads the row with its first message and so holds a lock on the table to its end: the
// migration waits for those that are under way, and those that come later wait for it and see the new number.
const Contract = 3

// contractSQL fails on the server when this program may not write: what was sent with it is then not done.
const contractSQL = `SELECT CASE WHEN coalesce((SELECT writable_by FROM schema_contract), 32767) > $1::integer
	THEN ('contract ' || coalesce((SELECT writable_by FROM schema_contract), 32767))::integer END`

// beginSQL begins a transaction. It is prepared like all that is sent in batches.
const beginSQL = "begin"

// broken turns what the server says to contractSQL into its refusal.
func broken(err error) error {
	switch CodeOf(err) {
	case "22P02": // the number that is none
		return ErrSchemaMovedOn.Case(fault.Args{"known": Contract}).From(err)
	case "42P01", "42501": // there is no such table, or no right to read it
		return ErrSchemaOlder.From(err)
	}
	return err
}

// MovedOn says that the last command met a schema that this program may not write.
func (db *DB) MovedOn() bool { return db.moved.Load() }

// Readable refuses a database whose schema lacks one of the migrations that the program knows (pg.schema_older), or
// that must not be read by it (pg.schema_moved_on). It changes nothing and needs no more than the right to read.
func Readable(ctx context.Context, db *DB, known []string) error {
	return fits(ctx, db, known, "readable_by")
}

// Writable is Readable for a program that writes.
func Writable(ctx context.Context, db *DB, known []string) error {
	return fits(ctx, db, known, "writable_by")
}

func fits(ctx context.Context, db *DB, known []string, by string) error {
	wanted, there, err := contractOf(ctx, db, by)
	if err == nil && !there {
		if err = Elsewhere(ctx, db); err == nil {
			err = ErrSchemaOlder.Case(fault.Args{"database": db.Name})
		}
	}
	if err != nil {
		return err
	}
	if wanted > Contract {
		return ErrSchemaMovedOn.Case(fault.Args{"database": db.Name, "wanted": wanted, "known": Contract})
	}
	applied, err := Applied(ctx, db)
	if CodeOf(err) == "42501" {
		return ErrSchemaOlder.Case(fault.Args{"database": db.Name}).From(err)
	}
	if err != nil {
		return err
	}
	for _, number := range known {
		if !slices.Contains(applied, number) {
			return ErrSchemaOlder.Case(fault.Args{"database": db.Name, "migration": number})
		}
	}
	return nil
}

// contractOf reads a number of the contract; a database from before there was one has none.
func contractOf(ctx context.Context, handle bun.IDB, by string) (wanted int, there bool, err error) {
	err = Row(ctx, handle, `SELECT to_regclass('schema_contract') IS NOT NULL`, nil, &there)
	if err != nil || !there {
		return 0, false, err
	}
	err = Row(ctx, handle, `SELECT coalesce((SELECT `+by+` FROM schema_contract), 32767)`, nil, &wanted)
	if CodeOf(err) == "42501" {
		err = ErrSchemaOlder.From(err)
	}
	return wanted, true, err
}

// Elsewhere refuses, with pg.schema_elsewhere, a database that has no book where this program looks, and one where the
// login would look by itself: a second one must not be begun beside it.
func Elsewhere(ctx context.Context, db *DB) error {
	if db.Schema != "" {
		return nil
	}
	var path, login string
	err := Row(ctx, db, `SELECT reset_val, session_user::text FROM pg_settings WHERE name = 'search_path'
		AND to_regclass('period_head') IS NULL`, nil, &path, &login)
	if NoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("ask for the login's search path: %w", err)
	}
	for entry := range strings.SplitSeq(path, ",") {
		schema := strings.Trim(strings.TrimSpace(entry), `"`)
		if schema == "$user" {
			schema = login
		}
		var there bool
		err := Row(ctx, db, `SELECT EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
			WHERE n.nspname = $1 AND c.relname = 'period_head')`, []any{schema}, &there)
		if err != nil {
			return fmt.Errorf("look for a book in %s: %w", schema, err)
		}
		if there {
			return ErrSchemaElsewhere.Case(fault.Args{"schema": schema})
		}
	}
	return nil
}

// Write runs one statement as a transaction of its own, in one round trip with the question whether this program may
// write, and calls each for every row it gives. Its plan is made for its values.
func Write(ctx context.Context, db *DB, query string, args []any, each func(pgx.Rows) error) error {
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("take a connection: %w", err)
	}
	defer conn.Release()
	if err := prepare(ctx, conn.Conn(), contractSQL); err != nil {
		return heard(db, err)
	}
	batch := &pgx.Batch{}
	batch.Queue(contractSQL, Contract)
	batch.Queue(query, args...)
	results := conn.SendBatch(ctx, batch)
	defer func() { _ = results.Close() }()
	if _, err := results.Exec(); err != nil {
		return heard(db, broken(err))
	}
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if each == nil {
			continue
		}
		if err := each(rows); err != nil {
			return err
		}
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return err
	}
	if err := results.Close(); err != nil {
		return err
	}
	if CalledOff(conn.Conn()) {
		return ErrInDoubt.Case(fault.Args{"database": conn.Conn().Config().Database})
	}
	return nil
}

// heard notes that the schema has moved on.
func heard(db *DB, err error) error {
	if errors.Is(err, ErrSchemaMovedOn) || errors.Is(err, ErrSchemaOlder) {
		db.hear(err)
	}
	return err
}

// prepare has a statement prepared, once on each connection.
func prepare(ctx context.Context, conn *pgx.Conn, query string) error {
	_, err := conn.Prepare(ctx, query, query)
	return broken(err)
}

// bind holds a connection's next transaction to the contract.
func bind(conn bun.Conn) error {
	return conn.Raw(func(driver any) error {
		driver.(*session).bound = true //nolint:forcetypeassert // our connector gives no other
		return nil
	})
}

// connector gives database/sql the pool's connections, whose transactions begin as ours do.
type connector struct{ driver.Connector }

// Connect takes a connection from the pool.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &session{Conn: conn.(*stdlib.Conn)}, nil //nolint:forcetypeassert // the pool's connector gives no other
}

// session is a connection of the pool in the hands of database/sql.
type session struct {
	*stdlib.Conn

	bound bool // its next transaction asks whether this program may write
}

// BeginTx begins a transaction; one that is bound asks in the same message.
func (s *session) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	if !s.bound {
		return s.Conn.BeginTx(ctx, options)
	}
	s.bound = false
	conn := s.Conn.Conn()
	if conn.IsClosed() {
		return nil, driver.ErrBadConn
	}
	for _, query := range []string{beginSQL, contractSQL} {
		if err := prepare(ctx, conn, query); err != nil {
			return nil, err
		}
	}
	batch := &pgx.Batch{}
	batch.BeginTx(pgx.TxOptions{BeginQuery: beginSQL})
	batch.Queue(contractSQL, Contract)
	results := conn.SendBatch(ctx, batch)
	if err := results.Close(); err != nil {
		_ = results.Tx().Rollback(ctx)
		return nil, broken(err)
	}
	return boundTx{ctx, results.Tx()}, nil
}

// boundTx is a transaction that was begun in a batch.
type boundTx struct {
	ctx context.Context //nolint:containedctx // database/sql gives Commit and Rollback none
	tx  pgx.Tx
}

// Commit ends it; pgx.ErrTxCommitRollback when the server has undone it.
func (t boundTx) Commit() error { return t.tx.Commit(t.ctx) }

// Rollback undoes it. A connection on which that fails is closed.
func (t boundTx) Rollback() error { return t.tx.Rollback(t.ctx) }
