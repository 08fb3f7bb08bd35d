package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"gongbao/ledger"
)

func newExportCommand(c *config) *cobra.Command {
	command := &cobra.Command{Use: "export", Short: "Write the books out"}
	command.AddCommand(newExportLedgerCommand(c))
	return command
}

func newExportLedgerCommand(c *config) *cobra.Command {
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
				return misused(ledger.ErrFormatUnknown.With("--format %q", format))
			}
			log, err := c.logger()
			if err != nil {
				return err
			}
			h, err := c.openToRead(cmd.Context(), log, reads)
			if err != nil {
				return err
			}
			defer h.close()
			target := cmd.OutOrStdout()
			if name != "" {
				file, err := os.Create(name)
				if err != nil {
					return misused(err)
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

func exportTo(cmd *cobra.Command, h *house, format ledger.Format, target io.Writer) error {
	count, err := ledger.Export(cmd.Context(), h.db, format, target)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%d postings written\n", count)
	return nil
}
