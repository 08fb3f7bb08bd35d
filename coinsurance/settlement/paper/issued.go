package paper

import (
	"bufio"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/clock"
	"gongbao/internal/fault"
	"gongbao/internal/filestore"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
)

//go:embed sql/*.sql
var folder embed.FS

var (
	files      = pg.Load(folder)
	issuedFile = pg.Select[IssuedFile, fileKey](files, "IssuedFile")
	filesNamed = pg.SQL[pg.None](files, "IssuedFiles")
)

// Service writes papers: it needs the database, a store for their bytes and a clock.
type Service struct {
	db    *pg.DB
	store filestore.Store
	clock clock.Clock
}

// NewService gives papers what they need.
func NewService(db *pg.DB, store filestore.Store, clock clock.Clock) *Service {
	return &Service{db: db, store: store, clock: clock}
}

// Kind is what a paper is.
type Kind string

// Kinds of paper.
const (
	Statement    Kind = "statement"    // 对账单
	Letter       Kind = "letter"       // settlement letter 结算函
	Confirmation Kind = "confirmation" // of balances 询证函
)

// PDF is a paper to be printed; the other formats are those of tables.
const PDF sheet.Format = "pdf"

var formats = []sheet.Format{PDF, sheet.XLSX, sheet.CSV}

// IssuedFile is a paper that was handed out. It is never written again.
type IssuedFile struct {
	bun.BaseModel `bun:"table:issued_file"`

	Pool      string       `bun:"pool,pk"`
	Kind      Kind         `bun:"kind,pk"`
	Reference string       `bun:"reference,pk"`
	Member    string       `bun:"member,pk"`
	Format    sheet.Format `bun:"format,pk"`
	Name      string       `bun:"name"`
	Size      int64        `bun:"size"`
	Hash      []byte       `bun:"sha256"`
	Recorded  time.Time    `bun:"recorded"`
	Actor     string       `bun:"actor"` // who asked first
}

// Digest is the SHA-256 of the bytes.
func (f *IssuedFile) Digest() filestore.Digest { return filestore.Digest(f.Hash) }

type fileKey struct {
	Pool, Kind, Reference, Member, Format string
}

// draft is a paper that may have to be written. Whatever is in it was read before, but for the rows.
type draft struct {
	pool, reference, member string
	kind                    Kind
	name                    string // without the ending
	columns                 []sheet.Heading

	rows  func(ctx context.Context, row func(sheet.Cells) error) error     // the total in the last
	print func(ctx context.Context, to io.Writer, table *IssuedFile) error // the PDF, which names the workbook
}

const sizeMax = 4 << 30 // bytes of a paper

// open gives a paper as it was handed out first, and writes it when nobody has asked for it before. A PDF names the
// workbook, which is written with it.
func (s *Service) open(
	ctx context.Context, by access.Principal, d *draft, format sheet.Format,
) (*IssuedFile, io.ReadCloser, error) {
	if !slices.Contains(formats, format) {
		return nil, nil, ErrPaperInvalid.At("format", "is to be one of {allowed}", fault.Args{"allowed": formats})
	}
	issued, err := s.issue(ctx, by, d, format)
	if err != nil {
		return nil, nil, err
	}
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

func (s *Service) issue(
	ctx context.Context, by access.Principal, d *draft, format sheet.Format,
) (*IssuedFile, error) {
	db := s.db.Of(d.pool)
	key := issuedFile.With(fileKey{d.pool, string(d.kind), d.reference, d.member, string(format)})
	issued, err := pg.Found[IssuedFile](ctx, db, key)
	if err != nil || issued != nil {
		return issued, err
	}
	write := func(to io.Writer) error {
		return sheet.WriteTable(to, format, d.columns, func(row func(sheet.Cells) error) error {
			return d.rows(ctx, row)
		})
	}
	if format == PDF {
		table, err := s.issue(ctx, by, d, sheet.XLSX)
		if err != nil {
			return nil, err
		}
		write = func(to io.Writer) error { return d.print(ctx, to, table) }
	}
	digest, size, err := s.keep(ctx, write)
	if err != nil {
		return nil, err
	}
	issued = &IssuedFile{
		Pool: d.pool, Kind: d.kind, Reference: d.reference, Member: d.member, Format: format,
		Name: fmt.Sprintf("%s.%s", d.name, format), Size: size, Hash: digest[:], Recorded: s.clock.Now(), Actor: by.Subject,
	}
	err = pg.InTx(ctx, db, func(ctx context.Context, tx *pg.Tx) error {
		_, err := pg.InsertNew(ctx, tx, issued)
		return err
	})
	if err != nil {
		return nil, err
	}
	return pg.Found[IssuedFile](ctx, db, key) // somebody may have been faster: then it is theirs
}

// keep writes into a file without a name, and puts it into the store.
func (s *Service) keep(
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
