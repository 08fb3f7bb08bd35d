package pg

import (
	"database/sql"
	"errors"
	"regexp"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"gongbao/internal/fault"
)

// Refusals that say what the database could not do. Whoever asked may ask again.
var (
	ErrUnavailable = fault.New(fault.Unavailable, "pg.unavailable",
		"the database cannot be reached or has broken off; nothing was done")
	ErrFull = fault.New(fault.Unavailable, "pg.full", "the database has no room left; nothing was done")
	// ErrSettingRefused is for a connection on which a setting does not take on which everything else relies.
	ErrSettingRefused = fault.New(fault.Unavailable, "pg.setting_refused",
		"the database does not take a setting that this program relies on; nothing was done",
		"{setting} is {found} and must be {wanted}")
	ErrEncoding = fault.New(fault.Unavailable, "pg.encoding",
		"the database is not encoded in UTF8, so that it cannot hold every text; make it with ENCODING 'UTF8'",
		"it is {encoding}")
	// ErrSchemaOlder is for a database that a migration is missing from, or the login's rights.
	ErrSchemaOlder = fault.New(fault.Unavailable, "pg.schema_older",
		"the database's schema is older than this program needs, or its login has no rights yet; run gongbao migrate",
		"the database of {database}", "the database of {database} lacks {migration}")
	// ErrSchemaMovedOn is for a program that is older than the contract which the database asks for.
	ErrSchemaMovedOn = fault.New(fault.Unavailable, "pg.schema_moved_on",
		"the database's schema has moved on and this program is too old for it; nothing was done; run a newer program",
		"this program knows contract {known}",
		"the database of {database} asks for contract {wanted}, this program knows {known}",
		"the database asks for contract {wanted}, this program knows {known}")
	// ErrSchemaElsewhere keeps a second, empty schema from being made beside a book.
	ErrSchemaElsewhere = fault.New(fault.Conflict, "pg.schema_elsewhere",
		"the book is in a schema that only the login's own search path finds; name it in the address with search_path=",
		"search_path={schema}")
	// ErrContended is what is left of a serialisation failure or a deadlock when InTx has tried often enough.
	ErrContended = fault.New(fault.Unavailable, "pg.contended",
		"others were changing the same things at the same moment, every time it was tried; nothing was done")
	// ErrInDoubt is for a commit that was sent and never answered, by the server or by the standby it waits for.
	ErrInDoubt = fault.New(fault.Unavailable, "pg.in_doubt",
		"the database broke off while it was committing, or its standby did not answer: all was done or nothing was; "+
			"send the same command again with the same idempotency key, and the answer says which (without a key, look "+
			"before you repeat it)",
		"what was written to {database} is seen, and the wait for the standby was called off")
	// ErrHalfWritten is for work on all databases of a zone, of which one failed while the others committed.
	ErrHalfWritten = fault.New(fault.Unavailable, "pg.half_written",
		"some databases may have taken the work and others not; send it again, which completes it",
		"commit to {database}")
)

// errCalledOff is a commit of which the server said that its wait for the standby was called off.
var errCalledOff = errors.New("the wait for the standby was called off")

// ErrAgain asks InTx to run the transaction again, when another one has just done the same work.
var ErrAgain = errors.New("run the transaction again")

// CodeOf is the SQLSTATE in err's chain, or "".
func CodeOf(err error) string {
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok {
		return failure.Code
	}
	return ""
}

// shardSuffix is what Citus adds to the name of a constraint on a shard: the shard's number.
var shardSuffix = regexp.MustCompile(`_[0-9]{6,}$`)

// ConstraintOf is the name of the constraint that err says was broken, or "".
func ConstraintOf(err error) string {
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok {
		return shardSuffix.ReplaceAllString(failure.ConstraintName, "")
	}
	return ""
}

// NoRows says that a query for one row found none.
func NoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) || errors.Is(err, pgx.ErrNoRows) }
