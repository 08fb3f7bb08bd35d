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

type toldArgs struct {
	Pool            string
	Subjects, Types []string
}

var told = pg.SQL[toldArgs](statements, "Told")

// Told reads what was announced of subjects of a pool, by these types of fact, oldest first. It is for the wing that
// announced it: what a wing needs at every turn it keeps in a table of its own.
func Told(ctx context.Context, handle bun.IDB, pool string, subjects []string, types ...string) ([]ToldFact, error) {
	var facts []ToldFact
	err := told.With(toldArgs{pool, subjects, types}).Rows(ctx, handle, func(rows *sql.Rows) error {
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

type subjectArgs struct{ Pool, Subject string }

var nextVersion = pg.SQL[subjectArgs](statements, "NextVersion")

// NextVersion is the version that the next fact of a subject has, for subjects whose version no row keeps.
func NextVersion(ctx context.Context, handle bun.IDB, pool, subject string) (version int64, err error) {
	err = nextVersion.With(subjectArgs{pool, subject}).Row(ctx, handle, &version)
	return version, err
}
