package zone

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/zone/authority"
)

// Countersignature is a second person's word that an act on a policy or a claim may move so much, to date, although
// whoever does it may not decide it alone 会签. It counts for the next step of its subject, whatever that is: once the
// subject has moved on, the second person is asked again.
type Countersignature struct {
	bun.BaseModel `bun:"table:countersignature"`

	Pool         string       `bun:"pool,pk"`
	Subject      string       `bun:"subject,pk"` // as the feed names it
	Version      int64        `bun:"version,pk"` // the subject's, with the word
	Act          string       `bun:"act"`        // the command that it is for
	Amount       money.Amount `bun:"amount"`
	Organisation string       `bun:"organisation"`
	SaidBy       string       `bun:"said_by"`
	Role         access.Role  `bun:"role"`
	Recorded     time.Time    `bun:"recorded"`
}

type subjectVersion struct {
	Pool, Subject string
	Version       int64
}

type subjectOf struct{ Pool, Subject string }

var (
	countersignaturesOf  = pg.Select[authority.Word, subjectVersion](files, "CountersignaturesOf")
	allCountersignatures = pg.Select[authority.Word, subjectOf](files, "AllCountersignatures")
)

// CountersignaturesIn asks, among other reads, for what second persons have agreed to of a subject as it stands.
func CountersignaturesIn(reads *pg.Reads, pool, subject string, version int64, words *[]authority.Word) {
	pg.ListIn(reads, countersignaturesOf.With(subjectVersion{pool, subject, version}), words)
}

// Countersigned are all words on a subject that never moves on, as a file is.
func Countersigned(ctx context.Context, handle bun.IDB, pool, subject string) ([]authority.Word, error) {
	return pg.Listed[authority.Word](ctx, handle, allCountersignatures.With(subjectOf{pool, subject}))
}

// Countersign queues a second person's word.
func Countersign(tx *pg.Tx, word *Countersignature) { pg.Insert(tx, word) }
