package main

import (
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"gongbao/internal/fault"
	"gongbao/internal/launch"
	"gongbao/ledger"
)

func newExportCommand(c *launch.Config) *cobra.Command {
	command := &cobra.Command{Use: "export", Short: "Write the books out"}
	command.AddCommand(newExportLedgerCommand(c))
	return command
}

func newExportLedgerCommand(c *launch.Config) *cobra.Command {
	var format, name string
	command := &cobra.Command{
		Use:   "ledger",
		Short: "Write every book as an hledger journal or as CSV",
		Long: `Writes every book out. Accounts of the hledger journal are book:account:pool, with the counterparty behind it
on accounts between members; hledger check accepts it and hledger balance shows our figures.`,
		Example: "  gongbao export ledger --format hledger --output book.journal\n" +
			"  hledger -f book.journal balance --tree DONGHU\n" +
			"  gongbao export ledger --format csv > postings.csv",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != string(ledger.Hledger) && format != string(ledger.CSV) {
				return launch.Misused(ledger.ErrFormatUnknown.Case(fault.Args{"format": strconv.Quote(format)}))
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
			target := cmd.OutOrStdout()
			if name != "" {
				file, err := os.Create(name)
				if err != nil {
					return launch.Misused(err)
				}
				defer func() { _ = file.Close() }()
				target = file
			}
			return exportTo(cmd, h, ledger.Format(format), target)
		},
	}
	command.Flags().StringVar(&format, "format", string(ledger.Hledger), "hledger or csv")
	command.Flags().StringVar(&name, "output", "", "file to write; standard output when left out")
	return command
}

func exportTo(cmd *cobra.Command, h *launch.House, format ledger.Format, target io.Writer) error {
	count, err := ledger.Export(cmd.Context(), h.DB, format, target)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%d postings written\n", count)
	return nil
}
