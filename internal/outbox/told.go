package outbox

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/pg"
)

// ToldFact is a fact that was announced, as far as who announced it asks again.
type ToldFact struct {
	Type      string
	Subject   string
	Effective calendar.Date
	Data      json.RawMessage // of the common part
}

// Told reads what was announced of subjects of a pool, by these types of fact, oldest first. It is for the wing that
// announced it: what a wing needs at every turn it keeps in a table of its own.
func Told(ctx context.Context, handle bun.IDB, pool string, subjects []string, types ...string) ([]ToldFact, error) {
	var facts []ToldFact
	err := pg.Rows(ctx, handle, `SELECT type, subject, effective, common FROM event
		WHERE pool = $1 AND subject = ANY ($2) AND type = ANY ($3) ORDER BY subject, subject_version`,
		[]any{pool, subjects, types}, func(rows *sql.Rows) error {
			var fact ToldFact
			var written []byte
			if err := rows.Scan(&fact.Type, &fact.Subject, &fact.Effective, &written); err != nil {
				return err
			}
			var common struct {
				Data json.RawMessage `json:"data"`
			}
			err := json.Unmarshal(written, &common)
			fact.Data = common.Data
			facts = append(facts, fact)
			return err
		})
	return facts, err
}
