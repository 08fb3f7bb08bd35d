package main

import (
	"io"

	"gongbao/internal/demo"
	"gongbao/internal/launch"

	"github.com/spf13/cobra"
)

func newDemoCommand(c *launch.Config) *cobra.Command {
	var once, asJSON bool
	var clusters int
	command := &cobra.Command{
		Use:   "demo",
		Short: "Show the whole thing on a sample zone",
		Long: `Founds three pools with fictional members, plays the acceptance cases, imports a sample book of
policies, closes a month, takes a claim from first notice to a payment, settles a quarter between the members, and shows
premium income, positions, the proof of the book and the last events as read back from Kafka. Statements, settlement
letters, payment files and what the bank answered are laid into a folder that it names. It stays up until Ctrl-C, so
that you can look around; --once leaves at the end.`,
		Example: "  go run ./cmd/gongbao demo\n  go run ./cmd/gongbao demo --once --clusters 3\n" +
			"  go run ./cmd/gongbao demo --once --json | jq .verified",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := c.Logger()
			if err != nil {
				return err
			}
			options := demo.Options{
				Once: once, Clusters: clusters, Out: cmd.OutOrStdout(), Progress: cmd.ErrOrStderr(), Log: log,
			}
			if asJSON {
				options.Out = io.Discard
				options.Shown = func(figures *demo.Figures) error { return printJSON(cmd.OutOrStdout(), figures) }
			}
			return demo.Run(cmd.Context(), c, options)
		},
	}
	command.Flags().BoolVar(&once, "once", false, "leave when everything was shown")
	command.Flags().IntVar(&clusters, "clusters", 1, "how many private Postgres the pools are spread over, 1 to 3")
	command.Flags().BoolVar(&asJSON, "json", false, "print the figures as JSON")
	return command
}
