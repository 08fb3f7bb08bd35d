package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"gongbao/internal/fault"
	"gongbao/internal/filestore"
)

// visitor is shown what a file holds, in its order.
type visitor interface {
	plan(plan *Manifest) error
	// table reads a table's rows to their end and gives their number.
	table(table *Table, rows io.Reader) (int64, error)
	document(digest filestore.Digest, size int64, body io.Reader) error
}

// reader reads a backup and checks it on the way.
type reader struct {
	file    *os.File
	sealed  int64     // bytes before the seal
	raw     io.Reader // the bytes before the seal, hashed on the way
	sum     hash.Hash
	seal    []byte
	zip     *zstd.Decoder
	tar     *tar.Reader
	next    *tar.Header // read and not yet taken; nil at the end
	visitor visitor
	failed  error // of the visitor: not the file's fault
}

// open looks at a file's beginning and end. It refuses: backup.no_backup, backup.truncated.
func open(path string) (*reader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &reader{file: file, sum: sha256.New(), seal: make([]byte, sealSize)}
	if err := r.frame(path); err != nil {
		_ = file.Close()
		return nil, err
	}
	return r, nil
}

func (r *reader) frame(path string) error {
	info, err := r.file.Stat()
	if err != nil {
		return err
	}
	begins := make([]byte, len(zipMagic))
	if _, err := r.file.ReadAt(begins, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	r.sealed = info.Size() - int64(sealSize)
	if r.sealed > 0 {
		if _, err := r.file.ReadAt(r.seal, r.sealed); err != nil {
			return err
		}
	}
	switch whole := r.sealed > 0 && isSeal(r.seal); {
	case !whole && !bytes.Equal(begins, zipMagic):
		return ErrNoBackup.Case(fault.Args{"path": path})
	case !whole:
		return ErrTruncated.Case(fault.Args{"path": path, "size": info.Size()})
	}
	return nil
}

// walk shows the file to a visitor and gives its manifest. It refuses: backup.altered, backup.format_unknown,
// backup.malformed; what the visitor says is given back as it is. What was altered is seen at the latest at the end,
// so a visitor must be able to forget what it was shown.
func (r *reader) walk(ctx context.Context, visitor visitor, progress Progress) (*Manifest, error) {
	r.visitor = visitor
	before := &watched{ctx: ctx, from: io.LimitReader(r.file, r.sealed), of: r.sealed, progress: progress}
	r.raw = io.TeeReader(before, r.sum)
	zip, err := zstd.NewReader(r.raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(windowMax))
	if err != nil {
		return nil, err
	}
	defer zip.Close()
	r.zip, r.tar = zip, tar.NewReader(zip)
	manifest, err := r.contents()
	if r.failed != nil {
		return nil, r.failed
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if _, failure := io.Copy(io.Discard, r.raw); failure != nil {
		return nil, failure
	}
	if !bytes.Equal(sealOf(r.sum.Sum(nil)), r.seal) {
		return nil, ErrAltered.From(err)
	}
	_, _ = r.sum.Write(r.seal) // from here on it is the whole file's
	if err != nil && !errors.Is(err, ErrFormatUnknown) && !errors.Is(err, ErrMalformed) {
		return nil, ErrMalformed.From(err)
	}
	return manifest, err
}

// contents reads entry after entry, each where the plan wants it.
func (r *reader) contents() (*Manifest, error) {
	if err := r.advance(); err != nil {
		return nil, err
	}
	plan, err := r.readManifest(planName)
	if err != nil {
		return nil, err
	}
	if r.failed = r.visitor.plan(plan); r.failed != nil {
		return nil, r.failed
	}
	found := *plan
	found.Tables = make([]Table, len(plan.Tables))
	for i := range plan.Tables {
		if found.Tables[i], err = r.readTable(plan.Tables[i]); err != nil {
			return nil, err
		}
	}
	if err := r.readDocuments(&found.Documents); err != nil {
		return nil, err
	}
	manifest, err := r.readManifest(manifestName)
	if err != nil {
		return nil, err
	}
	if r.next != nil {
		return nil, ErrMalformed.Case(fault.Args{"late": r.next.Name})
	}
	if !manifest.plan().same(plan) {
		return nil, ErrMalformed.Case(fault.Args{"plan": planName})
	}
	return manifest, manifest.compare(&found)
}

// compare names the first thing that a file holds otherwise than its manifest says.
func (m *Manifest) compare(found *Manifest) error {
	for i, table := range m.Tables {
		got := found.Tables[i]
		if got.Rows != table.Rows || got.Bytes != table.Bytes || !bytes.Equal(got.SHA256, table.SHA256) {
			return ErrMalformed.Case(fault.Args{
				"table": table.Name, "rows": got.Rows, "bytes": got.Bytes,
				"digest": fmt.Sprintf("%x", []byte(got.SHA256)), "wanted_rows": table.Rows,
				"wanted_bytes": table.Bytes, "wanted_digest": fmt.Sprintf("%x", []byte(table.SHA256)),
			})
		}
	}
	if found.Documents != m.Documents {
		return ErrMalformed.Case(fault.Args{
			"found": fmt.Sprintf("%+v", found.Documents), "wanted": fmt.Sprintf("%+v", m.Documents),
		})
	}
	return nil
}

// advance goes to the next entry.
func (r *reader) advance() error {
	next, err := r.tar.Next()
	if errors.Is(err, io.EOF) {
		r.next = nil
		_, err = io.Copy(io.Discard, r.zip) // its checksum comes last
		return err
	}
	r.next = next
	return err
}

// at says which entry comes next.
func (r *reader) at() string {
	if r.next == nil {
		return "the end"
	}
	return r.next.Name
}

func (r *reader) readManifest(name string) (*Manifest, error) {
	if r.at() != name {
		return nil, ErrMalformed.Case(fault.Args{"found": r.at(), "wanted_entry": name})
	}
	text, err := io.ReadAll(io.LimitReader(r.tar, manifestMax))
	if err != nil {
		return nil, err
	}
	var form struct {
		Format int `json:"format"`
	}
	manifest := &Manifest{}
	if err := json.Unmarshal(text, &form); err != nil {
		return nil, ErrMalformed.Case(fault.Args{"entry": name}).From(err)
	}
	if form.Format < 1 || form.Format > Format {
		return nil, ErrFormatUnknown.Case(fault.Args{"form": form.Format, "known": Format})
	}
	if err := json.Unmarshal(text, manifest); err != nil {
		return nil, ErrMalformed.Case(fault.Args{"entry": name}).From(err)
	}
	return manifest, r.advance()
}

// readTable shows a table's pieces as one.
func (r *reader) readTable(table Table) (Table, error) {
	rows := &tableReader{reader: r, table: &table, sum: sha256.New()}
	counted, err := r.visitor.table(&table, rows)
	if err != nil && rows.err == nil {
		r.failed = err
		return table, err
	}
	if _, err := io.Copy(io.Discard, rows); err != nil {
		return table, err
	}
	table.Rows, table.SHA256 = rows.rows, rows.sum.Sum(nil)
	if counted != rows.rows {
		return table, ErrMalformed.Case(fault.Args{"table": table.Name, "lines": rows.rows, "rows": counted})
	}
	return table, nil
}

// tableReader reads one table, piece by piece.
type tableReader struct {
	reader *reader
	table  *Table
	pieces int
	within bool // a piece
	rows   int64
	sum    hash.Hash
	err    error // of the file
}

// Read gives io.EOF where the next piece is not of this table.
func (t *tableReader) Read(into []byte) (int, error) {
	for {
		if t.err != nil {
			return 0, t.err
		}
		if !t.within {
			if t.reader.at() != pieceName(t.table.Name, t.pieces+1) {
				return 0, io.EOF
			}
			t.pieces++
			t.within = true
		}
		n, err := t.reader.tar.Read(into)
		t.table.Bytes += int64(n)
		t.rows += int64(bytes.Count(into[:n], []byte{'\n'}))
		_, _ = t.sum.Write(into[:n]) // a hash never fails
		if errors.Is(err, io.EOF) {
			t.within, err = false, t.reader.advance()
		}
		t.err = err
		if n > 0 {
			return n, nil
		}
	}
}

// readDocuments shows the documents, which come in the order of their hashes.
func (r *reader) readDocuments(counted *Documents) error {
	before := ""
	for counted.Included && r.at() != manifestName && r.next != nil {
		name, size := r.next.Name, r.next.Size
		var digest filestore.Digest
		raw, err := hex.DecodeString(name[min(len(documentFolder), len(name)):])
		if err == nil {
			copy(digest[:], raw)
		}
		if documentName(digest) != name || name <= before {
			return ErrMalformed.Case(fault.Args{"no_document": name})
		}
		body := &tallied{from: r.tar, sum: sha256.New()}
		if err := r.visitor.document(digest, size, body); err != nil {
			if body.err == nil {
				r.failed = err
			}
			return err
		}
		if _, err := io.Copy(io.Discard, body); err != nil {
			return err
		}
		if filestore.Digest(body.sum.Sum(nil)) != digest {
			return ErrMalformed.Case(fault.Args{"document": name})
		}
		counted.Files++
		counted.Bytes += size
		before = name
		if err := r.advance(); err != nil {
			return err
		}
	}
	return nil
}

// tallied is a reader that hashes, and remembers whether it failed itself.
type tallied struct {
	from io.Reader
	sum  hash.Hash
	err  error
}

func (t *tallied) Read(into []byte) (int, error) {
	n, err := t.from.Read(into)
	_, _ = t.sum.Write(into[:n]) // a hash never fails
	if err != nil && !errors.Is(err, io.EOF) {
		t.err = err
	}
	return n, err
}

// watched is a reader that ends with its context and says how far it is.
type watched struct {
	ctx      context.Context //nolint:containedctx // the life of one reading
	from     io.Reader
	done, of int64
	progress Progress
}

func (w *watched) Read(into []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, fmt.Errorf("read the backup: %w", err)
	}
	n, err := w.from.Read(into)
	w.done += int64(n)
	w.progress.note("bytes", w.done, w.of)
	return n, err
}
