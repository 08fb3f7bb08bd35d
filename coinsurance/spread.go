package coinsurance

import (
	"context"
	"slices"

	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
	"gongbao/migrations"
)

// Spread brings the reference tables from the home database to another one of the zone, and founds there the pools that
// live in it. It may be repeated, and interrupted, at any time.
func Spread(ctx context.Context, home, other *pg.DB) error {
	var tables []pg.Mirrored
	for _, table := range migrations.Copied {
		tables = append(tables, pg.Mirrored{Table: table, Fixed: slices.Contains(migrations.AppendOnly, table)})
	}
	return pg.Mirror(ctx, home, other, tables, foundPools)
}

// foundPools founds every pool that is known in a database, lives in it, and has no book yet.
func foundPools(ctx context.Context, tx *pg.Tx) error {
	open, err := ledger.OpenPools(ctx, tx)
	if err != nil {
		return err
	}
	pools, err := Pools(ctx, tx)
	if err != nil {
		return err
	}
	for _, pool := range pools {
		if !tx.Holds(pool.Code) || slices.Contains(open, pool.Code) {
			continue
		}
		ledger.OpenPool(tx, pool.Code)
		by := access.Person(pool.Actor, access.Manager, "", access.Settlement) // nobody else opens pools
		founded := poolFact(&pool, by)
		founded.ID = fact.NewID(founded.Recorded)
		if err := outbox.Append(ctx, tx, founded); err != nil {
			return err
		}
	}
	return nil
}
