package backup

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

// tables lists the schema's tables with their columns, each after all it refers to.
func tables(ctx context.Context, handle bun.IDB) ([]Table, error) {
	var found []Table
	err := tablesBut.With(but{markTable}).Rows(ctx, handle,
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
	err = references.With(pg.None{}).Rows(ctx, handle,
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

// pools counts what the manifest says of every pool.
func pools(ctx context.Context, handle bun.IDB) ([]Pool, error) {
	counted := []Pool{}
	err := poolsNow.With(pg.None{}).Rows(ctx, handle,
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
