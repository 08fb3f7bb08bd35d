package dossier

import (
	"bufio"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"gongbao/claims"
	"gongbao/internal/fault"
	"gongbao/internal/filestore"
	"gongbao/internal/pg"
	"gongbao/internal/text/field"
)

// Limits of a document.
const (
	SizeMax  = 32 << 20 // bytes
	nameMax  = 200      // runes
	mediaMax = 100
)

// FileDocument files a document with a claim. The bytes are kept first; when the rest fails they stay behind, named by
// nobody, and do no harm.
type FileDocument struct {
	claims.Command

	Name      string    `json:"name"`
	Kind      string    `json:"kind"`
	MediaType string    `json:"media_type"`
	Body      io.Reader `json:"-"`      // read once, never held in memory
	SHA256    string    `json:"sha256"` // of the body; checked when given, so that it arrives as it was sent
}

// FileDocument refuses: claims.document_invalid (shape, an empty body, another hash than was said),
// claims.claim_not_found, access.forbidden (not a claims person of a member of the table), claims.claim_changed. A
// claim that has ended takes documents too.
func (s *Service) FileDocument(ctx context.Context, cmd FileDocument) (*Document, error) {
	if err := cmd.check(); err != nil {
		return nil, err
	}
	body := bufio.NewReader(cmd.Body)
	if _, err := body.Peek(1); errors.Is(err, io.EOF) {
		return nil, ErrDocumentInvalid.At("body", "the document is empty")
	}
	digest, size, err := s.files.Put(ctx, body, SizeMax)
	if errors.Is(err, filestore.ErrTooLarge) {
		return nil, ErrDocumentInvalid.At("body", "at most {most} bytes", fault.Args{"most": SizeMax})
	}
	if err != nil {
		return nil, err
	}
	if cmd.SHA256 != "" && !strings.EqualFold(cmd.SHA256, digest.String()) {
		return nil, ErrDocumentInvalid.At("sha256", "what arrived has {digest}", fault.Args{"digest": digest})
	}
	cmd.SHA256 = digest.String() // it stands for the body where the command is written down
	document := &Document{
		Name: cmd.Name, Kind: cmd.Kind, MediaType: cmd.MediaType, Size: size, Hash: digest[:], SHA256: cmd.SHA256,
	}
	return claims.AddSupplement(ctx, s.claims, cmd.Command, cmd, EventDocumentFiled,
		func(ctx context.Context, tx *pg.Tx, claim *claims.Claim) (*Document, error) {
			key := documentsKey{claim.Pool, claim.Number}
			if err := nextNumber.With(key).Row(ctx, tx, &document.Number); err != nil {
				return nil, err
			}
			document.Pool, document.Claim, document.Recorded = claim.Pool, claim.Number, claim.Recorded
			document.Organisation, document.Actor = cmd.By.Organisation, cmd.By.Subject
			pg.Insert(tx, document)
			return document, nil
		})
}

func (cmd *FileDocument) check() error {
	var check fault.Check
	field.Line(&check, "name", cmd.Name, nameMax)
	check.Require(!strings.ContainsAny(cmd.Name, `/\"`), "name", "a file name is without a path and quotes")
	check.Require(slices.Contains(Kinds, cmd.Kind), "kind", "{given} is none of {allowed}",
		fault.Args{"given": strconv.Quote(cmd.Kind), "allowed": Kinds})
	field.LineIf(&check, "media_type", cmd.MediaType, mediaMax)
	check.Require(cmd.Body != nil, "body", "the document is empty")
	return check.Refuse(ErrDocumentInvalid)
}

// Verify reads a document to its end and closes it; claims.document_damaged when it is not what was filed.
func Verify(document *Document, body io.ReadCloser) error {
	defer func() { _ = body.Close() }()
	_, err := io.Copy(io.Discard, body)
	if errors.Is(err, filestore.ErrAltered) {
		return ErrDocumentDamaged.Case(fault.Args{"claim": document.Claim, "document": document.Number}).From(err)
	}
	return err
}
