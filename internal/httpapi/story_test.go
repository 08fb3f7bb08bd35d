package httpapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/feed"
	"gongbao/ledger"
)

// TestFirstSetPolicy is what a newcomer does: quote, pay, issue, endorse, look at the split.
func TestFirstSetPolicy(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	quoted := d.post(leader, "/v1/policies", firstSet)
	if quoted.StatusCode != http.StatusCreated || quoted.Header.Get("ETag") != `"1"` {
		t.Errorf("quoted: %d %s", quoted.StatusCode, quoted.Header.Get("ETag"))
	}
	d.refused(d.ask(leader, "POST", "/v1/policies/IC-P1/issue", ""), 409, "insurance.premium_not_received")
	printed := d.ask(leader, "GET", "/v1/policies/IC-P1/schedule", "")
	if printed.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(printed.text, "%PDF-") {
		t.Errorf("the quotation on paper: %d %s", printed.StatusCode, printed.Header.Get("Content-Type"))
	}
	d.refused(d.ask(follower, "GET", "/v1/policies/IC-P1/schedule", ""), 403, "access.forbidden")
	paid := d.post(leader, "/v1/policies/IC-P1/receipts", `{"amount":"106000.01"}`, "Idempotency-Key", "cash-1")
	again := d.post(leader, "/v1/policies/IC-P1/receipts", `{"amount":"106000.01"}`, "Idempotency-Key", "cash-1")
	if again.text != paid.text {
		t.Errorf("the same key got another answer: %s, then %s", paid.text, again.text)
	}
	d.refused(d.ask(leader, "POST", "/v1/policies/IC-P1/receipts", `{"amount":"1.00"}`, "Idempotency-Key", "cash-1"),
		409, "idempotency.key_reused")
	d.refused(d.ask(leader, "POST", "/v1/policies/IC-P1/issue", "", "If-Match", `"1"`), 412, "insurance.policy_changed")
	d.post(leader, "/v1/policies/IC-P1/issue", "", "If-Match", paid.Header.Get("ETag"))
	d.post(leader, "/v1/policies/IC-P1/endorsements",
		`{"endorsement":"E1","premium":"-20000.00","effective":"2026-09-01"}`)

	var seen insurance.PolicyView
	d.get(leader, "/v1/policies/IC-P1", &seen)
	if seen.State != insurance.InForce || !seen.Leading || seen.NetPremium.String() != "80000.01" {
		t.Errorf("the leader sees %+v", seen)
	}
	if len(seen.CoInsurers) != 6 || portion(seen.Portions, "NANHU", "net_premium") != "12000.00" {
		t.Errorf("the leader sees %+v and %+v", seen.CoInsurers, seen.Portions)
	}
	var splits struct{ Items []coinsurance.RecordedSplit }
	d.get(leader, "/v1/policies/IC-P1/splits", &splits)
	last := splits.Items[len(splits.Items)-1]
	if len(last.Lines) != 6 || last.AgreementVersion != 1 || last.Residue != coinsurance.ResidueLargestRemainder {
		t.Errorf("the working of the last split is %+v", last)
	}
}

func portion(portions []coinsurance.Portion, member string, stream ledger.Stream) string {
	for _, p := range portions {
		if p.Member == member && p.Stream == stream {
			return p.Amount.String()
		}
	}
	return ""
}

// TestFollowerSeesItsPartAndNothingElse looks through every window a follower has.
func TestFollowerSeesItsPartAndNothingElse(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	d.drain()
	d.post(leader, "/v1/policies", strings.Replace(firstSet, "IC-P1", "IC-P2", 1)) // quoted, of no concern yet

	windows := []string{
		"/v1/policies/IC-P1", "/v1/policies/IC-P1/splits", "/v1/policies/IC-P1/postings", "/v1/premium-income",
		"/v1/pools/IC/trial-balances/2026-03", "/v1/books/NANHU/accounts/premium_written/postings",
	}
	for _, path := range windows {
		answer := d.ask(follower, "GET", path, "")
		if answer.StatusCode != http.StatusOK || !strings.Contains(answer.text, "NANHU") {
			t.Errorf("GET %s: %d %s", path, answer.StatusCode, answer.text)
		}
		for _, other := range []string{"DONGHU", "YANXI", "TANGXUN", "LIANGZI"} {
			if strings.Contains(answer.text, other) {
				t.Errorf("GET %s shows %s to a follower: %s", path, other, answer.text)
			}
		}
	}
	d.refused(d.ask(follower, "GET", "/v1/books/SHAHU/accounts/cash/balance", ""), 403, "access.forbidden")
	d.refused(d.ask(follower, "GET", "/v1/books/SHAHU/accounts/cash/postings", ""), 403, "access.forbidden")
	d.refused(d.ask(follower, "GET", "/v1/books/DONGHU/owes/SHAHU", ""), 403, "access.forbidden")
	d.refused(d.ask(follower, "POST", "/v1/policies/IC-P1/receipts", `{"amount":"1.00"}`), 403, "access.forbidden")
	d.refused(d.ask(stranger, "GET", "/v1/policies/IC-P1", ""), 404, "insurance.policy_not_found")
	d.refused(d.ask(operator, "GET", "/v1/policies/IC-P1", ""), 403, "access.forbidden")
	var owed ledger.Balance
	d.get(follower, "/v1/books/SHAHU/owes/NANHU?pool=IC", &owed)
	if owed.Balance.String() != "14911.50" {
		t.Errorf("the issuer owes the follower %s", owed.Balance)
	}
}

