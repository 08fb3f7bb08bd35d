package main

import (
	"github.com/spf13/cobra"

	"gongbao/internal/filestore"
	"gongbao/internal/launch"
	"gongbao/ledger"
)

func newVerifyCommand(c *launch.Config) *cobra.Command {
	var asJSON, withoutDocuments bool
	command := &cobra.Command{
		Use:   "verify",
		Short: "Prove that the whole book adds up",
		Long: `Adds the whole book up again: every journal against its digest and its event, mirrors, portions, seals and
kept balances, and the papers in the folder of documents (DOCUMENTS_DIR) against their hashes. It reads, with a login
that need have no other right, and changes nothing. The exit status is 0 if the
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
			var papers filestore.Store
			if !withoutDocuments {
				if papers, err = c.LookAtDocuments(); err != nil {
					return err
				}
			}
			options := ledger.VerifyOptions{
				Checks: launch.Checks(papers), Progress: launch.CheckProgress(cmd.ErrOrStderr()),
			}
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
	command.Flags().BoolVar(&withoutDocuments, "without-documents", false,
		"take the bytes of papers on trust, where the folder of documents cannot be reached")
	return command
}
