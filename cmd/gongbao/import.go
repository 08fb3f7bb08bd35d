package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gongbao/claims"
	"gongbao/internal/httpapi"
	"gongbao/internal/identity"
	"gongbao/internal/lab/sample"
	"gongbao/internal/launch"
	"gongbao/internal/sheet"
	"gongbao/internal/words"
	"gongbao/product"
	"gongbao/zone"
)

func newImportCommand(c *launch.Config) *cobra.Command {
	command := &cobra.Command{Use: "import", Short: "Bring books of business in 导入"}
	for _, kind := range httpapi.ImportKinds(nil, nil, nil, nil, nil) { // only the kinds' names are asked here
		command.AddCommand(newImportKindCommand(c, kind))
	}
	return command
}

// importFlags are how a file is imported by command.
type importFlags struct {
	sheet.Ways

	asJSON, columns bool
	template        string
}

func newImportKindCommand(c *launch.Config, kind httpapi.ImportKind) *cobra.Command {
	f := &importFlags{}
	command := &cobra.Command{
		Use:   kind.Name + " FILE",
		Short: "Import " + kind.About + ", from CSV or XLSX",
		Long: "Imports " + kind.About + `.

All rows of the file are imported or none; --skip-bad imports the good ones. Every bad row is reported with its row,
column and reason, and the status is 1 when there is any. A row that is in the book already, the same, is passed over,
so a file can be imported again; one that says anything else than the book is bad.

What a cell of a workbook holds decides what it may be: a number is no code, a day no amount. An empty cell is never
taken for 0 or for a value of ours. A CSV is read as UTF-8 unless --encoding says otherwise. Of a workbook the first
visible sheet is read; hidden rows are read as well, and the report says so.`,
		Example: fmt.Sprintf("  gongbao import %[1]s --columns\n  gongbao import %[1]s --template %[1]s.xlsx\n"+
			"  gongbao import %[1]s --dry-run %[1]s.csv\n  gongbao import %[1]s %[1]s.xlsx", kind.Name),
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runImport(cmd, c, kind, f, args) },
	}
	flags := command.Flags()
	flags.BoolVar(&f.DryRun, "dry-run", false, "check everything, write nothing")
	flags.BoolVar(&f.SkipBad, "skip-bad", false, "import the good rows although there are bad ones")
	flags.StringVar(&f.Sheet, "sheet", "", "of a workbook; its first visible one when left out")
	flags.StringVar(&f.Encoding, "encoding", "", "of a CSV: utf-8 or gb18030 (also GBK, GB 2312); UTF-8 when left out")
	flags.BoolVar(&f.asJSON, "json", false, "print JSON")
	flags.BoolVar(&f.columns, "columns", false, "print the columns a file may have")
	flags.StringVar(&f.template, "template", "", "write a workbook to fill in")
	return command
}

func runImport(cmd *cobra.Command, c *launch.Config, kind httpapi.ImportKind, f *importFlags, args []string) error {
	switch {
	case f.columns:
		return printColumns(cmd.OutOrStdout(), kind.Columns)
	case f.template != "":
		return writeTemplate(f.template, kind.Columns)
	case len(args) == 0:
		return launch.Misused(errors.New("name the file, - for standard input"))
	}
	source, size, err := openSource(cmd, args[0])
	if err != nil {
		return launch.Misused(err)
	}
	defer func() { _ = source.Close() }()
	log, err := c.Logger()
	if err != nil {
		return err
	}
	h, err := c.Open(cmd.Context(), log)
	if err != nil {
		return err
	}
	defer h.Close()
	bar := launch.NewBar(cmd.ErrOrStderr(), size, "import")
	f.Progress = func(_ int, bytes int64) { _ = bar.Set64(bytes) }
	for _, real := range httpapi.ImportKinds(h.Zone, h.Coinsurance, h.Product, h.Insurance, h.Claims) {
		if real.Name == kind.Name {
			kind = real
		}
	}
	by := sample.Clerk
	if c.As != "" {
		if by, err = identity.ParsePerson(c.As); err != nil {
			return launch.Misused(err)
		}
	}
	report, err := kind.Run(cmd.Context(), by, source, f.Ways)
	refused := errors.Is(err, product.ErrImportRefused) || errors.Is(err, zone.ErrImportRefused) ||
		errors.Is(err, claims.ErrImportRefused)
	if err != nil && !refused {
		return err
	}
	if err == nil && report.Bad > 0 {
		err = fmt.Errorf("%s of %d", words.Counted(report.Bad, "row is bad", "rows are bad"), report.Rows)
	}
	if f.asJSON {
		return errors.Join(printJSON(cmd.OutOrStdout(), report), err)
	}
	printImport(cmd.OutOrStdout(), report)
	return err
}

func writeTemplate(name string, columns []sheet.Column) error {
	file, err := os.Create(name)
	if err != nil {
		return launch.Misused(err)
	}
	return errors.Join(sheet.WriteTemplate(file, columns), file.Close())
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

func printColumns(out io.Writer, columns []sheet.Column) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, column := range columns {
		fmt.Fprintf(table, "%s\t%s\t%s\n", column.Name, column.Rule(), column.Help)
	}
	return table.Flush()
}

func printImport(out io.Writer, report sheet.Report) {
	for _, note := range report.Notes {
		fmt.Fprintln(out, "note:", note)
	}
	for _, bad := range report.BadRows {
		fmt.Fprintf(out, "row %d, column %s: %s\n", bad.Row, orDash(bad.Column), bad.Reason)
	}
	verb := "imported"
	if report.DryRun {
		verb = "would be imported"
	}
	fmt.Fprintf(
		out, "%s: %d %s, %s there already, %d bad\n", words.Counted(report.Rows, "row", "rows"), report.Imported, verb,
		words.Counted(report.Known, "was", "were"), report.Bad,
	)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
