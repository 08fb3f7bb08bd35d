package deadline

import (
	"context"
	"embed"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

var (
	files   = pg.Load(folder)
	ofClaim = pg.Select[Deadline, claimKey](files, "DeadlinesOfClaim")
	asking  = pg.SQL[askedBy](files, "ClaimsWhoseDeadlinesAsk")
	first   = pg.SQL[pg.None](files, "NextDeadline")
)

type claimKey struct{ Pool, Claim string }

type askedBy struct {
	Now  time.Time
	Most int
}

// In asks for the deadlines of a claim, among other reads.
func In(reads *pg.Reads, pool, claim string, into *[]Deadline) {
	pg.ListIn(reads, ofClaim.With(claimKey{pool, claim}), into)
}

// Asking lists claims of which a deadline wants to be looked at by now, at most so many.
func Asking(ctx context.Context, handle bun.IDB, now time.Time, most int) ([]string, error) {
	return pg.Values[string](ctx, handle, asking.With(askedBy{now, most}))
}

// Next is the instant at which a deadline wants to be looked at; nil when none does.
func Next(ctx context.Context, handle bun.IDB) (next *time.Time, err error) {
	return next, first.With(pg.None{}).Row(ctx, handle, &next)
}

// Write queues the deadlines of the claim that changed.
func (d *Deadlines) Write(tx *pg.Tx, pool, claim string) {
	for _, at := range d.changed {
		row := d.All[at]
		row.Pool, row.Claim, row.Next = pool, claim, row.nextLook()
		pg.Put(tx, &row)
	}
}
