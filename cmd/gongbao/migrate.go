package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func newMigrateCommand(c *config) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's schema up to date",
		Long: `Only this and restore make or change the schema of a database that is not embedded. It applies
the migrations that are missing to every database, with the owner's login (MIGRATE_DATABASE_URL,
MIGRATE_POOL_DATABASES), and gives the application's login (DATABASE_URL, POOL_DATABASES) its rights: it may add
postings, events and positions, and may not change or delete them.`,
		Example: "  gongbao migrate\n" +
			"  MIGRATE_DATABASE_URL=postgres://owner@db/gongbao DATABASE_URL=postgres://app@db/gongbao gongbao migrate",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := c.logger()
			if err != nil {
				return err
			}
			h := &house{manner: makes}
			defer h.close()
			places, err := c.places(cmd.Context(), log, h)
			if err != nil {
				return err
			}
			var applied []string
			for _, at := range places {
				if applied, err = migrate(cmd.Context(), at.owner, at.application); err != nil {
					return err
				}
				for _, name := range applied {
					fmt.Fprintln(cmd.OutOrStdout(), "applied", name, strings.Join(at.pools, ", "))
				}
			}
			if len(applied) == 0 {
				fmt.Fprintln(cmd.OutOrStdout(), "the schema is up to date")
			}
			return nil
		},
	}
}
