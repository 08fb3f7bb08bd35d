package paper

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/filestore"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
)

// Writer is whom papers are written by, after the act that asked for them.
var Writer = access.Person("papers", access.Manager, "", access.Settlement)

var (
	papersDue = pg.Select[settlement.PaperDue, pg.None](files, "PapersDue")
	takePaper = pg.SQL[paperKey](files, "TakePaper")
)

const sizeMax = 4 << 30 // bytes of a paper

// WriteDue writes the papers that are due, in the order in which they were asked for, and gives their number. Each is
// written into the store first, a row at a time and without a transaction; then one short transaction keeps its files,
// announces them and takes away what was due. So it may stop anywhere, and go on here or in another process: what two
// have written at once is kept of the one that was faster.
func (s *Service) WriteDue(ctx context.Context) (int, error) {
	select {
	case s.desk <- struct{}{}:
		defer func() { <-s.desk }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	done := 0
	var failures []error
	for _, db := range s.db.All() { // one that is away keeps no other's papers waiting
		due, err := pg.Listed[settlement.PaperDue](ctx, db, papersDue.With(pg.None{}))
		failures = append(failures, err)
		for i := range due {
			written, err := s.write(ctx, db, &due[i])
			if err != nil {
				failures = append(failures, fmt.Errorf("write %s: %w", due[i].Subject(), err))
			}
			if written {
				done++
			}
		}
	}
	return done, errors.Join(failures...)
}

// drafted reads what a paper says, as of the act that asked for it.
func (s *Service) drafted(ctx context.Context, due *settlement.PaperDue) (*draft, error) {
	switch due.Kind {
	case Statement:
		return s.draftStatement(ctx, due)
	case Letter:
		return s.draftLetter(ctx, due)
	default:
		return s.draftConfirmation(ctx, due)
	}
}

// write writes what a paper lacks of its formats: a PDF names the workbook, so that comes first.
func (s *Service) write(ctx context.Context, db *pg.DB, due *settlement.PaperDue) (written bool, err error) {
	kept, err := pg.Listed[IssuedFile](ctx, db, issuedFiles.With(keyOf(due)))
	if err != nil {
		return false, err
	}
	d, err := s.drafted(ctx, due)
	if err != nil {
		return false, err
	}
	var table *IssuedFile
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV, PDF} {
		at := slices.IndexFunc(kept, func(f IssuedFile) bool { return f.Format == format })
		if at < 0 {
			file, err := s.file(ctx, due, d, format, table)
			if err != nil {
				return false, err
			}
			kept, at = append(kept, *file), len(kept)
		}
		if format == sheet.XLSX {
			table = &kept[at]
		}
	}
	err = pg.InTx(ctx, db, func(ctx context.Context, tx *pg.Tx) error {
		written, err = keep(ctx, tx, due, kept, d.readers)
		return err
	})
	return written && err == nil, err
}

// file writes a paper in one format into the store.
func (s *Service) file(
	ctx context.Context, due *settlement.PaperDue, d *draft, format sheet.Format, table *IssuedFile,
) (*IssuedFile, error) {
	digest, size, err := s.put(ctx, func(to io.Writer) error {
		if format == PDF {
			return d.print(ctx, to, table)
		}
		return sheet.WriteTable(to, format, d.columns, func(row func(sheet.Cells) error) error { return d.rows(ctx, row) })
	})
	if err != nil {
		return nil, err
	}
	return &IssuedFile{
		Pool: due.Pool, Kind: due.Kind, Reference: due.Reference, Member: due.Member, Format: format,
		Name: fmt.Sprintf("%s.%s", d.name, format), Size: size, Hash: digest[:],
		Recorded: clock.Later(s.clock.Now(), due.Recorded), Actor: due.Actor,
	}, nil
}

// put writes into a file without a name, and puts it into the store.
func (s *Service) put(
	ctx context.Context, write func(io.Writer) error,
) (digest filestore.Digest, size int64, err error) {
	file, err := os.CreateTemp("", "gongbao-paper-*")
	if err != nil {
		return digest, 0, err
	}
	_ = os.Remove(file.Name()) // where files that are open cannot be removed, the system's own cleaning has to do
	defer func() { _ = file.Close() }()
	buffered := bufio.NewWriter(file)
	if err = errors.Join(write(buffered), buffered.Flush()); err != nil {
		return digest, 0, err
	}
	if _, err = file.Seek(0, io.SeekStart); err != nil {
		return digest, 0, err
	}
	return s.store.Put(ctx, file, sizeMax)
}

// keep keeps the files of a paper and announces them, unless somebody was faster.
func keep(
	ctx context.Context, tx *pg.Tx, due *settlement.PaperDue, all []IssuedFile, readers []string,
) (bool, error) {
	taken, err := takePaper.With(keyOf(due)).Exec(ctx, tx)
	if err != nil || taken == 0 {
		return false, err
	}
	version, err := settlement.LastVersion(ctx, tx, due.Pool, due.Subject())
	if err != nil {
		return false, err
	}
	var announced []settlement.PaperFile
	var recorded time.Time
	for i := range all {
		if _, err := pg.InsertNew(ctx, tx, &all[i]); err != nil {
			return false, err
		}
		recorded = clock.Later(recorded, all[i].Recorded)
	}
	for _, format := range formats {
		at := slices.IndexFunc(all, func(f IssuedFile) bool { return f.Format == format })
		announced = append(announced, all[at].file())
	}
	written := settlement.PaperWritten(due, announced, version+1, recorded, Writer, readers...)
	written.ID = fact.NewID(recorded)
	return true, outbox.Append(ctx, tx, written)
}
