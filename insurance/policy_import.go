package insurance

import (
	"context"
	"errors"
	"io"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/pg"
)

// importBatch bounds how many policies are held in memory and copied at once.
const importBatch = 2000

// badRowsMax bounds the report; what comes after is counted.
const badRowsMax = 10_000

// ImportPolicies brings policies that are in force into the book, with their premium, splits, postings and events 导入保单.
type ImportPolicies struct {
	By       access.Principal
	Source   io.Reader                   // CSV with a header, see ImportColumns
	DryRun   bool                        // check everything, write nothing
	SkipBad  bool                        // import the good rows although there are bad ones
	Progress func(rows int, bytes int64) // called after each batch; may be nil
}

// Imported is the report of an import.
type Imported struct {
	Rows     int      `json:"rows"`
	Imported int      `json:"imported"` // with DryRun: what would be
	Known    int      `json:"known"`    // were there already, the same; nothing was done
	Bad      int      `json:"bad"`
	BadRows  []BadRow `json:"bad_rows"`
	DryRun   bool     `json:"dry_run"`
}

// errUndo rolls an import back that is only a rehearsal, or that has bad rows.
var errUndo = errors.New("undo")

// ImportPolicies imports all rows or none, unless SkipBad; it is one transaction. A row that is in the book already,
// the same, is passed over, so a file can be imported again. It refuses: insurance.import_unreadable; faults of rows
// are in the report, and insurance.import_refused says that nothing was imported because of them.
func (s *Service) ImportPolicies(ctx context.Context, cmd ImportPolicies) (Imported, error) {
	reader, err := newRowReader(cmd.Source, ImportColumns)
	if err != nil {
		return Imported{}, err
	}
	report := Imported{DryRun: cmd.DryRun, BadRows: []BadRow{}}
	started := false
	err = pg.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		if started { // the source has been read: the transaction cannot be run a second time
			return ErrImportInterrupted
		}
		started = true
		importer, err := newImporter(ctx, tx, s, cmd, &report)
		if err != nil {
			return err
		}
		if err := importer.run(ctx, reader); err != nil {
			return err
		}
		if cmd.DryRun || (report.Bad > 0 && !cmd.SkipBad) {
			return errUndo
		}
		return nil
	})
	switch {
	case errors.Is(err, errUndo) && cmd.DryRun:
		return report, nil
	case errors.Is(err, errUndo):
		report.Imported = 0
		return report, ErrImportRefused.With("%d of %d rows are bad", report.Bad, report.Rows)
	default:
		return report, err
	}
}

// run reads the file batch by batch.
func (im *importer) run(ctx context.Context, reader *rowReader) error {
	for {
		rows, err := im.read(reader)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if err := im.batch(ctx, rows); err != nil {
			return err
		}
		if im.cmd.Progress != nil {
			im.cmd.Progress(im.report.Rows, reader.csv.InputOffset())
		}
		if err != nil {
			return nil
		}
	}
}

// read gathers a batch of rows that are well formed; the others go into the report.
func (im *importer) read(reader *rowReader) ([]importRow, error) {
	rows := make([]importRow, 0, importBatch)
	for len(rows) < importBatch {
		row, bad, err := reader.next()
		if err != nil {
			return rows, err
		}
		im.report.Rows++
		if first, twice := im.seen[row.quote.Number]; twice && len(bad) == 0 {
			bad = []BadRow{
				{Row: row.row, Column: "number", Reason: "the number stands in row " + itoa(first) + " already"},
			}
		}
		if len(bad) > 0 {
			im.report.refuse(bad)
			continue
		}
		im.seen[row.quote.Number] = row.row
		rows = append(rows, row)
	}
	return rows, nil
}

// refuse counts a bad row and notes what is wrong with it.
func (r *Imported) refuse(bad []BadRow) {
	r.Bad++
	for _, row := range bad {
		if len(r.BadRows) < badRowsMax {
			r.BadRows = append(r.BadRows, row)
		}
	}
}
