package imports

import (
	"embed"
	"time"

	"github.com/google/uuid"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

type progressArgs struct {
	ID    uuid.UUID
	Rows  int
	Bytes int64
	Now   time.Time
}

type breakOffArgs struct {
	ID   uuid.UUID
	Beat time.Time
}

type endArgs struct {
	ID              uuid.UUID
	State           State
	Rows            int
	Report, Problem string // as JSON; no problem is ""
	Now             time.Time
}

type runArgs struct {
	ID           uuid.UUID
	Organisation string
}

type newestArgs struct {
	Organisation string
	Most         int
}

var (
	statements = pg.Load(folder)
	progress   = pg.SQL[progressArgs](statements, "Progress")
	breakOff   = pg.SQL[breakOffArgs](statements, "BreakOff")
	endRun     = pg.SQL[endArgs](statements, "End")
	oneRun     = pg.Select[Run, runArgs](statements, "Run")
	newest     = pg.Select[Run, newestArgs](statements, "Newest")
)
