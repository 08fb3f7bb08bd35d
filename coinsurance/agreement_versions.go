package coinsurance

import (
	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/pg"
)

// AcceptedVersion is from when an accepted version of a pool's agreement is in force.
type AcceptedVersion struct {
	bun.BaseModel `bun:"table:agreement"`

	Version int           `bun:"version"`
	Starts  calendar.Date `bun:"starts"`
}

// AcceptedVersionsIn asks, among other reads, for the accepted versions of a pool, oldest first: whoever does not know
// yet on which day it needs one picks it with InForceOn.
func AcceptedVersionsIn(reads *pg.Reads, pool string, versions *[]AcceptedVersion) {
	pg.List(reads, versions, `WHERE pool = $1 AND state = 'accepted' ORDER BY starts`, pool)
}

// InForceOn is the version in force on the day; 0 when there is none.
func InForceOn(versions []AcceptedVersion, day calendar.Date) int {
	version := 0
	for _, accepted := range versions {
		if !accepted.Starts.After(day) {
			version = accepted.Version
		}
	}
	return version
}
