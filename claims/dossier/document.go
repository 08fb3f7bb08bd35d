package dossier

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"time"

	"github.com/uptrace/bun"

	"gongbao/claims"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/filestore"
	"gongbao/internal/pg"
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

// List lists the documents of a claim, oldest first, to whoever may see the claim (claims.claim_not_found).
func (s *Service) List(ctx context.Context, by access.Principal, claim string) ([]Document, error) {
	pool := insurance.PoolOf(claim)
	db := s.db.Of(pool)
	if _, err := claims.ViewClaim(ctx, db, by, pool, claim); err != nil {
		return nil, err
	}
	documents := []Document{}
	err := db.NewSelect().Model(&documents).Where("pool = ? AND claim = ?", pool, claim).
		Order("number").Scan(ctx)
	for i := range documents {
		documents[i].SHA256 = documents[i].digest().String()
	}
	return documents, err
}

// Kept calls each for every file that the documents of all claims name, once, in the order of their digests.
func Kept(ctx context.Context, handle bun.IDB, each func(digest filestore.Digest, size int64) error) error {
	return pg.Rows(ctx, handle, `SELECT sha256, max(size) FROM claim_document GROUP BY sha256 ORDER BY sha256`, nil,
		func(rows *sql.Rows) error {
			var hash []byte
			var size int64
			if err := rows.Scan(&hash, &size); err != nil {
				return err
			}
			return each(filestore.Digest(hash), size)
		})
}

// Read opens a document, to whoever may see the claim: claims.claim_not_found, claims.document_not_found,
// claims.document_damaged (the store has lost it). Bytes that were altered show at the end of the reading.
func (s *Service) Read(
	ctx context.Context, by access.Principal, claim string, number int,
) (*Document, io.ReadCloser, error) {
	pool := insurance.PoolOf(claim)
	db := s.db.Of(pool)
	if _, err := claims.ViewClaim(ctx, db, by, pool, claim); err != nil {
		return nil, nil, err
	}
	document := new(Document)
	err := db.NewSelect().Model(document).Where("pool = ? AND claim = ? AND number = ?", pool, claim, number).Scan(ctx)
	if pg.NoRows(err) {
		return nil, nil, ErrDocumentNotFound.With("%s number %d", claim, number)
	}
	if err != nil {
		return nil, nil, err
	}
	document.SHA256 = document.digest().String()
	body, err := s.files.Open(ctx, document.digest())
	if errors.Is(err, filestore.ErrNotFound) {
		return nil, nil, ErrDocumentDamaged.With("%s number %d", claim, number).From(err)
	}
	return document, body, err
}
