package httpapi

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/internal/access"
	"gongbao/internal/door"
	"gongbao/internal/idempotency"
)

// bindDocuments binds the dossiers of claims. A document is always handed out to be saved, never to be shown in place.
func (s *Server) bindDocuments() {
	bind(s, get("list-claim-documents", tagClaim, "/v1/claims/{claim}/documents", door.Business,
		"The documents of a claim, with their hashes"), func(
		ctx context.Context, by access.Principal, in *ClaimPath,
	) (*page[dossier.Document], error) {
		return all(s.Dossier.List(ctx, by, in.Claim))
	})
	bind(s, of[dossier.FileDocument](post(tagClaim, "/v1/claims/{claim}/documents", door.ClaimHandlers,
		"File a document with a claim").creates().takesFile(dossier.SizeMax), tagClaim), s.fileDocument)
	bind(s, get("get-claim-document", tagClaim, "/v1/claims/{claim}/documents/{entry}", door.Business,
		"A document as it was filed").answersFile(mediaAny), s.readDocument)
}

func (s *Server) fileDocument(ctx context.Context, by access.Principal, in *struct {
	KeyHeader
	ClaimPath

	Name   string `query:"name" default:"document" maxLength:"200" doc:"The file's name"`
	Kind   string `query:"kind" default:"evidence" enum:"evidence,survey,assessment,legal,payment,correspondence,other"`
	SHA256 string `query:"sha256" maxLength:"64" doc:"Of the bytes; checked when given"`
},
) (*single[*dossier.Document], error) {
	file, _, err := s.receive(ctx, dossier.SizeMax)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	start := make([]byte, startBytes)
	known, err := file.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return one(s.Dossier.FileDocument(ctx, dossier.FileDocument{
		Command: claims.Command{
			Command: idempotency.Command{By: by, IdempotencyKey: in.Key}, Claim: in.Claim,
		},
		Name: in.Name, Kind: in.Kind,
		MediaType: http.DetectContentType(start[:known]), Body: file, SHA256: in.SHA256,
	}))
}

func (s *Server) readDocument(ctx context.Context, by access.Principal, in *ClaimEntryPath) (*streamed, error) {
	filed, body, err := s.Dossier.Read(ctx, by, in.Claim, in.Entry)
	if err == nil {
		err = dossier.Verify(filed, body) // before the first byte goes out: behind it nothing can be refused
	}
	if err == nil {
		filed, body, err = s.Dossier.Read(ctx, by, in.Claim, in.Entry)
	}
	if err != nil {
		return nil, err
	}
	s.Log.Info().Str("person", by.Subject).Str("claim", in.Claim).Int("document", filed.Number).Msg("a document was read")
	return &streamed{
		ContentType: filed.MediaType, Length: filed.Size,
		Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": filed.Name}),
		Body:        func(out huma.Context) { s.handOut(out, body) },
	}, nil
}

// handOut sends a file whole.
func (s *Server) handOut(out huma.Context, body io.ReadCloser) {
	defer func() { _ = body.Close() }()
	if _, err := io.Copy(out.BodyWriter(), body); err != nil { // too few bytes end the connection
		s.Log.Warn().Err(err).Str("request", door.RequestOf(out.Context()).ID).Msg("hand out a document")
	}
}

// startBytes are as many as a file's type is told by.
const startBytes = 512

// streamed is an answer that is a file which memory need not hold.
type streamed struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Length      int64  `header:"Content-Length"`
	Body        func(ctx huma.Context)
}
