package outbox

import (
	"context"

	"github.com/jackc/pgx/v5"

	"gongbao/internal/fact"
	"gongbao/internal/pg"
)

// Append announces a fact in the transaction that makes it true. It costs no round trip of its own. A fact that
// breaks the rules of the outbox is ErrFactInvalid; a subject version that is taken breaks
// event_pool_subject_subject_version_key when the transaction is flushed.
func Append(_ context.Context, tx *pg.Tx, announced fact.Fact) error {
	r, err := fact.Encode(announced)
	if err != nil {
		return err
	}
	tx.Queue(`INSERT INTO event (pool, id, type, schema_version, subject, subject_version, effective, recorded,
		common, members, salts, sections, manifest, contract)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		eventOf(r)...)
	tx.Queue(`INSERT INTO event_pending (pool, recorded, subject, subject_version, id, hash)
		VALUES ($1, $2, $3, $4, $5, $6)`, pendingOf(r)...)
	pg.Tell(tx, announced)
	return nil
}

// AppendAll announces many facts by COPY, in two round trips however many there are. Each is encoded when its turn
// comes to be sent, while the server writes the ones before. It refuses what Append refuses.
func AppendAll(ctx context.Context, tx *pg.Tx, facts []fact.Fact) error {
	pending := make([][]any, len(facts))
	return tx.Native(func(conn *pgx.Conn) error {
		columns := []string{
			"pool", "id", "type", "schema_version", "subject", "subject_version", "effective", "recorded",
			"common", "members", "salts", "sections", "manifest", "contract",
		}
		events := pgx.CopyFromSlice(len(facts), func(i int) ([]any, error) {
			r, err := fact.Encode(facts[i])
			if err != nil {
				return nil, err
			}
			pending[i] = pendingOf(r)
			return eventOf(r), nil
		})
		if err := pg.Copy(ctx, conn, "event", columns, events); err != nil {
			return err
		}
		columns = []string{"pool", "recorded", "subject", "subject_version", "id", "hash"}
		return pg.Copy(ctx, conn, "event_pending", columns, pgx.CopyFromRows(pending))
	})
}

func eventOf(r *fact.Event) []any {
	return []any{
		r.Pool, r.ID, r.Type, r.SchemaVersion, r.Subject, r.SubjectVersion, r.Effective.SQL(), r.Recorded,
		r.Common, r.Members, r.Salts, r.Sections, r.Manifest, int16(pg.Contract),
	}
}

func pendingOf(r *fact.Event) []any {
	return []any{r.Pool, r.Recorded, r.Subject, r.SubjectVersion, r.ID, r.LeafHash()}
}
