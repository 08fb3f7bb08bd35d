package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/jackc/pgx/v5"

	"gongbao/claims/dossier"
	"gongbao/coinsurance/settlement/paper"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/filestore"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// Progress is told what is being done, and how much of it is. May be nil.
type Progress func(what string, done, of int64)

func (p Progress) note(what string, done, of int64) {
	if p != nil {
		p(what, done, max(done, of))
	}
}

// TakeOptions say what is taken and where to.
type TakeOptions struct {
	DB       *pg.DB // the owner's login
	Path     string
	Program  string          // the version of this program
	Store    filestore.Store // of documents; nil leaves them out
	Clock    clock.Clock
	Progress Progress

	// What restore holds the file against, so that none is written that it would refuse.
	Migrations fs.FS          // those that this program knows
	Tables     []string       // that they make
	Checks     []ledger.Check // what verify proves besides the book
	Unproven   bool           // write the file although restore would refuse it, as evidence
}

// Taken is a backup as it lies on the disk.
type Taken struct {
	Path   string         `json:"path"`
	Size   int64          `json:"size"`   // bytes
	SHA256 fact.HexDigest `json:"sha256"` // of the whole file
	Manifest
}

// Take writes a backup. Commands go on meanwhile; what they do is in it whole or not at all. It refuses:
// backup.file_exists, backup.restore_unfinished, backup.database_empty, backup.schema_newer, backup.not_restorable (a
// table that no migration makes or one that is missing, positions with a gap or with another fact than was stamped, a
// book that does not verify), backup.document_missing. Then nothing is left behind.
func Take(ctx context.Context, options TakeOptions) (*Taken, error) {
	if err := Finished(ctx, options.DB); err != nil {
		return nil, err
	}
	to, err := create(options.Path, options.Clock.Now())
	if err != nil {
		return nil, err
	}
	defer to.abandon()
	known, err := tables(ctx, options.DB)
	if err != nil {
		return nil, err
	}
	t := taking{TakeOptions: options, to: to}
	err = pg.InSnapshot(ctx, options.DB, func(ctx context.Context, tx *pg.Tx) error { return t.take(ctx, tx, known) })
	if ctx.Err() != nil {
		return nil, ctx.Err() // whatever broke off because of it
	}
	if err != nil {
		return nil, err
	}
	size, sum, err := to.finish()
	if err != nil {
		return nil, fmt.Errorf("finish the backup: %w", err)
	}
	return &Taken{Path: options.Path, Size: size, SHA256: sum, Manifest: t.manifest}, nil
}

// taking is one backup under way.
type taking struct {
	TakeOptions

	to         *writer
	manifest   Manifest
	rows, most int64 // copied, and guessed
}

// take writes everything that the transaction sees. The tables are locked against a migration before the transaction
// first looks, so that what it sees has the form that they have; reading and writing them is free.
func (t *taking) take(ctx context.Context, tx *pg.Tx, known []Table) error {
	if len(known) == 0 {
		return ErrDatabaseEmpty
	}
	if _, err := pg.Exec(ctx, tx, locked(known)); err != nil {
		return fmt.Errorf("lock the tables against a migration: %w", err)
	}
	if err := t.draw(ctx, tx, known); err != nil {
		return err
	}
	if err := t.addManifest(planName, t.manifest.plan()); err != nil {
		return err
	}
	for i := range t.manifest.Tables {
		if err := t.copyTable(ctx, tx, &t.manifest.Tables[i]); err != nil {
			return err
		}
	}
	if t.manifest.Documents.Included {
		if err := t.copyDocuments(ctx, tx); err != nil {
			return err
		}
	}
	return t.addManifest(manifestName, &t.manifest)
}

// draw makes the plan.
func (t *taking) draw(ctx context.Context, tx *pg.Tx, known []Table) (err error) {
	t.manifest = Manifest{Format: Format, Program: t.Program, Taken: t.Clock.Now().UTC()}
	err = guess.With(but{markTable}).Row(ctx, tx, &t.manifest.Postgres, &t.most)
	if err != nil {
		return fmt.Errorf("begin the snapshot: %w", err)
	}
	if t.manifest.Tables, err = tables(ctx, tx); err != nil {
		return err
	}
	same := func(a, b Table) bool { return a.Name == b.Name && slices.Equal(a.Columns, b.Columns) }
	if !slices.EqualFunc(known, t.manifest.Tables, same) {
		return errors.New("the schema was migrated at this moment; take the backup again")
	}
	if t.manifest.Migrations, err = pg.Applied(ctx, tx); err != nil {
		return fmt.Errorf("ask for the schema's level: %w", err)
	}
	if t.manifest.Pools, err = pools(ctx, tx); err != nil {
		return err
	}
	if !t.Unproven {
		if err := t.restorable(ctx, tx); err != nil {
			return err
		}
	}
	hasDocuments := slices.ContainsFunc(known, func(table Table) bool { return table.Name == "claim_document" })
	t.manifest.Documents.Included = t.Store != nil && hasDocuments
	return nil
}

