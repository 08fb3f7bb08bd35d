package launch

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

// EmbeddedPlace stands for an address: a private Postgres, started for the pool.
const EmbeddedPlace = "embedded"

// place is a database with the pools that live in it; the home database has those that no other has.
type place struct {
	Pools              []string
	Owner, Application string // addresses for the two logins
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
			return nil, Misused(fmt.Errorf("%s: entry %d is not POOL=postgres://… or POOL=embedded", setting, i+1))
		case found[1] == pg.Zone:
			return nil, Misused(fmt.Errorf("%s: what belongs to no pool stays in the home database", setting))
		case slices.ContainsFunc(entries, func(n named) bool { return n.pool == found[1] }):
			return nil, Misused(fmt.Errorf("%s: pool %s is named twice", setting, found[1]))
		}
		entries = append(entries, named{pool: found[1], address: found[2]})
	}
	return entries, nil
}

// Places gives every database of the zone, home first; private ones are started.
func (c *Config) Places(ctx context.Context, log zerolog.Logger, h *House) ([]place, error) {
	entries, err := parsePlaces("POOL_DATABASES", c.Pools)
	if err != nil {
		return nil, err
	}
	owners, err := parsePlaces("MIGRATE_POOL_DATABASES", c.migratePools)
	if err != nil {
		return nil, err
	}
	owner, application, err := c.Postgres(ctx, log, h)
	if err != nil {
		return nil, err
	}
	all := []place{{Owner: owner, Application: application, embedded: c.Database == ""}}
	for _, entry := range entries {
		at := slices.IndexFunc(all[1:], func(p place) bool { return p.Application == entry.address })
		if at >= 0 {
			all[at+1].Pools = append(all[at+1].Pools, entry.pool)
			continue
		}
		one := place{Pools: []string{entry.pool}, Owner: entry.address, Application: entry.address}
		for _, other := range owners {
			if other.pool == entry.pool {
				one.Owner = other.address
			}
		}
		if entry.address == EmbeddedPlace {
			one.embedded = true
			if one.Owner, one.Application, err = c.embeddedPostgres(ctx, log, h, "postgres-"+entry.pool); err != nil {
				return nil, err
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// openPlaces opens every database and joins them into one zone; whoever writes has the references copied.
func (h *House) openPlaces(ctx context.Context, log zerolog.Logger, places []place) error {
	var others []*pg.DB
	lives := map[*pg.DB][]string{}
	h.AppendOnly, h.Owners = true, map[string]string{}
	for i, place := range places {
		db, err := h.prepare(ctx, log, place)
		if err != nil {
			return err
		}
		if i == 0 {
			h.DB, h.Owner, h.Address = db, place.Owner, place.Application
			continue
		}
		others, lives[db] = append(others, db), place.Pools
		for _, pool := range place.Pools {
			h.Owners[pool] = place.Owner
		}
		h.Started = append(h.Started, fmt.Sprintf("Database %d: for pool %s", i+1, strings.Join(place.Pools, ", ")))
	}
	if len(others) > 0 {
		h.DB.Join(others, lives, coinsurance.Spread)
	}
	if err := atHome(ctx, h.DB); err != nil {
		return err
	}
	if !h.looks() {
		if err := h.DB.Spread(ctx); err != nil {
			return err
		}
	}
	return founded(ctx, h.DB)
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
func (c *Config) embeddedPostgres(
	ctx context.Context, log zerolog.Logger, h *House, name string,
) (owner, application string, err error) {
	folder, err := c.Folder()
	if err != nil {
		return "", "", err
	}
	return startEmbedded(ctx, log, h, filepath.Join(folder, name))
}

// Single refuses what works on one database for a zone that is kept in several: half of it would look like the whole.
func (c *Config) Single() error {
	if c.Pools == "" {
		return nil
	}
	return Misused(errors.New("POOL_DATABASES: this works on one database; name each as DATABASE_URL in turn"))
}
