// Package filestore keeps files under the hash of their bytes. What is kept never changes: the same bytes have the same
// name, and other bytes another.
package filestore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
)

// Digest is the SHA-256 of a file, and its name.
type Digest [sha256.Size]byte

// String is the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes what String gives.
func (d Digest) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, d[:]), nil }

// Errors of a store.
var (
	ErrNotFound = errors.New("the store has no such file")
	ErrTooLarge = errors.New("the file is too large")
	ErrAltered  = errors.New("the file is not what was stored: its hash is another")
)

// Store keeps files. A folder is one; an object store could be another.
type Store interface {
	// Put keeps what it reads and gives its digest and size. More than max bytes are ErrTooLarge and leave nothing behind.
	Put(ctx context.Context, from io.Reader, max int64) (Digest, int64, error)
	// Open reads a file; ErrNotFound when there is none. At its end the reader gives ErrAltered when the bytes are not
	// those that were stored.
	Open(ctx context.Context, digest Digest) (io.ReadCloser, error)
}
