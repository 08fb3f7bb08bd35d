package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"gongbao/insurance"
	"gongbao/internal/sample"
)

func newImportCommand(c *config) *cobra.Command {
	command := &cobra.Command{Use: "import", Short: "Bring a book of business in"}
	command.AddCommand(newImportPoliciesCommand(c), newImportCatalogueCommand(c))
	return command
}

func newImportPoliciesCommand(c *config) *cobra.Command {
	var dryRun, skipBad, asJSON, columns bool
	command := &cobra.Command{
		Use:   "policies FILE",
		Short: "Import policies in force, with premium, splits, postings and events, from CSV",
		Long: `Imports all rows of a CSV file or none; --skip-bad imports the good ones. Every bad row is reported with its
row, column and reason. A row that is in the book already, the same, is passed over, so a file can be imported again.`,
		Example: "  gongbao import policies --columns\n  gongbao import policies --dry-run book.csv\n" +
			"  gongbao import policies book.csv",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if columns {
				return printColumns(cmd.OutOrStdout(), insurance.ImportColumns)
			}
			if len(args) == 0 {
				return misused(errors.New("name the file, - for standard input"))
			}
			source, size, err := openSource(cmd, args[0])
			if err != nil {
				return misused(err)
			}
			defer func() { _ = source.Close() }()
			log, err := c.logger()
			if err != nil {
				return err
			}
			h, err := c.open(cmd.Context(), log)
			if err != nil {
				return err
			}
			defer h.close()
			bar := newBar(cmd.ErrOrStderr(), size, "import")
			report, err := h.insurance.ImportPolicies(cmd.Context(), insurance.ImportPolicies{
				By: sample.Clerk, Source: source, DryRun: dryRun, SkipBad: skipBad,
				Progress: func(_ int, bytes int64) { _ = bar.Set64(bytes) },
			})
			if err != nil && !errors.Is(err, insurance.ErrImportRefused) {
				return err
			}
			if asJSON {
				return errors.Join(printJSON(cmd.OutOrStdout(), report), err)
			}
			printImport(cmd.OutOrStdout(), report)
			return err
		},
	}
	command.Flags().BoolVar(&dryRun, "dry-run", false, "check everything, write nothing")
	command.Flags().BoolVar(&skipBad, "skip-bad", false, "import the good rows although there are bad ones")
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	command.Flags().BoolVar(&columns, "columns", false, "print the columns a file may have")
	return command
}

func newImportCatalogueCommand(c *config) *cobra.Command {
	var dryRun, skipBad, asJSON, columns bool
	command := &cobra.Command{
		Use:   "catalogue FILE",
		Short: "Import an edition of a catalogue of first sets or new materials, from CSV",
		Long: `Imports all rows of a CSV file or none; --skip-bad imports the good ones. An item that is there already, the
same, is passed over, so a file can be imported again. Policies name an item with facts catalogue_edition and
catalogue_item.`,
		Example: "  gongbao import catalogue --columns\n  gongbao import catalogue --dry-run items.csv\n" +
			"  gongbao import catalogue items.csv",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if columns {
				return printColumns(cmd.OutOrStdout(), insurance.CatalogueColumns)
			}
			if len(args) == 0 {
				return misused(errors.New("name the file, - for standard input"))
			}
			source, _, err := openSource(cmd, args[0])
			if err != nil {
				return misused(err)
			}
			defer func() { _ = source.Close() }()
			log, err := c.logger()
			if err != nil {
				return err
			}
			h, err := c.open(cmd.Context(), log)
			if err != nil {
				return err
			}
			defer h.close()
			report, err := h.insurance.ImportCatalogue(cmd.Context(), insurance.ImportCatalogue{
				By: sample.Clerk, Source: source, DryRun: dryRun, SkipBad: skipBad,
			})
			if err != nil && !errors.Is(err, insurance.ErrImportRefused) {
				return err
			}
			if asJSON {
				return errors.Join(printJSON(cmd.OutOrStdout(), report), err)
			}
			printImport(cmd.OutOrStdout(), report)
			return err
		},
	}
	command.Flags().BoolVar(&dryRun, "dry-run", false, "check everything, write nothing")
	command.Flags().BoolVar(&skipBad, "skip-bad", false, "import the good rows although there are bad ones")
	command.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	command.Flags().BoolVar(&columns, "columns", false, "print the columns a file may have")
	return command
}

func openSource(cmd *cobra.Command, name string) (io.ReadCloser, int64, error) {
	if name == "-" {
		return io.NopCloser(cmd.InOrStdin()), -1, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, err
	}
	return file, info.Size(), nil
}

func printColumns(out io.Writer, columns []insurance.ImportColumn) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, column := range columns {
		needed := ""
		if column.Needed {
			needed = "needed"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", column.Name, needed, column.Help)
	}
	return table.Flush()
}

func printImport(out io.Writer, report insurance.Imported) {
	for _, bad := range report.BadRows {
		fmt.Fprintf(out, "row %d, column %s: %s\n", bad.Row, orDash(bad.Column), bad.Reason)
	}
	verb := "imported"
	if report.DryRun {
		verb = "would be imported"
	}
	fmt.Fprintf(
		out, "%d rows: %d %s, %d were there already, %d bad\n", report.Rows, report.Imported, verb, report.Known,
		report.Bad,
	)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// newBar is a progress bar on a terminal, and silence elsewhere.
func newBar(target io.Writer, size int64, what string) *progressbar.ProgressBar {
	if !isTerminal(target) {
		return progressbar.DefaultSilent(size, what)
	}
	return progressbar.NewOptions64(size, progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(target),
		progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(), progressbar.OptionFullWidth())
}

func isTerminal(target io.Writer) bool {
	file, is := target.(*os.File)
	if !is {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
