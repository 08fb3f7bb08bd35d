package pg

import (
	"context"

	"gongbao/internal/fault"

	"github.com/jackc/pgx/v5"
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
const Contract = 7

// beginSQL begins a transaction. It is prepared like all that is sent in batches.
const beginSQL = "begin"

// broken turns what the server says to MayWrite into its refusal.
func broken(err error) error {
	switch CodeOf(err) {
	case "22P02": // the number that is none
		return ErrSchemaMovedOn.Case(fault.Args{"known": Contract}).From(err)
	case "42P01", "42501": // there is no such table, or no right to read it
		return ErrSchemaOlder.From(err)
	}
	return err
}

// prepare has a statement prepared, once on each connection.
func prepare(ctx context.Context, conn *pgx.Conn, query string) error {
	_, err := conn.Prepare(ctx, query, query)
	return broken(err)
}
