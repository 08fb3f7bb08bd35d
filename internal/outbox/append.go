package outbox

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/fact"
	"gongbao/internal/pg"
)

// event is a fact as it is kept.
type event struct {
	bun.BaseModel `bun:"table:event"`

	fact.Event
	Contract int16 `bun:"contract"` // under which it was written
}

// pending is a fact that waits for its position.
type pending struct {
	bun.BaseModel `bun:"table:event_pending"`

	Pool           string    `bun:"pool,pk"`
	Recorded       time.Time `bun:"recorded,pk"`
	Subject        string    `bun:"subject,pk"`
	SubjectVersion int64     `bun:"subject_version,pk"`
	ID             uuid.UUID `bun:"id"`
	Hash           []byte    `bun:"hash"` // its leaf in the proof log
}

// Append announces a fact in the transaction that makes it true. It costs no round trip of its own. A fact that
// breaks the rules of facts is fact.ErrFactInvalid; a subject version that is taken breaks
// event_pool_subject_subject_version_key when the transaction is flushed.
func Append(_ context.Context, tx *pg.Tx, announced fact.Fact) error {
	encoded, err := fact.Encode(announced)
	if err != nil {
		return err
	}
	waiting := pendingOf(encoded)
	pg.Insert(tx, &event{Event: *encoded, Contract: pg.Contract})
	pg.Insert(tx, &waiting)
	pg.Tell(tx, announced)
	return nil
}

// AppendAll announces many facts by COPY, in two round trips however many there are. Each is encoded when its turn
// comes to be sent, while the server writes the ones before. It refuses what Append refuses.
func AppendAll(ctx context.Context, tx *pg.Tx, facts []fact.Fact) error {
	waiting := make([]pending, 0, len(facts))
	if err := pg.CopyStream(ctx, tx, func(row *event) (more bool, err error) {
		if len(waiting) == len(facts) {
			return false, nil
		}
		encoded, err := fact.Encode(facts[len(waiting)])
		if err != nil {
			return false, err
		}
		pg.Tell(tx, facts[len(waiting)])
		waiting = append(waiting, pendingOf(encoded))
		row.Event, row.Contract = *encoded, pg.Contract
		return true, nil
	}); err != nil {
		return err
	}
	return pg.CopyRows(ctx, tx, waiting)
}

func pendingOf(encoded *fact.Event) pending {
	return pending{
		Pool: encoded.Pool, Recorded: encoded.Recorded, Subject: encoded.Subject, ID: encoded.ID,
		SubjectVersion: encoded.SubjectVersion, Hash: encoded.LeafHash(),
	}
}
