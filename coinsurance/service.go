package coinsurance

import (
	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/idempotency"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
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

const textMax = 200 // runes of a name

// checklist collects the field faults of one request.
type checklist struct{ fault.Check }

func (c *checklist) code(path, value string) { field.Code(&c.Check, path, value) }

func (c *checklist) text(path, value string) { field.Line(&c.Check, path, value, textMax) }

func (c *checklist) positive(path string, value *money.Amount) {
	c.Require(value == nil || value.Sign() > 0, path, "the amount must be above zero")
}
