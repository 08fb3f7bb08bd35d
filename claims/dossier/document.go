package dossier

import (
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/filestore"
)

// Kinds of document.
var Kinds = []string{"evidence", "survey", "assessment", "legal", "payment", "correspondence", "other"}

// Document is a document of a claim. It never changes; a better one is filed beside it.
type Document struct {
	bun.BaseModel `bun:"table:claim_document"`

	Pool         string    `bun:"pool,pk"      json:"-"`
	Claim        string    `bun:"claim,pk"     json:"-"`
	Number       int       `bun:"number,pk"    json:"number"` // counted per claim
	Name         string    `bun:"name"         json:"name"`
	Kind         string    `bun:"kind"         json:"kind"`
	MediaType    string    `bun:"media_type"   json:"media_type"`
	Size         int64     `bun:"size"         json:"size"` // bytes
	Hash         []byte    `bun:"sha256"       json:"-"`
	SHA256       string    `bun:"-"            json:"sha256"`
	Organisation string    `bun:"organisation" json:"organisation"` // who filed it
	Actor        string    `bun:"actor"        json:"actor"`
	Recorded     time.Time `bun:"recorded"     json:"recorded"`
}

func (d *Document) digest() filestore.Digest { return filestore.Digest(d.Hash) }
