package periodend

import (
	"gongbao/internal/clock"
	"gongbao/internal/pg"
)

// Service closes months: it needs the database and a clock.
type Service struct {
	db    *pg.DB
	clock clock.Clock
}

// NewService gives the service what it needs.
func NewService(db *pg.DB, clock clock.Clock) *Service { return &Service{db: db, clock: clock} }
