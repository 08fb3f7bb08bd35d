package main

import (
	"fmt"
	"io"
	"strings"

	"gongbao/internal/launch"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

func newMigrateCommand(c *launch.Config) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's schema up to date",
		Long: `Only this and restore make or change the schema of a database that is not embedded. It applies
the migrations that are missing to every database, with the owner's login (MIGRATE_DATABASE_URL,
MIGRATE_POOL_DATABASES), and gives the application's login (DATABASE_URL, POOL_DATABASES) its rights: it may add
postings, events and positions, and may not change or delete them. Last come the steps that bring an older book over:
they post, and announce what they did. All of it may be repeated; what was done is not done twice.`,
		Example: "  gongbao migrate\n" +
			"  MIGRATE_DATABASE_URL=postgres://owner@db/gongbao DATABASE_URL=postgres://app@db/gongbao gongbao migrate",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := c.Logger()
			if err != nil {
				return err
			}
			h := &launch.House{Manner: launch.Makes, Clock: c.Time()}
			defer h.Close()
			places, err := c.Places(cmd.Context(), log, h)
			if err != nil {
				return err
			}
			out, news := cmd.OutOrStdout(), 0
			for _, at := range places {
				done, err := launch.Migrate(cmd.Context(), at.Owner, at.Application, c.Time(), stepProgress(cmd.ErrOrStderr()))
				if err != nil {
					return err
				}
				for _, name := range done.Applied {
					fmt.Fprintln(out, "applied", name, strings.Join(at.Pools, ", "))
				}
				steps := launch.BroughtOver(done.Brought)
				for _, line := range steps {
					fmt.Fprintln(out, line)
				}
				news += len(done.Applied) + len(steps)
			}
			if news == 0 {
				fmt.Fprintln(out, "the schema is up to date")
			}
			return nil
		},
	}
}

// stepProgress shows how far a step is, on a terminal only.
func stepProgress(target io.Writer) func(step string, done, of int) {
	var bar *progressbar.ProgressBar
	return func(step string, done, of int) {
		if bar == nil {
			bar = launch.NewBar(target, int64(of), step)
		}
		bar.Describe(step)
		_ = bar.Set(done)
	}
}
