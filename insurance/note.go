package insurance

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

// Note is one value that a note had.
type Note struct {
	bun.BaseModel `bun:"table:policy_note"`

	Pool     string    `bun:"pool,pk"    json:"-"`
	Policy   string    `bun:"policy,pk"  json:"-"`
	Name     string    `bun:"key,pk"     json:"name"`
	Value    string    `bun:"value"      json:"value"`
	Version  int64     `bun:"version,pk" json:"version"` // the policy's when it was noted
	Recorded time.Time `bun:"recorded"   json:"recorded"`
	Actor    string    `bun:"actor"      json:"actor"`
}

var notesOf = pg.Select[Note, policyKey](files, "NotesOf")

// Notes lists every value that every note of a policy had, oldest first.
func Notes(ctx context.Context, handle bun.IDB, number string) ([]Note, error) {
	return pg.Listed[Note](ctx, handle, notesOf.With(keyOf(number)))
}
