package pg

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// Spread says how tables lie on the machines of a Citus cluster.
type Spread struct {
	References []string // whole on every machine
	ByPool     []string // each pool's rows on one machine, together with the pool's rows in the others
}

// The texts name what only a database with the extension has, so that they stand in no file whose statements are
// prepared on plain Postgres.
const (
	spreads      = `SELECT to_regproc('create_distributed_table') IS NOT NULL`
	notYetSpread = `SELECT t FROM unnest($1::text[]) WITH ORDINALITY AS u (t, n) WHERE to_regclass(t) IS NOT NULL
		AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass(t)) ORDER BY n`
	asReference   = `SELECT create_reference_table($1::text::regclass)`
	byPool        = `SELECT create_distributed_table($1::text::regclass, 'pool', colocate_with => $2::text)`
	oneByOne      = `SET LOCAL citus.multi_shard_modify_mode = 'sequential'`
	foreignKeysOf = `SELECT quote_ident(k.conname), k.conrelid::regclass::text, pg_get_constraintdef(k.oid)
		FROM pg_constraint AS k
		WHERE k.contype = 'f'
			AND (k.conrelid = ANY ($1::text[]::regclass[]) OR k.confrelid = ANY ($1::text[]::regclass[]))
		ORDER BY 2, 1`
)

// foreignKey is one that is taken off and put back.
type foreignKey struct{ Name, Table, Text string }

// Distribute spreads the tables that lie on one machine only, where the database has Citus, and does nothing
// elsewhere. db must be the owner's login, after its migrations. A foreign key may not point from or to a table that is
// not spread yet, so those of the tables in question are taken off and put back, all in one transaction.
func Distribute(ctx context.Context, db *DB, spread Spread) error {
	var cluster bool
	if err := db.Pool.QueryRow(ctx, spreads).Scan(&cluster); err != nil || !cluster {
		return err
	}
	if err := pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error { return spread.apply(ctx, tx) }); err != nil {
		return fmt.Errorf("distribute the tables: %w", err)
	}
	return nil
}

func (s Spread) apply(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, oneByOne); err != nil {
		return err
	}
	references, err := listed(ctx, tx, pgx.RowTo[string], notYetSpread, s.References)
	if err != nil {
		return err
	}
	others, err := listed(ctx, tx, pgx.RowTo[string], notYetSpread, s.ByPool)
	if err != nil {
		return err
	}
	keys, err := listed(ctx, tx, pgx.RowToStructByPos[foreignKey], foreignKeysOf, slices.Concat(references, others))
	if err != nil {
		return err
	}
	for _, key := range keys {
		if _, err := tx.Exec(ctx, "ALTER TABLE "+key.Table+" DROP CONSTRAINT "+key.Name); err != nil {
			return err
		}
	}
	for _, table := range references {
		if _, err := tx.Exec(ctx, asReference, table); err != nil {
			return fmt.Errorf("make %s a reference: %w", table, err)
		}
	}
	for _, table := range others {
		beside := s.ByPool[0]
		if table == beside {
			beside = "none"
		}
		if _, err := tx.Exec(ctx, byPool, table, beside); err != nil {
			return fmt.Errorf("spread %s: %w", table, err)
		}
	}
	for _, key := range keys {
		if _, err := tx.Exec(ctx, "ALTER TABLE "+key.Table+" ADD CONSTRAINT "+key.Name+" "+key.Text); err != nil {
			return fmt.Errorf("put %s back: %w", key.Name, err)
		}
	}
	return nil
}

func listed[V any](
	ctx context.Context, tx pgx.Tx, read pgx.RowToFunc[V], query string, tables []string,
) ([]V, error) {
	rows, err := tx.Query(ctx, query, tables)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, read)
}
