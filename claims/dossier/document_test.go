package dossier_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/claims"
	"gongbao/claims/dossier"
	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/filestore"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testdb"
	"gongbao/internal/lab/testzone"
)

var (
	li       = testzone.Underwriter
	handler  = access.Person("he", access.Member, "A", access.Claims)
	follower = access.Person("he", access.Member, "B", access.Claims)
	stranger = access.Person("he", access.Member, "X", access.Claims)
)

type desk struct {
	*testing.T

	db      *testdb.Database
	root    string
	claims  *claims.Service
	dossier *dossier.Service
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// done fails the test when the call before it was refused.
func (d *desk) done(_ any, err error) {
	d.Helper()
	must(d, err)
}

// newDesk has a claim IC-C1 of a pool of A and B, which A leads.
func newDesk(t *testing.T) *desk {
	t.Helper()
	db := testdb.Open(t)
	manual := clock.NewManual(calendar.MustDate("2026-01-02").Noon())
	d := &desk{T: t, db: db, root: t.TempDir(), claims: claims.NewService(db.DB, manual)}
	store, err := filestore.OpenFolder(d.root)
	must(t, err)
	d.dossier = dossier.NewService(d.claims, db.DB, store)
	testzone.Found(t, db.DB, manual, coinsurance.Terms{},
		testzone.Share{Member: "A", Share: "50%"}, testzone.Share{Member: "B", Share: "50%"})
	testzone.Register(t, db.DB, manual, "X")
	testzone.Issue(t, db.DB, manual, "IC-P1", testzone.Contract())
	d.done(d.claims.OpenClaim(t.Context(), claims.OpenClaim{
		Command: idempotency.Command{By: handler},
		Policy:  "IC-P1", Number: "IC-C1", LossDay: calendar.MustDate("2026-01-02"),
	}))
	return d
}

func (d *desk) file(by access.Principal, change func(*dossier.FileDocument)) (*dossier.Document, error) {
	cmd := dossier.FileDocument{
		Command: as(by, "IC-C1"), Name: "查勘报告.pdf", Kind: "survey", MediaType: "application/pdf",
		Body: strings.NewReader("%PDF-1.7 ..."),
	}
	change(&cmd)
	return d.dossier.FileDocument(d.Context(), cmd)
}

func (d *desk) wants(what string, wanted, got error) {
	d.Helper()
	if !errors.Is(got, wanted) {
		d.Errorf("%s: got %v, wanted %v", what, got, wanted)
	}
}

// A document is filed by any member's claims people, read by whoever sees the claim, and provable by its hash.
func TestDocuments(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	keyed := func(c *dossier.FileDocument) { c.IdempotencyKey = "k-1" }
	filed, err := d.file(handler, keyed)
	must(t, err)
	again, err := d.file(handler, keyed)
	must(t, err)
	if filed.Number != 1 || again.Number != 1 || len(filed.SHA256) != 64 || again.SHA256 != filed.SHA256 {
		t.Errorf("%+v, sent again %+v", filed, again)
	}
	_, err = d.file(follower, func(c *dossier.FileDocument) { c.Body, c.SHA256 = strings.NewReader("另一份"), "" })
	must(t, err)
	d.done(d.claims.CloseClaim(t.Context(), claims.CloseClaim{
		Command: as(handler, "IC-C1"),
	}))
	_, err = d.file(follower, func(c *dossier.FileDocument) { c.SHA256 = filed.SHA256 })
	must(t, err) // a claim that has ended takes documents too
	listed, err := d.dossier.List(t.Context(), follower, "IC-C1")
	must(t, err)
	if len(listed) != 3 || listed[1].Organisation != "B" || listed[2].SHA256 != filed.SHA256 {
		t.Errorf("%+v", listed)
	}
	document, body, err := d.dossier.Read(t.Context(), follower, "IC-C1", 1)
	must(t, err)
	text, err := io.ReadAll(body)
	if err != nil || string(text) != "%PDF-1.7 ..." || document.Name != "查勘报告.pdf" {
		t.Errorf("%+v %q %v", document, text, err)
	}
	must(t, dossier.Verify(document, body))
	_, err = d.dossier.List(t.Context(), stranger, "IC-C1")
	d.wants("listed by a stranger", claims.ErrClaimNotFound, err)
	_, _, err = d.dossier.Read(t.Context(), stranger, "IC-C1", 1)
	d.wants("read by a stranger", claims.ErrClaimNotFound, err)
	_, _, err = d.dossier.Read(t.Context(), handler, "IC-C1", 9)
	d.wants("none of that number", dossier.ErrDocumentNotFound, err)
}

func TestDocumentsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, change := range map[string]func(*dossier.FileDocument){
		"no name": func(c *dossier.FileDocument) { c.Name = "" }, "a path": func(c *dossier.FileDocument) { c.Name = "../x" },
		"no kind":            func(c *dossier.FileDocument) { c.Kind = "poem" },
		"no body":            func(c *dossier.FileDocument) { c.Body = nil },
		"nothing in it":      func(c *dossier.FileDocument) { c.Body = strings.NewReader("") },
		"damaged on its way": func(c *dossier.FileDocument) { c.SHA256 = "00" },
		"too large":          func(c *dossier.FileDocument) { c.Body = bytes.NewReader(make([]byte, dossier.SizeMax+1)) },
		"a strange type":     func(c *dossier.FileDocument) { c.MediaType = "text/\x00" },
	} {
		_, err := d.file(handler, change)
		d.wants(name, dossier.ErrDocumentInvalid, err)
	}
	_, err := d.file(handler, func(c *dossier.FileDocument) { c.Claim = "IC-C9" })
	d.wants("no claim", claims.ErrClaimNotFound, err)
	_, err = d.file(li, func(*dossier.FileDocument) {})
	d.wants("by an underwriter", access.ErrForbidden, err)
	_, err = d.file(stranger, func(*dossier.FileDocument) {})
	d.wants("by a stranger", access.ErrForbidden, err)
	_, err = d.file(handler, func(c *dossier.FileDocument) { c.IfVersion = 99 })
	d.wants("of another version", claims.ErrClaimChanged, err)
}

