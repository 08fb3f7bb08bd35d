package main

import (
	"fmt"
	"text/tabwriter"

	"gongbao/internal/launch"

	"github.com/spf13/cobra"
)

func newConfigCommand(c *launch.Config) *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use: "config", Short: "Print the configuration without secrets", Args: cobra.NoArgs,
		Example: "  gongbao config\n  DATABASE_URL=postgres://app@db/gongbao gongbao config --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return printJSON(cmd.OutOrStdout(), c.Shown())
			}
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, s := range c.Settings() {
				fmt.Fprintf(table, "%s\t%s\n", s.Env, s.Shown())
			}
			fmt.Fprintf(table, "\npostgres\t%s\nkafka\t%s\n", c.PostgresKind(), c.KafkaKind())
			return table.Flush()
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return command
}
