package dossier

import (
	"context"
	"database/sql"
	"errors"
	"io"

	"github.com/uptrace/bun"

	"gongbao/claims"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/fault"
	"gongbao/internal/filestore"
	"gongbao/internal/pg"
)

// List lists the documents of a claim, oldest first, to whoever may see the claim (claims.claim_not_found).
func (s *Service) List(ctx context.Context, by access.Principal, claim string) ([]Document, error) {
	pool := insurance.PoolOf(claim)
	db := s.db.Of(pool)
	if _, err := claims.ViewClaim(ctx, db, by, pool, claim); err != nil {
		return nil, err
	}
	documents, err := pg.Listed[Document](ctx, db, documentsOfClaim.With(documentsKey{pool, claim}))
	for i := range documents {
		documents[i].SHA256 = documents[i].digest().String()
	}
	return documents, err
}

// Kept calls each for every file that the documents of all claims name, once, in the order of their digests.
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
	document, err := pg.Found[Document](ctx, db, documentByNumber.With(documentKey{pool, claim, number}))
	if err != nil {
		return nil, nil, err
	}
	if document == nil {
		return nil, nil, ErrDocumentNotFound.Case(fault.Args{"claim": claim, "document": number})
	}
	document.SHA256 = document.digest().String()
	body, err := s.files.Open(ctx, document.digest())
	if errors.Is(err, filestore.ErrNotFound) {
		return nil, nil, ErrDocumentDamaged.Case(fault.Args{"claim": claim, "document": number}).From(err)
	}
	return document, body, err
}
