package testdb_test

import (
	"context"
	"slices"
	"testing"

	"gongbao/internal/lab/testdb"
	"gongbao/internal/pg"
	"gongbao/migrations"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	t.Run("OK every append-only table refuses UPDATE, DELETE and TRUNCATE to the application", func(t *testing.T) {
		t.Parallel()
		for _, table := range migrations.AppendOnly {
			column := "pool"
			if slices.Contains(migrations.References, table) {
				column = "recorded" // what is copied to every shard belongs to no pool
			}
			for _, statement := range []string{
				"UPDATE " + table + " SET " + column + " = " + column, "DELETE FROM " + table, "TRUNCATE " + table,
			} {
				if _, err := db.Pool.Exec(context.Background(), statement); pg.CodeOf(err) != "42501" {
					t.Errorf("%s: got %v, wanted SQLSTATE 42501", statement, err)
				}
			}
		}
	})
}
