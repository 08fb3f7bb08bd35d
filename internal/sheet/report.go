package sheet

import (
	"context"
	"errors"
	"slices"

	"gongbao/internal/pg"
)

// badRowsMax bounds the report; what comes after is counted.
const badRowsMax = 10_000

// Report is what came of an import.
type Report struct {
	Rows     int      `json:"rows"`
	Imported int      `json:"imported"` // with DryRun: what would be
	Known    int      `json:"known"`    // were there already, the same; nothing was done
	Bad      int      `json:"bad"`
	BadRows  []BadRow `json:"bad_rows"`
	DryRun   bool     `json:"dry_run"`
	Notes    []string `json:"notes,omitempty"` // which sheet was read, what people do not see, what looks odd
}

// Refuse counts a bad row and notes what is wrong with it.
func (r *Report) Refuse(bad []BadRow) {
	r.Bad++
	for _, row := range bad {
		if len(r.BadRows) < badRowsMax {
			r.BadRows = append(r.BadRows, row)
		}
	}
}

// Ways of an import.
type Ways struct {
	Sheet    string                      // of a workbook; its first visible one when empty
	Encoding string                      // of a CSV: utf-8 or gb18030; UTF-8 when empty
	Titled   *Titled                     // a file that is made to be printed; nil for a table alone
	DryRun   bool                        // check everything, write nothing
	SkipBad  bool                        // import the good rows although there are bad ones
	Progress func(rows int, bytes int64) // called now and then; may be nil
}

// Told calls Progress, if there is one.
func (w Ways) Told(rows int, bytes int64) {
	if w.Progress != nil {
		w.Progress(rows, bytes)
	}
}

// ErrBadRows says that nothing was imported, because rows are bad; the wing refuses with it in its own words.
var ErrBadRows = errors.New("rows are bad")

// errUndo rolls an import back that is only a rehearsal, or that has bad rows.
var errUndo = errors.New("undo")

// Run does an import of what concerns no pool, in one transaction, and takes it back when it is a rehearsal or has bad
// rows. The transaction may run again when it meets other work: do is given the report as it was before.
func Run(
	ctx context.Context, db *pg.DB, ways Ways, before Report, do func(context.Context, *pg.Tx, *Report) error,
) (Report, error) {
	home := db.Of(pg.Zone)
	report, err := ways.settle(before, func(try func() *Report, judge func() error) error {
		return pg.InTx(ctx, home, func(ctx context.Context, tx *pg.Tx) error {
			if err := do(ctx, tx, try()); err != nil {
				return err
			}
			return judge()
		})
	})
	if err == nil && !ways.DryRun {
		_ = db.Spread(ctx) // pg.DB.Behind tells
	}
	return report, err
}

// RunPools is Run for rows of pools: a transaction in every database of the zone. See pg.InTxs.
func RunPools(
	ctx context.Context, db *pg.DB, ways Ways, before Report, do func(context.Context, pg.Txs, *Report) error,
) (Report, error) {
	return ways.settle(before, func(try func() *Report, judge func() error) error {
		return pg.InTxs(ctx, db, func(ctx context.Context, txs pg.Txs) error {
			if err := do(ctx, txs, try()); err != nil {
				return err
			}
			return judge()
		})
	})
}

// settle runs an import: each try begins with the report as it was before, and is undone when the ways want it.
func (w Ways) settle(before Report, run func(try func() *Report, judge func() error) error) (Report, error) {
	var after Report
	err := run(func() *Report {
		after = before
		after.BadRows, after.Notes = slices.Clone(before.BadRows), slices.Clone(before.Notes)
		return &after
	}, func() error {
		if w.DryRun || (after.Bad > 0 && !w.SkipBad) {
			return errUndo
		}
		return nil
	})
	switch {
	case errors.Is(err, errUndo) && (after.Bad == 0 || w.SkipBad):
		return after, nil // a rehearsal of what would be imported
	case errors.Is(err, errUndo):
		after.Imported = 0
		return after, ErrBadRows
	case err != nil:
		after.Imported = 0
	}
	return after, err
}
