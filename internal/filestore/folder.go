package filestore

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is a store in a folder of the file system: two letters of the digest, then the rest of it.
type Folder struct{ root string }

const (
	folderMode = 0o700
	fileMode   = 0o400
)

// OpenFolder makes the folder if it is not there.
func OpenFolder(root string) (*Folder, error) {
	if err := os.MkdirAll(root, folderMode); err != nil {
		return nil, fmt.Errorf("make the folder of documents: %w", err)
	}
	return &Folder{root: root}, nil
}

// ReadFolder is a folder to be read. It need not be there.
func ReadFolder(root string) *Folder { return &Folder{root: root} }

func (f *Folder) path(digest Digest) string {
	name := digest.String()
	return filepath.Join(f.root, name[:2], name[2:])
}

// Put writes to a temporary file first, so that a file is there whole or not at all, also after a power cut.
func (f *Folder) Put(ctx context.Context, from io.Reader, max int64) (digest Digest, size int64, err error) {
	draft, err := os.CreateTemp(f.root, "draft-*")
	if err != nil {
		return digest, 0, fmt.Errorf("keep a file: %w", err)
	}
	defer func() {
		_ = draft.Close()
		_ = os.Remove(draft.Name()) // it is gone when it was renamed
	}()
	sum := sha256.New()
	size, err = io.Copy(io.MultiWriter(draft, sum), io.LimitReader(&cancelled{ctx, from}, max+1))
	if err != nil {
		return digest, 0, fmt.Errorf("keep a file: %w", err)
	}
	if size > max {
		return digest, 0, ErrTooLarge
	}
	copy(digest[:], sum.Sum(nil))
	return digest, size, f.settle(draft, digest)
}

// settle gives the draft its name. The same bytes may be there already; they are the same.
func (f *Folder) settle(draft *os.File, digest Digest) error {
	place := f.path(digest)
	if err := os.MkdirAll(filepath.Dir(place), folderMode); err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	err := errors.Join(draft.Chmod(fileMode), draft.Sync(), draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), place)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(place))
	}
	if err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	return nil
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Open reads a file and checks it on the way.
func (f *Folder) Open(_ context.Context, digest Digest) (io.ReadCloser, error) {
	file, err := os.Open(f.path(digest))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, digest)
	}
	if err != nil {
		return nil, fmt.Errorf("read a file: %w", err)
	}
	return &checked{file: file, sum: sha256.New(), wanted: digest}, nil
}

// checked is a file whose hash is compared when it has been read to its end.
type checked struct {
	file   *os.File
	sum    hash.Hash
	wanted Digest
}

// Read gives ErrAltered in the place of the end of an altered file.
func (c *checked) Read(into []byte) (int, error) {
	n, err := c.file.Read(into)
	_, _ = c.sum.Write(into[:n]) // a hash never fails
	if errors.Is(err, io.EOF) && Digest(c.sum.Sum(nil)) != c.wanted {
		return n, ErrAltered
	}
	return n, err
}

// Close closes the file.
func (c *checked) Close() error { return c.file.Close() }

// cancelled is a reader that ends with its context.
type cancelled struct {
	ctx  context.Context //nolint:containedctx // the life of one copy
	from io.Reader
}

func (c *cancelled) Read(into []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.from.Read(into)
}
