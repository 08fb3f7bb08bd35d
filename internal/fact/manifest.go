package fact

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"

	"github.com/google/uuid"
)

const saltBytes = 16

// EnvelopeSection is one member's section, with the salt that proves it.
type EnvelopeSection struct {
	Member string          `json:"member"`
	Salt   HexDigest       `json:"salt"`
	Body   json.RawMessage `json:"body"`
}

// Manifest lists the hash of the common part and of every section, each over its salt and its bytes. It is the leaf
// of the proof log: who has a section and its salt can show that it belongs to the event, and learns nothing of the
// others.
type Manifest struct {
	ID       uuid.UUID      `json:"id"`
	Pool     string         `json:"pool"`
	Common   HexDigest      `json:"common"`
	Sections []ManifestLine `json:"sections"` // sorted by member
}

// ManifestLine is the hash of one member's section.
type ManifestLine struct {
	Member string    `json:"member"`
	Hash   HexDigest `json:"hash"`
}

// newSalts cuts one draw of randomness into salts.
func newSalts(count int) [][]byte {
	drawn := make([]byte, count*saltBytes)
	_, _ = rand.Read(drawn) // never fails: it would end the program
	salts := make([][]byte, count)
	for i := range salts {
		salts[i] = drawn[i*saltBytes : (i+1)*saltBytes : (i+1)*saltBytes]
	}
	return salts
}

func saltedHash(salt, body []byte) []byte {
	hash := sha256.New()
	hash.Write(salt)
	hash.Write(body)
	return hash.Sum(nil)
}
