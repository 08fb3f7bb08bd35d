package pg

import (
	"context"
	"errors"
	"slices"

	"github.com/uptrace/bun"
)

// Zone is the pool code of what belongs to no pool.
const Zone = "ZONE"

// Join makes others part of the home database's zone, and says which pools live in each; the first of them is the
// database's name. spread brings the reference tables of home to another.
func (db *DB) Join(others []*DB, pools map[*DB][]string, spread func(ctx context.Context, home, other *DB) error) {
	zone := &databases{
		all: append([]*DB{db}, others...), of: map[string]*DB{}, spread: spread, behind: map[string]error{},
	}
	for _, other := range others {
		other.Name = pools[other][0]
		for _, pool := range pools[other] {
			zone.of[pool] = other
		}
	}
	for _, one := range zone.all {
		one.zone = zone
	}
}

// All are the databases of this one's zone, home first.
func (db *DB) All() []*DB {
	if db.zone == nil {
		return []*DB{db}
	}
	return slices.Clone(db.zone.all)
}

// Of is the database in which a pool lives; home, of a pool that nobody has heard of.
func (db *DB) Of(pool string) *DB {
	if db.zone == nil {
		return db
	}
	if other, elsewhere := db.zone.of[pool]; elsewhere {
		return other
	}
	return db.zone.all[0]
}

// Holds says that a pool lives in this database.
func (db *DB) Holds(pool string) bool { return db.Of(pool) == db }

// Holds says that a pool lives in the transaction's database.
func (tx *Tx) Holds(pool string) bool { return tx.db.Holds(pool) }

// Others are the databases of the zone beside the transaction's own.
func (tx *Tx) Others() []*DB {
	return slices.DeleteFunc(tx.db.All(), func(db *DB) bool { return db == tx.db })
}

// Spread copies the reference tables to every other database of the zone. What fails is tried again by whoever calls
// next, and Behind shows it until then.
func (db *DB) Spread(ctx context.Context) error {
	if db.zone == nil {
		return nil
	}
	home := db.zone.all[0]
	var failures []error
	for _, other := range db.zone.all[1:] {
		err := db.zone.spread(ctx, home, other)
		db.zone.mutex.Lock()
		if delete(db.zone.behind, other.Name); err != nil {
			db.zone.behind[other.Name] = err
		}
		db.zone.mutex.Unlock()
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// Behind names the databases to which the last copy of the reference tables failed, by name.
func (db *DB) Behind() []string {
	if db.zone == nil {
		return nil
	}
	db.zone.mutex.Lock()
	defer db.zone.mutex.Unlock()
	var names []string
	for name := range db.zone.behind {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Parts are what a read has to ask: the database of the pool or, without one, all of its zone. A transaction is asked
// alone. Several parts are several snapshots.
func Parts(handle bun.IDB, pool string) []bun.IDB {
	whole, is := handle.(interface{ parts(pool string) []bun.IDB }) // *DB, and whatever embeds it
	if !is {
		return []bun.IDB{handle}
	}
	return whole.parts(pool)
}

func (db *DB) parts(pool string) []bun.IDB {
	if db.zone == nil {
		return []bun.IDB{db}
	}
	if pool != "" {
		return []bun.IDB{db.Of(pool)}
	}
	parts := make([]bun.IDB, len(db.zone.all))
	for i, one := range db.zone.all {
		parts[i] = one
	}
	return parts
}

// Gather asks each part of a read and puts the rows together, in order; what is not ordered stays as it came.
func Gather[T any](
	handle bun.IDB, pool string, order func(a, b T) int, ask func(part bun.IDB) ([]T, error),
) ([]T, error) {
	parts := Parts(handle, pool)
	if len(parts) == 1 {
		return ask(parts[0])
	}
	rows := []T{}
	for _, part := range parts {
		found, err := ask(part)
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	slices.SortStableFunc(rows, order)
	return rows, nil
}
