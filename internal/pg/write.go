package pg

import (
	"context"
	"errors"
	"fmt"

	"gongbao/internal/fault"

	"github.com/jackc/pgx/v5"
)

// Write runs one statement as a transaction of its own, in one round trip with the question whether this program may
// write, and calls each for every row it gives. Its plan is made for its values.
func Write(ctx context.Context, db *DB, query string, args []any, each func(pgx.Rows) error) error {
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("take a connection: %w", err)
	}
	defer conn.Release()
	if err := prepare(ctx, conn.Conn(), mayWrite.text); err != nil {
		return heard(db, err)
	}
	batch := &pgx.Batch{}
	batch.Queue(mayWrite.text, mayWrite.args...)
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
