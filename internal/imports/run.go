package imports

import (
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/fault"
	"gongbao/internal/sheet"
)

// State is how an import stands.
type State string

// States of an import. Two are not stored: Partly is an import that is done and left bad rows out, as it was asked to;
// Interrupted is one whose process is gone: nothing of it was written.
const (
	Running     State = "running"
	Done        State = "done"
	Partly      State = "partly"
	Refused     State = "refused" // nothing was imported; the report or the problem says why
	Failed      State = "failed"  // our mistake; nothing was imported
	Interrupted State = "interrupted"
)

// Run is one import.
type Run struct {
	bun.BaseModel `bun:"table:import_run"`

	ID           uuid.UUID     `bun:"id,pk"               json:"id"`
	Kind         string        `bun:"kind"                json:"kind"`
	Organisation string        `bun:"organisation"        json:"-"`
	Person       string        `bun:"person"              json:"person"`
	State        State         `bun:"state"               json:"state"`
	DryRun       bool          `bun:"dry_run"             json:"dry_run"`
	Size         int64         `bun:"size"                json:"size"`  // bytes of the file
	Bytes        int64         `bun:"bytes"               json:"bytes"` // that have been read
	Rows         int64         `bun:"rows"                json:"rows"`  // that have been read
	Report       *sheet.Report `bun:"report,type:jsonb"   json:"report,omitempty"`
	Problem      *Refusal      `bun:"problem,type:jsonb"  json:"problem,omitempty"`
	Started      time.Time     `bun:"started"             json:"started"`
	Beat         time.Time     `bun:"beat"                json:"-"`
	Ended        *time.Time    `bun:"ended"               json:"ended,omitempty"`
	Contract     int16         `bun:"contract"            json:"-"` // under which it was begun
}

// Refusal is why nothing was imported.
type Refusal struct {
	Code   string        `json:"code"`
	Title  string        `json:"title"`
	Detail string        `json:"detail,omitempty"`
	Errors []fault.Field `json:"errors,omitempty"`
}
