package backup

import (
	"context"
	"io/fs"
	"slices"

	"github.com/uptrace/bun"

	"gongbao/internal/fault"
	"gongbao/internal/pg"
)

// knownMigrations refuses with ErrSchemaNewer a schema that this program does not know.
func knownMigrations(files fs.FS, applied []string) error {
	known, err := pg.Migrations(files)
	if err != nil {
		return err
	}
	for _, number := range applied {
		if !slices.Contains(known, number) {
			return ErrSchemaNewer.Case(fault.Args{"migration": number})
		}
	}
	return nil
}

// sound wants the positions of every pool dense, each with an event of its hash; it refuses with the rule.
func sound(ctx context.Context, handle bun.IDB, rule *fault.Fault) error {
	var pool string
	var positions, fit int64
	err := unsound.With(pg.None{}).Row(ctx, handle, &pool, &positions, &fit)
	if pg.NoRows(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return rule.Case(fault.Args{"pool": pool, "positions": positions, "fit": fit})
}
