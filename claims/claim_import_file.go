package claims

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"

	"gongbao/internal/sheet"
)

// marked is a file that is read, with the digest of what was read of it.
type marked struct {
	io.Reader

	digest hash.Hash
	sheet  string
}

// mark takes the digest of a file while it is read.
func mark(file io.Reader, ways sheet.Ways) *marked {
	digest := sha256.New()
	return &marked{Reader: io.TeeReader(file, digest), digest: digest, sheet: ways.Encoding + "|" + ways.Sheet}
}

// subject is what a word for the file is about: all its bytes, and the sheet and encoding in which they are read.
func (m *marked) subject() (string, error) {
	if _, err := io.Copy(io.Discard, m.Reader); err != nil {
		return "", err
	}
	m.digest.Write([]byte(m.sheet))
	return "import/" + hex.EncodeToString(m.digest.Sum(nil)), nil
}
