package pg

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Mirrored is a table that is copied from one database to another.
type Mirrored struct {
	Table string
	Fixed bool // its rows never change, and the application's login may not change them
}

// Mirror brings tables of one database to another, as they stand at one moment, in one transaction, and lets after do
// what follows from it there. Rows are added and changed, never taken away: a reference loses none.
//
// Whoever comes second waits for the first and reads after it, so that an old copy never overwrites a new one.
func Mirror(
	ctx context.Context, from, to *DB, tables []Mirrored, after func(ctx context.Context, tx *Tx) error,
) error {
	return InTx(ctx, to, func(ctx context.Context, tx *Tx) error {
		first := pgx.Identifier{tables[0].Table}.Sanitize()
		if _, err := tx.ExecContext(ctx, "LOCK TABLE "+first+" IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return fmt.Errorf("wait for another copy: %w", err)
		}
		err := InSnapshot(ctx, from, func(ctx context.Context, snapshot *Tx) error {
			for _, table := range tables {
				if err := table.mirror(ctx, snapshot, tx); err != nil {
					return fmt.Errorf("copy %s to %s: %w", table.Table, to.Name, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return after(ctx, tx)
	})
}

// mirror copies one table, when there is a difference.
func (m Mirrored) mirror(ctx context.Context, from, to *Tx) error {
	name := pgx.Identifier{m.Table}.Sanitize()
	digest := `SELECT coalesce(encode(sha256(convert_to(string_agg(t::text, E'\n' ORDER BY t::text COLLATE "C"), 'UTF8')),
		'hex'), '') FROM ` + name + ` AS t`
	var there, here string
	if err := Row(ctx, from, digest, nil, &there); err != nil {
		return err
	}
	if err := Row(ctx, to, digest, nil, &here); err != nil || here == there {
		return err
	}
	var rows string
	if err := Row(ctx, from, `SELECT coalesce(json_agg(t), '[]')::text FROM `+name+` AS t`, nil, &rows); err != nil {
		return err
	}
	all, key, set, err := m.columns(ctx, to)
	if err != nil {
		return err
	}
	change := "DO NOTHING"
	if !m.Fixed {
		change = "DO UPDATE SET " + set + " WHERE t.* IS DISTINCT FROM excluded.*"
	}
	_, err = Exec(ctx, to, `INSERT INTO `+name+` AS t (`+all+`)
		SELECT `+all+` FROM json_populate_recordset(NULL::`+name+`, $1::json) ON CONFLICT (`+key+`) `+change, rows)
	return err
}

// columns gives all columns, those of the primary key, and an assignment of every one.
func (m Mirrored) columns(ctx context.Context, tx *Tx) (all, key, set string, err error) {
	var columns, keys, sets []string
	err = columnsOfTable.With(named{m.Table}).Rows(ctx, tx,
		func(rows *sql.Rows) error {
			var column string
			var ofKey bool
			if err := rows.Scan(&column, &ofKey); err != nil {
				return err
			}
			column = pgx.Identifier{column}.Sanitize()
			if ofKey {
				keys = append(keys, column)
			}
			columns = append(columns, column)
			sets = append(sets, column+" = excluded."+column)
			return nil
		})
	return strings.Join(columns, ", "), strings.Join(keys, ", "), strings.Join(sets, ", "), err
}
