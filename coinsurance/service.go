package coinsurance

import (
	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

// Service is the coinsurance wing: it needs the database and a clock.
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
