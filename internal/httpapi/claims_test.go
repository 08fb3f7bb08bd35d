package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
)

// A claim is followed from notice to closing; each sees its part.
func TestAClaimByHTTP(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued() // with IC-C1, assessed at 2,000.00
	const claim = "/v1/claims/IC-C1"
	seen := d.ask(claimant, http.MethodGet, claim, "")
	const clock = `"decide_due","started":"2026-03-02","due":"2026-04-01"`
	if seen.Header.Get("ETag") != `"3"` || !strings.Contains(seen.text, clock) {
		t.Errorf("%s %s", seen.Header.Get("ETag"), seen.text)
	}
	d.refused(d.ask(claimant, "POST", claim+"/approvals", `{"indemnity":"2000.01"}`), 422, "claims.exceeds_payable")
	d.refused(d.ask(claimant, "POST", claim+"/approvals", `{"indemnity":"1.00"}`, "If-Match", `"1"`), 412,
		"claims.claim_changed")
	d.post(claimant, claim+"/approvals", `{"indemnity":"1000.00"}`, "If-Match", `"3"`)
	d.refused(d.ask(claimant, "POST", claim+"/payments", `{"indemnity":"1000.01"}`), 422,
		"claims.payment_exceeds_approved")
	d.refused(d.ask(leader, "POST", claim+"/payments", `{"indemnity":"1.00"}`), 403, "access.forbidden")
	paid := d.post(claimant, claim+"/payments", `{"indemnity":"1000.00"}`, "Idempotency-Key", "p-1")
	again := d.post(claimant, claim+"/payments", `{"indemnity":"1000.00"}`, "Idempotency-Key", "p-1")
	if paid.text != again.text || !strings.Contains(paid.text, `"state":"paid"`) {
		t.Errorf("the same key: %s, then %s", paid.text, again.text)
	}
	mine := d.ask(follower, http.MethodGet, claim, "")
	if !strings.Contains(mine.text, `"member":"NANHU"`) || strings.Contains(mine.text, `"member":"SHAHU"`) {
		t.Errorf("a follower sees: %s", mine.text)
	}
	d.refused(d.ask(stranger, http.MethodGet, claim, ""), 404, "claims.claim_not_found")
	if list := d.ask(stranger, http.MethodGet, "/v1/claims", ""); strings.Contains(list.text, "IC-C1") {
		t.Errorf("an outsider lists: %s", list.text)
	}
	if list := d.ask(follower, http.MethodGet, "/v1/claims?policy=IC-P1&state=paid", ""); !strings.Contains(
		list.text, "IC-C1",
	) {
		t.Errorf("a follower lists: %s", list.text)
	}
	d.post(claimant, claim+"/closing", "")
	d.refused(d.ask(claimant, "POST", claim+"/recoveries", `{"salvage":"1.00"}`), 409, "claims.claim_closed")
}

// A document is filed as it is, and comes back as it was, to be saved and not to be shown.
func TestDocumentsByHTTP(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	const documents = "/v1/claims/IC-C1/documents"
	filed := d.ask(claimant, "POST", documents+"?name=%E6%9F%A5%E5%8B%98.html&kind=survey", "<html>查勘</html>",
		"Content-Type", "application/octet-stream")
	if filed.StatusCode != http.StatusCreated || !strings.Contains(filed.text, `"number":1`) {
		t.Fatalf("%d %s", filed.StatusCode, filed.text)
	}
	read := d.ask(follower, http.MethodGet, documents+"/1", "")
	if read.text != "<html>查勘</html>" || !strings.HasPrefix(read.Header.Get("Content-Disposition"), "attachment") ||
		read.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%q %v", read.text, read.Header)
	}
	if !strings.Contains(d.log.String(), "a document was read") {
		t.Error("the reading is not in the log")
	}
	d.refused(d.ask(stranger, http.MethodGet, documents+"/1", ""), 404, "claims.claim_not_found")
	d.refused(d.ask(claimant, http.MethodGet, documents+"/2", ""), 404, "claims.document_not_found")
}
