package httpapi

import (
	"context"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/internal/access"
)

const mediaAny = "application/octet-stream"

// rawBody describes a file of any type that is sent as it is.
func rawBody() *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		mediaAny: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
}

// fileAnswer describes an answer that is a file.
func fileAnswer(media string) map[string]*huma.Response {
	return map[string]*huma.Response{"200": {Description: "The document", Content: map[string]*huma.MediaType{
		media: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}}
}

// bindDocuments binds the dossiers of claims. A document is always handed out to be saved, never to be shown in place.
func (s *Server) bindDocuments() {
	bind(s, "list-claim-documents", func(
		ctx context.Context, by access.Principal, in *ClaimPath,
	) (*page[dossier.Document], error) {
		return all(s.Dossier.List(ctx, by, in.Claim))
	})
	bind(s, "file-claim-document", func(ctx context.Context, by access.Principal, in *struct {
		Keyed
		ClaimPath

		Name    string `query:"name" default:"document" maxLength:"200" doc:"The file's name"`
		Kind    string `query:"kind" default:"evidence" enum:"evidence,survey,assessment,legal,payment,correspondence,other"`
		SHA256  string `query:"sha256" maxLength:"64" doc:"Of the bytes; checked when given"`
		RawBody []byte `contentType:"application/octet-stream"`
	},
	) (*single[*dossier.Document], error) {
		return one(s.Dossier.FileDocument(ctx, dossier.FileDocument{
			Command: claims.Command{By: by, Key: in.Key, Claim: in.Claim}, Name: in.Name, Kind: in.Kind,
			MediaType: http.DetectContentType(in.RawBody), Body: in.RawBody, SHA256: in.SHA256,
		}))
	})
	bind(s, "get-claim-document", func(ctx context.Context, by access.Principal, in *struct {
		ClaimPath

		Entry int `path:"entry" minimum:"1" maximum:"1000000"`
	},
	) (*document, error) {
		filed, body, err := s.Dossier.Read(ctx, by, in.Claim, in.Entry)
		if err != nil {
			return nil, err
		}
		bytes, err := dossier.ReadAll(filed, body)
		if err != nil {
			return nil, err
		}
		s.Log.Info().Str("person", by.Subject).Str("claim", in.Claim).Int("document", filed.Number).Msg("a document was read")
		return &document{
			ContentType: filed.MediaType,
			Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": filed.Name}), Body: bytes,
		}, nil
	})
}