// restorable refuses, before anything is written, what restore would refuse once it has read the whole file.
func (t *taking) restorable(ctx context.Context, tx *pg.Tx) error {
	if err := knownMigrations(t.Migrations, t.manifest.Migrations); err != nil {
		return err
	}
	for _, table := range t.manifest.Tables {
		if !slices.Contains(t.Tables, table.Name) {
			return ErrNotRestorable.Case(fault.Args{"table": table.Name})
		}
	}
	if err := sound(ctx, tx, ErrNotRestorable); err != nil {
		return err
	}
	known, err := pg.Migrations(t.Migrations)
	if err != nil || len(t.manifest.Migrations) < len(known) {
		return err // the book of an older schema is verified once restore has brought it up
	}
	report, err := ledger.Verify(ctx, tx, ledger.VerifyOptions{
		Checks: t.Checks, Progress: func(check string, done, of int) {
			t.Progress.note("verify "+check, int64(done), int64(of))
		},
	})
	if err == nil && len(report.Findings) > 0 {
		err = ErrNotRestorable.Case(fault.Args{"finding": report.Findings[0]})
	}
	return err
}

func (t *taking) addManifest(name string, manifest *Manifest) error {
	text, err := manifest.text()
	if err != nil {
		return err
	}
	return t.to.add(name, text)
}

// copyTable lets Postgres write a table. Rows come in the order in which they lie, so that two backups of a table that
// nobody changed are the same.
func (t *taking) copyTable(ctx context.Context, tx *pg.Tx, table *Table) error {
	into := &tableWriter{to: t.to, table: table, sum: sha256.New(), noted: func(rows int64) {
		t.rows += rows
		t.Progress.note(table.Name, t.rows, t.most)
	}}
	if _, err := inTheOrderOfPlaces.With(pg.None{}).Exec(ctx, tx); err != nil {
		return err
	}
	err := tx.Native(func(conn *pgx.Conn) error {
		told, err := conn.PgConn().CopyTo(ctx, into, table.out())
		if err == nil && told.RowsAffected() != table.Rows {
			err = fmt.Errorf("%d rows by Postgres' count, and %d were written", told.RowsAffected(), table.Rows)
		}
		return err
	})
	if err == nil {
		err = into.close()
	}
	if err != nil {
		return fmt.Errorf("copy the table %s: %w", table.Name, err)
	}
	return nil
}

// copyDocuments takes every file that a claim of the snapshot names, and every paper that was handed out. Files are
// never changed or taken away, so those that are named are there.
func (t *taking) copyDocuments(ctx context.Context, tx *pg.Tx) error {
	taken := map[filestore.Digest]bool{}
	take := func(digest filestore.Digest, size int64) error {
		if taken[digest] {
			return nil
		}
		if err := t.copyDocument(ctx, digest, size); err != nil {
			return err
		}
		taken[digest] = true
		t.manifest.Documents.Files++
		t.manifest.Documents.Bytes += size
		t.Progress.note("documents", t.rows, t.most)
		return nil
	}
	if err := dossier.Kept(ctx, tx, take); err != nil {
		return err
	}
	return paper.Kept(ctx, tx, take)
}

func (t *taking) copyDocument(ctx context.Context, digest filestore.Digest, size int64) error {
	body, err := t.Store.Open(ctx, digest)
	if errors.Is(err, filestore.ErrNotFound) {
		return ErrDocumentMissing.From(err)
	}
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	if err := t.to.begin(documentName(digest), size); err != nil {
		return err
	}
	copied, err := io.Copy(t.to.tar, body)
	if errors.Is(err, filestore.ErrAltered) || errors.Is(err, tar.ErrWriteTooLong) || err == nil && copied != size {
		return ErrDocumentMissing.Case(fault.Args{"document": digest, "bytes": copied, "filed_bytes": size}).From(err)
	}
	return err
}
