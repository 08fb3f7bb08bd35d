package insurance

import (
	"gongbao/internal/clock"
	"gongbao/internal/pg"
)

// Service is the insurance wing: it needs the database and a clock.
type Service struct {
	db    *pg.DB
	clock clock.Clock
}

// NewService gives the wing what it needs.
func NewService(db *pg.DB, clock clock.Clock) *Service { return &Service{db: db, clock: clock} }
