package insurance

import (
	"context"
	"database/sql"
	"embed"

	"github.com/uptrace/bun"

	"gongbao/internal/pg"
)

//go:embed sql/*.sql
var folder embed.FS

// files are the statements of this package.
var files = pg.Load(folder)

// policyKey is a policy by its number.
type policyKey struct{ Pool, Number string }

// policiesKey are policies of one pool by their numbers.
type policiesKey struct {
	Pool    string
	Numbers []string
}

// numbersOf reads the numbers of policies.
func numbersOf(ctx context.Context, handle bun.IDB, asked pg.Bound) ([]string, error) {
	var numbers []string
	err := asked.Rows(ctx, handle, func(rows *sql.Rows) error {
		var number string
		err := rows.Scan(&number)
		numbers = append(numbers, number)
		return err
	})
	return numbers, err
}