// What the store loses or somebody alters is noticed, never handed out.
func TestDamagedDocuments(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	filed, err := d.file(handler, func(*dossier.FileDocument) {})
	must(t, err)
	kept := filepath.Join(d.root, filed.SHA256[:2], filed.SHA256[2:])
	must(t, os.Remove(kept))
	must(t, os.WriteFile(kept, []byte("forged"), 0o600))
	document, body, err := d.dossier.Read(t.Context(), handler, "IC-C1", 1)
	must(t, err)
	d.wants("altered", dossier.ErrDocumentDamaged, dossier.Verify(document, body))
	must(t, os.Remove(kept))
	_, body, err = d.dossier.Read(t.Context(), handler, "IC-C1", 1)
	d.wants("lost", dossier.ErrDocumentDamaged, err)
	if body != nil {
		_, _ = io.Copy(io.Discard, body)
	}
}

// Evidence may name the document it is, and no other.
func TestEvidenceNamesADocument(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	filed, err := d.file(handler, func(*dossier.FileDocument) {})
	must(t, err)
	check := func(number int) error {
		_, err := d.claims.CheckEvidence(t.Context(), claims.CheckEvidence{
			Command: as(handler, "IC-C1"), Item: "proof_of_loss", State: claims.EvidenceReceived,
			Document: &number,
		})
		return err
	}
	must(t, check(filed.Number))
	d.wants("a document that is not there", claims.ErrClaimInvalid, check(7))
}

// as is what a person says of a claim, besides the matter itself.
func as(who access.Principal, number string) claims.Command {
	return claims.Command{Command: idempotency.Command{By: who}, Claim: number}
}
