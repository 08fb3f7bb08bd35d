package scenario

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strings"

	"gongbao/coinsurance"
	"gongbao/internal/pg"
	"gongbao/migrations"
)

// OpenScratch makes an empty, migrated ledger in a scratch schema of its own. Its commits do not wait for the disk: a
// crash of the machine may lose the last moments of a ledger that nobody keeps.
func OpenScratch(ctx context.Context, address string, connections int32) (*pg.DB, error) {
	db, err := pg.Open(ctx, pg.Options{
		URL: address, Schema: scratchName(), MaxConnections: connections, Scratch: true,
	})
	if err != nil {
		return nil, err
	}
	if _, err := pg.Migrate(ctx, db, migrations.Files); err != nil {
		CloseScratch(ctx, db)
		return nil, err
	}
	return db, nil
}

// OpenZone is OpenScratch for a zone whose pools live in several databases: those named at their addresses, the others
// at home. Who is done with it closes All of them.
func OpenZone(ctx context.Context, home string, pools map[string]string, connections int32) (*pg.DB, error) {
	db, err := OpenScratch(ctx, home, connections)
	if err != nil || len(pools) == 0 {
		return db, err
	}
	others, lives, at := []*pg.DB{}, map[*pg.DB][]string{}, map[string]*pg.DB{}
	for _, pool := range slices.Sorted(maps.Keys(pools)) {
		other, known := at[pools[pool]]
		if !known {
			if other, err = OpenScratch(ctx, pools[pool], connections); err != nil {
				for _, one := range append(others, db) {
					CloseScratch(ctx, one)
				}
				return nil, err
			}
			others, at[pools[pool]] = append(others, other), other
		}
		lives[other] = append(lives[other], pool)
	}
	db.Join(others, lives, coinsurance.Spread)
	return db, nil
}

// CloseScratch drops the schema and closes its connections, also when the run was called off.
func CloseScratch(ctx context.Context, db *pg.DB) {
	_, _ = db.Pool.Exec(context.WithoutCancel(ctx), "DROP SCHEMA IF EXISTS "+db.Schema+" CASCADE")
	db.Close()
}

func scratchName() string {
	var drawn [8]byte
	_, _ = rand.Read(drawn[:]) // never fails: it would end the program
	return "scenario_" + hex.EncodeToString(drawn[:])
}

// Setting adds a setting of the server to an address, of either form that libpq knows.
func Setting(address, name, value string) string {
	if !strings.Contains(address, "://") {
		return address + " " + name + "=" + value
	}
	at, err := url.Parse(address)
	if err != nil {
		return address // opening it will say what is wrong
	}
	query := at.Query()
	query.Set(name, value)
	at.RawQuery = query.Encode()
	return at.String()
}
