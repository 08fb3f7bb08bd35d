package settlement

import (
	"embed"

	"gongbao/internal/clock"
	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

var files = pg.Load(folder)

// Service draws statements and settles them: it needs the database and a clock.
type Service struct {
	db    *pg.DB
	clock clock.Clock
}

// NewService gives settlement what it needs.
func NewService(db *pg.DB, clock clock.Clock) *Service { return &Service{db: db, clock: clock} }