// TestEventsProve: what a member reads over HTTP are the very bytes that were hashed, and every place is listed.
func TestEventsProve(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	d.drain()
	var facts struct{ Items []feed.Published }
	d.get(follower, "/v1/pools/IC/events", &facts)
	proved, hidden := 0, 0
	for i, listed := range facts.Items {
		if listed.Position != int64(i+1) {
			t.Fatalf("place %d is position %d", i, listed.Position)
		}
		switch {
		case listed.ID == nil:
			hidden++
		case len(listed.Sections) == 1:
			view := fact.MemberView{
				Common: listed.Common, CommonSalt: listed.CommonSalt, Section: listed.Sections[0], Manifest: listed.Manifest,
			}
			if err := view.Verify(); err != nil {
				t.Errorf("position %d: %v", listed.Position, err)
			}
			proved++
		}
	}
	if proved != 4 || hidden != 2 { // issued, and a claim filed with its clocks and assessed; quoted, received before
		t.Errorf("%d facts proved, %d hidden", proved, hidden)
	}
	var whole struct{ Items []feed.Published }
	d.get(regulator, "/v1/pools/IC/events?after=2", &whole)
	for _, listed := range whole.Items {
		envelope := fact.Envelope{
			Common: listed.Common, CommonSalt: listed.CommonSalt, Sections: listed.Sections, Manifest: listed.Manifest,
		}
		if err := envelope.Verify(); err != nil || listed.ID == nil {
			t.Errorf("the regulator at position %d: %v", listed.Position, err)
		}
	}
	count, next := 0, "0"
	for next != "" { // page by page, as --all does
		var part struct {
			Items []feed.Published
			Next  string
		}
		d.get(regulator, "/v1/pools/IC/events?limit=4&after="+next, &part)
		count, next = count+len(part.Items), part.Next
	}
	if count != len(facts.Items) {
		t.Errorf("page by page there are %d facts, not %d", count, len(facts.Items))
	}
	d.alike(regulator)
	d.alike(follower)
	var none struct{ Items []feed.Published }
	d.get(stranger, "/v1/pools/IC/events", &none)
	if slices.ContainsFunc(none.Items, func(f feed.Published) bool { return len(f.Sections) > 0 }) {
		t.Error("a stranger sees a section")
	}
	d.refused(d.ask(follower, "GET", "/v1/pools/XX/events", ""), 404, "coinsurance.pool_not_found")
}

// alike asks for the facts whose type begins alike: those of all that the principal may see, and nothing of others.
func (d *door) alike(by access.Principal) {
	d.Helper()
	var all, alike struct{ Items []feed.Published }
	d.get(by, "/v1/pools/IC/events", &all)
	d.get(by, "/v1/pools/IC/events?type=insurance.", &alike)
	wanted := slices.DeleteFunc(all.Items, func(f feed.Published) bool { return !strings.HasPrefix(f.Type, "insurance.") })
	if diff := cmp.Diff(wanted, alike.Items); diff != "" || len(wanted) == 0 {
		d.Errorf("%s is shown otherwise: %s", by.Subject, diff)
	}
}

// TestPages walks a list page by page and finds each item once.
func TestPages(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	for _, number := range []string{"IC-A", "IC-B", "IC-C", "IC-D", "IC-E"} {
		d.post(leader, "/v1/policies", strings.Replace(firstSet, "IC-P1", number, 1))
	}
	d.issued()
	var numbers []string
	for next := ""; ; {
		var page struct {
			Items []insurance.Policy
			Next  string
		}
		d.get(leader, "/v1/policies?pool=IC&limit=2&after="+next, &page)
		for _, policy := range page.Items {
			numbers = append(numbers, policy.Number)
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if got := strings.Join(numbers, " "); got != "IC-A IC-B IC-C IC-D IC-E IC-P1" {
		t.Errorf("the pages list %s", got)
	}
	var lines []string
	for next := ""; ; {
		var page struct {
			Items []ledger.BookPosting
			Next  string
		}
		d.get(leader, "/v1/policies/IC-P1/postings?limit=7&after="+next, &page)
		for _, posting := range page.Items {
			lines = append(lines, posting.Journal.String()+"/"+string(rune('A'+posting.Line)))
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if slices.Sort(lines); len(lines) < 15 || len(slices.Compact(lines)) != len(lines) {
		t.Errorf("%d postings, some of them twice", len(lines))
	}
	var filtered struct{ Items []insurance.Policy }
	d.get(leader, "/v1/policies?state=in_force&line=first_set&start_from=2026-03-01&insured=武汉示例装备", &filtered)
	if len(filtered.Items) != 1 || filtered.Items[0].Number != "IC-P1" {
		t.Errorf("the filter found %+v", filtered.Items)
	}
	d.refused(d.ask(leader, "GET", "/v1/policies?after=!!", ""), 422, "httpapi.request_invalid")
}
