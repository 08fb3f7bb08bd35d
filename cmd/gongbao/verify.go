package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"gongbao/claims"
	"gongbao/insurance"
	"gongbao/ledger"
)

// checks are what verify proves of every wing.
func checks() []ledger.Check { return slices.Concat(insurance.Checks(), claims.Checks()) }

func newVerifyCommand(c *config) *cobra.Command {
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
			log, err := c.logger()
			if err != nil {
				return err
			}
			h, err := c.openToRead(cmd.Context(), log, reads)
			if err != nil {
				return err
			}
			defer h.close()
			options := ledger.VerifyOptions{Checks: checks(), Progress: checkProgress(cmd.ErrOrStderr())}
			report, err := ledger.Verify(cmd.Context(), h.db, options)
			if err != nil {
				return err
			}
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), report)
			} else {
				printReport(cmd.OutOrStdout(), report)
			}
			if err == nil && len(report.Findings) > 0 {
				return errBookBroken
			}
			return err
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return command
}

func printReport(out io.Writer, report ledger.Report) {
	for _, finding := range report.Findings {
		fmt.Fprintln(out, finding)
	}
	if report.Truncated {
		fmt.Fprintln(out, "… and more")
	}
	verdict := "verified"
	if len(report.Findings) > 0 {
		verdict = fmt.Sprintf("NOT verified: %d findings", len(report.Findings))
	}
	fmt.Fprintf(
		out, "%d journals, %d postings, %d checks: %s\n", report.Journals, report.Postings, len(report.Checks),
		verdict,
	)
}

// checkProgress shows which check runs, on a terminal only.
func checkProgress(target io.Writer) func(check string, done, of int) {
	var bar *progressbar.ProgressBar
	return func(check string, done, of int) {
		if bar == nil {
			bar = newBar(target, int64(of), "verify")
		}
		bar.Describe("verify " + check)
		_ = bar.Set(done)
	}
}
