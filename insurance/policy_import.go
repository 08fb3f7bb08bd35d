package insurance

import (
	"context"
	"errors"
	"io"
	"strconv"

	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/product"
)

// ImportPolicies imports all rows or none, unless SkipBad; one transaction in each database, see sheet.RunPools. A
// row that is in the book already, the same, is passed over, so a file can be imported again; one that differs in any
// column from what stands is bad. It refuses:
// insurance.import_unreadable; faults of rows are in the report, and insurance.import_refused says that nothing was
// imported because of them.
func (s *Service) ImportPolicies(ctx context.Context, cmd ImportPolicies) (sheet.Report, error) {
	reader, err := sheet.Open(cmd.Source, cmd.Ways, ImportColumns)
	if err != nil {
		return sheet.Begun(cmd.Ways), sheet.Refused(err, product.ErrImportUnreadable)
	}
	defer func() { _ = reader.Close() }()
	started := false
	report, err := sheet.RunPools(ctx, s.db, cmd.Ways, sheet.Begun(cmd.Ways),
		func(ctx context.Context, txs pg.Txs, report *sheet.Report) error {
			if started { // the source has been read: the transaction cannot be run a second time
				return ErrImportInterrupted
			}
			started = true
			importer, err := newImporter(ctx, txs, s, cmd, report)
			if err != nil {
				return err
			}
			return importer.run(ctx, reader)
		})
	return report, sheet.RefusedRows(err, report, product.ErrImportRefused)
}

// run reads the file batch by batch.
func (im *importer) run(ctx context.Context, reader *sheet.Reader) error {
	for {
		rows, err := im.read(reader)
		if err != nil && !errors.Is(err, io.EOF) {
			return sheet.Refused(err, product.ErrImportUnreadable)
		}
		im.report.Notes = reader.Notes()
		if err := im.batch(ctx, rows); err != nil {
			return err
		}
		im.cmd.Told(im.report.Rows, reader.Offset())
		if err != nil {
			return nil
		}
	}
}

// read gathers a batch of rows that are well formed; the others go into the report.
func (im *importer) read(reader *sheet.Reader) ([]importRow, error) {
	rows := make([]importRow, 0, importBatch)
	for len(rows) < importBatch {
		cells, bad, err := reader.Next()
		if err != nil {
			return rows, err
		}
		im.report.Rows++
		var row importRow
		if len(bad) == 0 {
			row = policyOf(cells)
			bad = cells.Bad
		}
		if first, twice := im.seen[row.quote.Number]; twice && len(bad) == 0 {
			bad = []sheet.BadRow{
				{Row: row.row, Column: "number", Reason: "the number stands in row " + strconv.Itoa(first) + " already"},
			}
		}
		if len(bad) > 0 {
			im.report.Refuse(bad)
			continue
		}
		im.seen[row.quote.Number] = row.row
		rows = append(rows, row)
	}
	return rows, nil
}
