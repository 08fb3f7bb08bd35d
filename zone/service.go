package zone

import (
	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// Service is the zone wing: it needs the database and a clock.
type Service struct {
	db    *pg.DB
	clock clock.Clock
}

// NewService gives the wing what it needs.
func NewService(db *pg.DB, clock clock.Clock) *Service { return &Service{db: db, clock: clock} }

func (s *Service) once(pool string, by access.Principal, operation, key string) idempotency.Scope {
	return idempotency.Scope{
		Pool: pool, Organisation: by.Organisation, Operation: "coinsurance." + operation, Key: key, Clock: s.clock,
	}
}

// NameMax is how many runes a name may have, and RowsMax how many rows a file that is imported.
const (
	NameMax = 200
	RowsMax = 100_000
)
