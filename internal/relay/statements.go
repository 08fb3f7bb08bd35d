package relay

import (
	"embed"
	"time"

	"github.com/google/uuid"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

// heldArgs name a pool, and who holds its lease under which fence.
type heldArgs struct {
	Pool, Holder string
	Fence        int64
}

type leaseArgs struct {
	Pool, Holder string
	Lease        int64 // in microseconds
	Contract     int16
}

type takeArgs struct {
	Pool, Holder string
	Fence        int64
	Contract     int16
}

type stampArgs struct {
	Pool, Holder string
	Fence, Lease int64
	Most         int64
	Reading      time.Time
}

type batchArgs struct {
	Pool        string
	After, UpTo int64
}

type checkpointArgs struct{ Pool, Topic string }

type writeCheckpointArgs struct {
	Pool, Topic, Holder    string
	Fence, Position, Place int64
}

type lookUpArgs struct {
	Pool      string
	Positions []int64
}

// known is what the database has at a position.
type known struct {
	Position int64     `bun:"position,pk"`
	Event    uuid.UUID `bun:"event"`
	Hash     []byte    `bun:"hash"`
}

var (
	statements      = pg.Load(folder)
	acquireLease    = pg.SQL[leaseArgs](statements, "AcquireLease")
	takePool        = pg.SQL[takeArgs](statements, "TakePool")
	holdsPool       = pg.SQL[heldArgs](statements, "HoldsPool")
	releaseLease    = pg.SQL[heldArgs](statements, "ReleaseLease")
	giveHead        = pg.SQL[heldArgs](statements, "GiveHead")
	stampPool       = pg.SQL[stampArgs](statements, "Stamp")
	readBatch       = pg.SQL[batchArgs](statements, "ReadBatch")
	findCheckpoint  = pg.SQL[checkpointArgs](statements, "Checkpoint")
	writeCheckpoint = pg.SQL[writeCheckpointArgs](statements, "WriteCheckpoint")
	lookUp          = pg.Select[known, lookUpArgs](statements, "LookUp")
	waitingPools    = pg.SQL[pg.None](statements, "Waiting")
	headsOf         = pg.SQL[pg.None](statements, "Heads")
)
