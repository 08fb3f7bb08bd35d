package sim

import (
	"context"
	"slices"
	"strings"

	"gongbao/internal/pg"
	"gongbao/migrations"
)

// fewPlayed is up to how many moves a ledger is emptied by deleting its rows: of few rows that is quicker than making
// the tables anew, and both are quicker than another ledger.
const fewPlayed = 2000

// renew empties a ledger on which so many moves were played, and puts a new auditor and new players before it.
func (s *session) renew(ctx context.Context, options *Options, played int) error {
	tables := slices.Concat(migrations.AppendOnly, migrations.Mutable, migrations.Queues)
	empty := "TRUNCATE " + strings.Join(tables, ", ")
	if played <= fewPlayed { // in one statement, so that tables that lean on each other fall together
		empty = "WITH "
		for _, table := range tables[1:] {
			empty += "del_" + table + " AS (DELETE FROM " + table + "), "
		}
		empty = strings.TrimSuffix(empty, ", ") + " DELETE FROM " + tables[0]
	}
	_, err := pg.Exec(ctx, s.db, empty)
	s.db.Forget()
	s.begin(options)
	return err
}
