package backup

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// identifier is the table's name as SQL writes it.
func (t *Table) identifier() string { return pgx.Identifier{t.Name}.Sanitize() }

// columns are its columns' names as SQL writes them.
func (t *Table) columns() string {
	names := make([]string, len(t.Columns))
	for i, name := range t.Columns {
		names[i] = pgx.Identifier{name}.Sanitize()
	}
	return strings.Join(names, ", ")
}

// locked is the text that locks tables against a migration; reading and writing them is free.
func locked(all []Table) string { return "LOCK TABLE " + named(all) + " IN ACCESS SHARE MODE" }

// emptied is the text that empties tables.
func emptied(all []Table) string { return "TRUNCATE " + named(all) }

// out is the text by which Postgres writes a table, and in that by which it reads one.
func (t *Table) out() string { return "COPY " + t.identifier() + " (" + t.columns() + ") TO STDOUT" }

func (t *Table) in() string { return "COPY " + t.identifier() + " (" + t.columns() + ") FROM STDIN" }

func named(all []Table) string {
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].identifier()
	}
	return strings.Join(names, ", ")
}
