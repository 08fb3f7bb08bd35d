package backup

import (
	"archive/tar"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gongbao/internal/fault"

	"github.com/klauspost/compress/zstd"
)

const entryMode = 0o600

// writer writes a backup beside its place, under a name of its own, and gives it its name when it is whole.
type writer struct {
	path  string
	draft *os.File
	sum   hash.Hash
	zip   *zstd.Encoder
	tar   *tar.Writer
	taken time.Time
}

// create begins a file; only its owner may read it. ErrFileExists when the name is taken.
func create(path string, taken time.Time) (*writer, error) {
	if err := vacant(path); err != nil {
		return nil, err
	}
	draft, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".unfinished-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("begin the backup: %w", err)
	}
	w := &writer{path: path, draft: draft, sum: sha256.New(), taken: taken.UTC().Truncate(time.Second)}
	if w.zip, err = zstd.NewWriter(io.MultiWriter(draft, w.sum)); err != nil {
		w.abandon()
		return nil, err
	}
	w.tar = tar.NewWriter(w.zip)
	return w, nil
}

// vacant refuses a name that is taken.
func vacant(path string) error {
	_, err := os.Lstat(path)
	switch {
	case err == nil:
		return ErrFileExists.Case(fault.Args{"path": path})
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return nil
}

// abandon leaves nothing behind.
func (w *writer) abandon() {
	if w.zip != nil {
		w.zip.Reset(nil) // its goroutines end; nothing more is written
	}
	_ = w.draft.Close()
	_ = os.Remove(w.draft.Name()) // it is gone when it was renamed
}

// add writes an entry.
func (w *writer) add(name string, body []byte) error {
	if err := w.begin(name, int64(len(body))); err != nil {
		return err
	}
	_, err := w.tar.Write(body)
	return err
}

// begin begins an entry of so many bytes.
func (w *writer) begin(name string, size int64) error {
	return w.tar.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: size, Mode: entryMode, ModTime: w.taken, Format: tar.FormatPAX,
	})
}

// finish seals the file and gives it its name. After a power cut it is there whole or not at all.
func (w *writer) finish() (size int64, sum []byte, err error) {
	if err := errors.Join(w.tar.Close(), w.zip.Close()); err != nil {
		return 0, nil, err
	}
	seal := sealOf(w.sum.Sum(nil))
	if _, err := w.draft.Write(seal); err != nil {
		return 0, nil, err
	}
	_, _ = w.sum.Write(seal) // a hash takes whatever it is given
	info, err := w.draft.Stat()
	if err != nil {
		return 0, nil, err
	}
	if err := errors.Join(w.draft.Sync(), w.draft.Close(), vacant(w.path)); err != nil {
		return 0, nil, err
	}
	if err := os.Rename(w.draft.Name(), w.path); err != nil {
		return 0, nil, err
	}
	folder, err := os.Open(filepath.Dir(w.path))
	if err != nil {
		return 0, nil, err
	}
	return info.Size(), w.sum.Sum(nil), errors.Join(folder.Sync(), folder.Close())
}

// tableWriter takes what COPY writes and cuts it into entries.
type tableWriter struct {
	to     *writer
	table  *Table
	piece  []byte
	pieces int
	sum    hash.Hash
	noted  func(rows int64)
}

// Write takes a part; a row ends with a line break, and COPY writes no other line breaks.
func (w *tableWriter) Write(part []byte) (int, error) {
	rows := int64(0)
	for _, b := range part {
		if b == '\n' {
			rows++
		}
	}
	w.table.Rows += rows
	w.table.Bytes += int64(len(part))
	_, _ = w.sum.Write(part) // a hash never fails
	w.piece = append(w.piece, part...)
	w.noted(rows)
	if len(w.piece) < pieceSize {
		return len(part), nil
	}
	return len(part), w.flush()
}

func (w *tableWriter) flush() error {
	if len(w.piece) == 0 {
		return nil
	}
	w.pieces++
	err := w.to.add(pieceName(w.table.Name, w.pieces), w.piece)
	w.piece = w.piece[:0]
	return err
}

// close writes the last piece and notes the table's hash.
func (w *tableWriter) close() error {
	w.table.SHA256 = w.sum.Sum(nil)
	return w.flush()
}
