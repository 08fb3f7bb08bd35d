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

var countersignaturesOf = pg.Select[Countersignature, subjectVersion](files, "CountersignaturesOf")

// CountersignaturesIn asks, among other reads, for what second persons have agreed to of a subject as it stands.
func CountersignaturesIn(reads *pg.Reads, pool, subject string, version int64) func() []authority.Word {
	var signed []Countersignature
	pg.ListIn(reads, countersignaturesOf.With(subjectVersion{pool, subject, version}), &signed)
	return func() []authority.Word { return words(signed) }
}

type subjectOf struct{ Pool, Subject string }

var allCountersignatures = pg.Select[Countersignature, subjectOf](files, "AllCountersignatures")

// Countersigned are all words on a subject that never moves on, as a file is.
func Countersigned(ctx context.Context, handle bun.IDB, pool, subject string) ([]authority.Word, error) {
	signed, err := pg.Listed[Countersignature](ctx, handle, allCountersignatures.With(subjectOf{pool, subject}))
	return words(signed), err
}

func words(signed []Countersignature) []authority.Word {
	words := make([]authority.Word, 0, len(signed))
	for _, one := range signed {
		words = append(words, authority.Word{
			Act: one.Act, Organisation: one.Organisation, By: one.SaidBy, Amount: one.Amount,
		})
	}
	return words
}

// Countersign queues a second person's word.
func Countersign(tx *pg.Tx, word *Countersignature) { pg.Insert(tx, word) }
