package backup

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

// ours are the tables of the schema in use, but for the migrations' own and the mark of a restore.
const ours = `relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname NOT LIKE 'bun\_%'
	AND relname <> '` + markTable + `'`

// tables lists the schema's tables with their columns, each after all it refers to.
func tables(ctx context.Context, handle bun.IDB) ([]Table, error) {
	var found []Table
	err := pg.Rows(ctx, handle, `
		SELECT c.relname, string_agg(a.attname, ' ' ORDER BY a.attnum) FROM pg_class AS c
		JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		WHERE `+ours+` GROUP BY c.relname ORDER BY c.relname`, nil,
		func(rows *sql.Rows) error {
			var name, columns string
			err := rows.Scan(&name, &columns)
			found = append(found, Table{Name: name, Columns: strings.Fields(columns)})
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	refers := map[string][]string{}
	err = pg.Rows(ctx, handle, `
		SELECT c.relname, r.relname FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
		JOIN pg_class AS r ON r.oid = k.confrelid
		WHERE k.contype = 'f' AND k.conrelid <> k.confrelid AND c.relnamespace = current_schema()::regnamespace`, nil,
		func(rows *sql.Rows) error {
			var from, to string
			err := rows.Scan(&from, &to)
			refers[from] = append(refers[from], to)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("list what tables refer to: %w", err)
	}
	return inOrder(found, refers)
}

// inOrder puts every table after all it refers to; by name where that leaves a choice.
func inOrder(found []Table, refers map[string][]string) ([]Table, error) {
	var ordered []Table
	done := map[string]bool{}
	for len(found) > 0 {
		next := slices.IndexFunc(found, func(table Table) bool {
			return !slices.ContainsFunc(refers[table.Name], func(to string) bool { return !done[to] })
		})
		if next < 0 {
			return nil, fmt.Errorf("the tables %v refer to each other in a circle", found)
		}
		done[found[next].Name] = true
		ordered = append(ordered, found[next])
		found = slices.Delete(found, next, next+1)
	}
	return ordered, nil
}

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

// pools counts what the manifest says of every pool.
func pools(ctx context.Context, handle bun.IDB) ([]Pool, error) {
	counted := []Pool{}
	err := pg.Rows(ctx, handle, `
		SELECT pool, max(position), sum(waiting)::bigint, sum(journals)::bigint, sum(postings)::bigint FROM (
			SELECT pool, position, 0 AS waiting, 0 AS journals, 0 AS postings FROM feed_head
			UNION ALL SELECT pool, 0, count(*), 0, 0 FROM event_pending GROUP BY pool
			UNION ALL SELECT pool, 0, 0, count(*), 0 FROM journal GROUP BY pool
			UNION ALL SELECT pool, 0, 0, 0, count(*) FROM posting GROUP BY pool
		) AS each GROUP BY pool ORDER BY pool`, nil,
		func(rows *sql.Rows) error {
			var pool Pool
			err := rows.Scan(&pool.Pool, &pool.Position, &pool.Waiting, &pool.Journals, &pool.Postings)
			counted = append(counted, pool)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("count the pools' facts: %w", err)
	}
	return counted, nil
}
