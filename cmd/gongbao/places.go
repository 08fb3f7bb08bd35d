package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"gongbao/coinsurance"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// embeddedPlace stands for an address: a private Postgres, started for the pool.
const embeddedPlace = "embedded"

// place is a database with the pools that live in it; the home database has those that no other has.
type place struct {
	pools              []string
	owner, application string // addresses for the two logins
	embedded           bool   // its server is ours
}

// named is an entry of POOL_DATABASES.
type named struct{ pool, address string }

var placeForm = regexp.MustCompile(`^([^=/:@]+)=(embedded|postgres(?:ql)?://.+)$`)

// parsePlaces reads POOL=ADDRESS entries, separated by spaces: an address may hold commas.
func parsePlaces(setting, text string) ([]named, error) {
	var entries []named
	for i, entry := range strings.Fields(text) {
		found := placeForm.FindStringSubmatch(entry)
		switch {
		case found == nil:
			// it may hold a password, so it is not shown
			return nil, misused(fmt.Errorf("%s: entry %d is not POOL=postgres://… or POOL=embedded", setting, i+1))
		case found[1] == pg.Zone:
			return nil, misused(fmt.Errorf("%s: what belongs to no pool stays in the home database", setting))
		case slices.ContainsFunc(entries, func(n named) bool { return n.pool == found[1] }):
			return nil, misused(fmt.Errorf("%s: pool %s is named twice", setting, found[1]))
		}
		entries = append(entries, named{pool: found[1], address: found[2]})
	}
	return entries, nil
}

// places gives every database of the zone, home first; private ones are started.
func (c *config) places(ctx context.Context, log zerolog.Logger, h *house) ([]place, error) {
	entries, err := parsePlaces("POOL_DATABASES", c.pools)
	if err != nil {
		return nil, err
	}
	owners, err := parsePlaces("MIGRATE_POOL_DATABASES", c.migratePools)
	if err != nil {
		return nil, err
	}
	owner, application, err := c.postgres(ctx, log, h)
	if err != nil {
		return nil, err
	}
	all := []place{{owner: owner, application: application, embedded: c.database == ""}}
	for _, entry := range entries {
		at := slices.IndexFunc(all[1:], func(p place) bool { return p.application == entry.address })
		if at >= 0 {
			all[at+1].pools = append(all[at+1].pools, entry.pool)
			continue
		}
		one := place{pools: []string{entry.pool}, owner: entry.address, application: entry.address}
		for _, other := range owners {
			if other.pool == entry.pool {
				one.owner = other.address
			}
		}
		if entry.address == embeddedPlace {
			one.embedded = true
			if one.owner, one.application, err = c.embeddedPostgres(ctx, log, h, "postgres-"+entry.pool); err != nil {
				return nil, err
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// openPlaces opens every database and joins them into one zone; whoever writes has the references copied.
func (h *house) openPlaces(ctx context.Context, log zerolog.Logger, places []place) error {
	var others []*pg.DB
	lives := map[*pg.DB][]string{}
	h.appendOnly, h.owners = true, map[string]string{}
	for i, place := range places {
		db, err := h.prepare(ctx, log, place)
		if err != nil {
			return err
		}
		if i == 0 {
			h.db, h.owner, h.address = db, place.owner, place.application
			continue
		}
		others, lives[db] = append(others, db), place.pools
		for _, pool := range place.pools {
			h.owners[pool] = place.owner
		}
		h.started = append(h.started, fmt.Sprintf("Database %d: for pool %s", i+1, strings.Join(place.pools, ", ")))
	}
	if len(others) > 0 {
		h.db.Join(others, lives, coinsurance.Spread)
	}
	if err := atHome(ctx, h.db); err != nil {
		return err
	}
	if !h.looks() {
		if err := h.db.Spread(ctx); err != nil {
			return err
		}
	}
	return founded(ctx, h.db)
}

// errElsewhere says that a pool's book is not where the configuration looks for it.
var errElsewhere = errors.New(
	"the book of a pool is not where POOL_DATABASES says; docs/scale.md shows how a pool moves",
)

// atHome refuses a configuration under which a pool would have two books.
func atHome(ctx context.Context, home *pg.DB) error {
	for _, db := range home.All() {
		founded, err := ledger.OpenPools(ctx, db)
		if err != nil {
			return fmt.Errorf("ask the database of %s for its pools: %w", db.Name, err)
		}
		for _, pool := range founded {
			if !db.Holds(pool) {
				return fmt.Errorf("%w: the database of %s has pool %s", errElsewhere, db.Name, pool)
			}
		}
	}
	return nil
}

// founded refuses a configuration under which a pool would have no book: its database is not named.
func founded(ctx context.Context, home *pg.DB) error {
	pools, err := coinsurance.Pools(ctx, home)
	if err != nil {
		return err
	}
	for _, pool := range pools {
		open, err := ledger.OpenPools(ctx, home.Of(pool.Code))
		if err != nil {
			return fmt.Errorf("look for the book of %s: %w", pool.Code, err)
		}
		if !slices.Contains(open, pool.Code) {
			return fmt.Errorf("%w: the database of %s does not have pool %s", errElsewhere, home.Of(pool.Code).Name, pool.Code)
		}
	}
	return nil
}

// embeddedPostgres starts the private Postgres of a folder below the data folder, or joins it.
func (c *config) embeddedPostgres(
	ctx context.Context, log zerolog.Logger, h *house, name string,
) (owner, application string, err error) {
	folder, err := c.folder()
	if err != nil {
		return "", "", err
	}
	return startEmbedded(ctx, log, h, filepath.Join(folder, name))
}

// single refuses what works on one database for a zone that is kept in several: half of it would look like the whole.
func (c *config) single() error {
	if c.pools == "" {
		return nil
	}
	return misused(errors.New("POOL_DATABASES: this works on one database; name each as DATABASE_URL in turn"))
}
