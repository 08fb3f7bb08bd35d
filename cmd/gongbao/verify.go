package main

import (
	"github.com/spf13/cobra"

	"gongbao/internal/launch"
	"gongbao/ledger"
)

func newVerifyCommand(c *launch.Config) *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:   "verify",
		Short: "Prove that the whole book adds up",
		Long: `Adds the whole book up again: every journal against its digest and its event, mirrors, portions, seals and
kept balances. It reads, with a login that need have no other right, and changes nothing. The exit status is 0 if the
book verifies, 1 if not, or if there is none: a database without the schema, or with an older one, is no book that
adds up.`,
		Example: "  gongbao verify\n  gongbao verify --json | jq '.findings[]'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := c.Logger()
			if err != nil {
				return err
			}
			h, err := c.OpenToRead(cmd.Context(), log, launch.Reads)
			if err != nil {
				return err
			}
			defer h.Close()
			options := ledger.VerifyOptions{Checks: launch.Checks(), Progress: launch.CheckProgress(cmd.ErrOrStderr())}
			report, err := ledger.Verify(cmd.Context(), h.DB, options)
			if err != nil {
				return err
			}
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), report)
			} else {
				launch.PrintReport(cmd.OutOrStdout(), report)
			}
			if err == nil && len(report.Findings) > 0 {
				return launch.ErrBookBroken
			}
			return err
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return command
}
