package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gongbao/internal/calendar"
	"gongbao/internal/lab/sample"
	"gongbao/internal/launch"
	"gongbao/ledger"
)

func newTrialBalanceCommand(c *launch.Config) *cobra.Command {
	var asJSON bool
	command := &cobra.Command{
		Use:     "trial-balance POOL MONTH",
		Short:   "Print every account of every book of a pool for an accounting month",
		Example: "  gongbao trial-balance IC 2026-06\n  gongbao trial-balance IC 2026-06 --json",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			month, err := calendar.ParseMonth(args[1])
			if err != nil {
				return launch.Misused(err)
			}
			log, err := c.Logger()
			if err != nil {
				return err
			}
			h, err := c.OpenToRead(cmd.Context(), log, launch.Reads)
			if err != nil {
				return err
			}
			defer h.Close()
			lines, err := ledger.TrialBalance(cmd.Context(), h.DB.Of(args[0]), sample.Clerk, args[0], month)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), lines)
			}
			table := launch.FiguresTable(cmd.OutOrStdout())
			fmt.Fprintln(table, strings.Join([]string{"book", "account", "opening", "debit", "credit", "closing", ""}, "\t"))
			for _, line := range lines {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t\n", line.Book, line.Account, line.Opening, line.Debit,
					line.Credit, line.Closing)
			}
			return table.Flush()
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return command
}
