package paper

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/filestore"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
)

//go:embed sql/*.sql
var folder embed.FS

var (
	files       = pg.Load(folder)
	issuedFiles = pg.Select[IssuedFile, paperKey](files, "FilesOfPaper")
	paperIsDue  = pg.SQL[paperKey](files, "PaperIsDue")
	filesNamed  = pg.SQL[pg.None](files, "IssuedFiles")
)

// Service writes papers and hands them out: it needs the database, a store for their bytes and a clock.
type Service struct {
	db    *pg.DB
	store filestore.Store
	clock clock.Clock
	desk  chan struct{} // has room for one who writes, so that a large paper is in memory alone
}

// NewService gives papers what they need.
func NewService(db *pg.DB, store filestore.Store, clock clock.Clock) *Service {
	return &Service{db: db, store: store, clock: clock, desk: make(chan struct{}, 1)}
}

// Kinds of paper.
const (
	Statement    = settlement.StatementPaper
	Letter       = settlement.LetterPaper
	Confirmation = settlement.ConfirmationPaper
)

// PDF is a paper to be printed; the other formats are those of tables.
const PDF sheet.Format = "pdf"

var formats = []sheet.Format{PDF, sheet.XLSX, sheet.CSV}

// IssuedFile is a paper that was handed out. It is never written again.
type IssuedFile struct {
	bun.BaseModel `bun:"table:issued_file"`

	Pool      string               `bun:"pool,pk"`
	Kind      settlement.PaperKind `bun:"kind,pk"`
	Reference string               `bun:"reference,pk"`
	Member    string               `bun:"member,pk"`
	Format    sheet.Format         `bun:"format,pk"`
	Name      string               `bun:"name"`
	Size      int64                `bun:"size"`
	Hash      []byte               `bun:"sha256"`
	Recorded  time.Time            `bun:"recorded"`
	Actor     string               `bun:"actor"` // on whose act it was written
}

// Digest is the SHA-256 of the bytes.
func (f *IssuedFile) Digest() filestore.Digest { return filestore.Digest(f.Hash) }

// paper is what it is a file of.
func (f *IssuedFile) paper() *settlement.PaperDue {
	return &settlement.PaperDue{Pool: f.Pool, Kind: f.Kind, Reference: f.Reference, Member: f.Member}
}

// file is what is announced of it.
func (f *IssuedFile) file() settlement.PaperFile {
	return settlement.PaperFile{
		Format: string(f.Format), Name: f.Name, Size: f.Size, SHA256: f.Hash, Written: f.Recorded, WrittenBy: f.Actor,
	}
}

type paperKey struct{ Pool, Kind, Reference, Member string }

func keyOf(due *settlement.PaperDue) paperKey {
	return paperKey{due.Pool, string(due.Kind), due.Reference, due.Member}
}

// open gives a paper as it is kept. It writes nothing: a paper that is not there is being written, or nobody has asked
// for it.
func (s *Service) open(
	ctx context.Context, paper *settlement.PaperDue, format sheet.Format,
) (*IssuedFile, io.ReadCloser, error) {
	if !slices.Contains(formats, format) {
		return nil, nil, ErrPaperInvalid.At("format", "is to be one of {allowed}", fault.Args{"allowed": formats})
	}
	var reads pg.Reads
	var kept []IssuedFile
	var due bool
	paperIsDue.With(keyOf(paper)).In(&reads, &due)
	pg.ListIn(&reads, issuedFiles.With(keyOf(paper)), &kept) // after the other: who keeps it takes that away
	if err := reads.Run(ctx, s.db.Of(paper.Pool)); err != nil {
		return nil, nil, err
	}
	at := slices.IndexFunc(kept, func(f IssuedFile) bool { return f.Format == format })
	switch {
	case at < 0 && due:
		return nil, nil, ErrPaperNotWritten.Case(fault.Args{"paper": paper.Subject()})
	case at < 0:
		return nil, nil, ErrPaperNotFound.Case(fault.Args{"paper": paper.Subject()})
	}
	issued := &kept[at]
	if err := s.whole(ctx, issued); err != nil {
		return nil, nil, err
	}
	body, err := s.store.Open(ctx, issued.Digest())
	return issued, body, err
}

// whole reads a paper to its end: behind its first byte nothing can be refused any longer.
func (s *Service) whole(ctx context.Context, issued *IssuedFile) error {
	body, err := s.store.Open(ctx, issued.Digest())
	if err == nil {
		_, err = io.Copy(io.Discard, body)
		_ = body.Close()
	}
	if errors.Is(err, filestore.ErrNotFound) || errors.Is(err, filestore.ErrAltered) {
		return ErrPaperDamaged.Case(fault.Args{"name": issued.Name}).From(err)
	}
	return err
}

// Kept calls each for every paper that was handed out, in the order of their digests.
func Kept(ctx context.Context, handle bun.IDB, each func(digest filestore.Digest, size int64) error) error {
	return filesNamed.With(pg.None{}).Rows(ctx, handle, func(rows *sql.Rows) error {
		var hash []byte
		var size int64
		if err := rows.Scan(&hash, &size); err != nil {
			return err
		}
		return each(filestore.Digest(hash), size)
	})
}
