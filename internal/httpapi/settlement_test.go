package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/money"
)

// Who settles: a member's own person, and two of the pool manager's.
var (
	settler = access.Person("s", access.Member, "SHAHU", access.Settlement)
	checker = access.Person("checker", access.Manager, "", access.Settlement)
)

// staff is a member's person for settlement.
func staff(member string) access.Principal {
	return access.Person("qian", access.Member, member, access.Settlement)
}

const quarter = "/v1/pools/IC/statements/2026-Q1"

// confirmed draws and issues the statement of the first quarter, and has all members confirm it.
func (d *door) confirmed() {
	d.Helper()
	d.post(clerk, "/v1/pools/IC/statements", `{"period":"2026-Q1"}`)
	d.post(clerk, quarter+"/issue", "")
	for _, member := range []string{"SHAHU", "DONGHU", "NANHU", "YANXI", "TANGXUN", "LIANGZI"} {
		d.post(staff(member), fmt.Sprintf("%s/members/%s/confirmation", quarter, member), "")
	}
}

// proposed has a settlement of the first quarter proposed, too.
func (d *door) proposed() {
	d.Helper()
	d.confirmed()
	d.post(checker, "/v1/pools/IC/settlements", `{"period":"2026-Q1"}`)
}

// shows wants an answer that tells of a member and not of others.
func (d *door) shows(by access.Principal, path, own string, others ...string) {
	d.Helper()
	answer := d.ask(by, http.MethodGet, path, "")
	if answer.StatusCode != http.StatusOK || !strings.Contains(answer.text, own) {
		d.Errorf("GET %s as %s: %d %s", path, by, answer.StatusCode, answer.text)
	}
	for _, other := range others {
		if strings.Contains(answer.text, other) {
			d.Errorf("GET %s shows %s to %s: %s", path, other, by, answer.text)
		}
	}
}

// A quarter is settled over HTTP: drawn and issued by the manager, disputed and confirmed by members, proposed,
// approved by another and paid. At each step a member sees its own part and nothing of what others owe each other.
func TestAQuarterIsSettledOverHTTP(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	d.get(staff("NANHU"), quarter+"/calendar", new(settlement.Calendar))
	const statements = "/v1/pools/IC/statements"
	drawn := d.post(clerk, statements, `{"period":"2026-Q1"}`, "Idempotency-Key", "draw")
	again := d.post(clerk, statements, `{"period":"2026-Q1"}`, "Idempotency-Key", "draw")
	if again.text != drawn.text {
		t.Errorf("drawn again: %s, first: %s", again.text, drawn.text)
	}
	d.refused(d.ask(clerk, "POST", statements, `{"period":"2026-04"}`, "Idempotency-Key", "draw"), 409,
		"idempotency.key_reused")
	d.refused(d.ask(follower, "GET", quarter, ""), 404, "coinsurance.statement_not_found")
	d.refused(d.ask(follower, "GET", quarter+"/items", ""), 404, "coinsurance.statement_not_found")
	d.post(clerk, quarter+"/issue?rehearse=true", "")
	d.refused(d.ask(clerk, "POST", quarter+"/issue", "", "If-Match", `"9"`), 412, "coinsurance.statement_changed")
	d.post(clerk, quarter+"/issue", "", "If-Match", drawn.Header.Get("ETag"))

	others := []string{"DONGHU", "YANXI", "TANGXUN", "LIANGZI"}
	d.post(staff("NANHU"), quarter+"/queries", `{"subject":"IC-P1","group":"fee","reason":"share","remark":"份额"}`)
	for _, path := range []string{quarter, quarter + "/items", quarter + "/queries", statements} {
		d.shows(staff("NANHU"), path, "NANHU", others...)
		d.refused(d.ask(operator, "GET", path, ""), 403, "access.forbidden")
	}
	d.shows(settler, quarter+"/queries", "NANHU")
	d.shows(staff("DONGHU"), quarter+"/queries", "items", "NANHU")
	d.answered()
	d.refused(d.ask(stranger, "GET", quarter, ""), 404, "coinsurance.statement_not_found")
	var held, all, page struct {
		Items []settlement.ItemState
		Next  string
	}
	d.get(regulator, quarter+"/items?held=true", &held)
	d.get(regulator, quarter+"/items", &all)
	if len(held.Items) != 1 || !held.Items[0].Held || held.Items[0].A != "NANHU" || len(all.Items) < 10 {
		t.Errorf("held: %+v of %d", held.Items, len(all.Items))
	}
	for next, at := "", 0; at < len(all.Items); at += len(page.Items) {
		page.Items, page.Next = nil, ""
		d.get(regulator, quarter+"/items?limit=3&after="+next, &page)
		if len(page.Items) == 0 || page.Items[0] != all.Items[at] {
			t.Fatalf("after %d items comes %+v", at, page.Items)
		}
		next = page.Next
	}
	d.resolved()
	for _, member := range append(others, "SHAHU", "NANHU") {
		d.post(staff(member), fmt.Sprintf("%s/members/%s/confirmation", quarter, member), "")
	}
	d.refused(d.ask(settler, "POST", quarter+"/members/NANHU/confirmation", ""), 403, "access.forbidden")
	d.paid(others)
}

// resolved has the query of NANHU lifted: by itself alone. Who has raised none is told so in its language, and what
// holds the subject.
func (d *door) resolved() {
	d.Helper()
	type lifted struct {
		Items  []settlement.Query     `json:"items"`
		Note   string                 `json:"note"`
		HeldBy []settlement.QueryLine `json:"held_by"`
	}
	var none, done lifted
	d.told(d.post(settler, quarter+"/resolutions", `{"subject":"IC-P1"}`, "Accept-Language", "zh"), &none)
	if len(none.Items) != 0 || !strings.Contains(none.Note, "没有未结的质疑") || len(none.HeldBy) != 1 ||
		none.HeldBy[0].Member != "NANHU" {
		d.Errorf("lifted by another: %+v", none)
	}
	d.told(d.post(staff("NANHU"), quarter+"/resolutions", `{"subject":"IC-P1"}`), &done)
	if len(done.Items) != 1 || done.Note != "" || len(done.HeldBy) != 0 {
		d.Errorf("lifted by itself: %+v", done)
	}
}

// answered has the query of NANHU answered by its counterparty, passed on, and answered by the manager.
func (d *door) answered() {
	d.Helper()
	const query = quarter + "/queries/1"
	d.refused(d.ask(clerk, "POST", query+"/answer", `{"answer":"份额无误"}`), 409, "coinsurance.query_not_escalated")
	d.refused(d.ask(staff("NANHU"), "POST", query+"/answer", `{"answer":"份额无误"}`), 403, "access.forbidden")
	d.refused(d.ask(staff("DONGHU"), "POST", query+"/answer", `{"answer":"份额无误"}`), 404, "coinsurance.query_not_found")
	d.post(settler, query+"/answer", `{"answer":"份额无误","document":"附件一"}`)
	d.shows(staff("NANHU"), quarter+"/queries", "份额无误")
	d.refused(d.ask(settler, "POST", query+"/escalation", ""), 403, "access.forbidden")
	d.post(staff("NANHU"), query+"/escalation", "")
	d.refused(d.ask(staff("NANHU"), "POST", query+"/escalation", ""), 409, "coinsurance.query_escalated")
	d.post(clerk, query+"/answer", `{"answer":"以协议为准"}`)
	d.shows(settler, quarter+"/queries", "以协议为准")
}

// paid proposes, approves and pays the settlement of the quarter.
func (d *door) paid(others []string) {
	d.Helper()
	const run = "/v1/pools/IC/settlements/1"
	proposed := d.post(clerk, "/v1/pools/IC/settlements", `{"period":"2026-Q1"}`)
	d.refused(d.ask(follower, "GET", run, ""), 404, "coinsurance.settlement_not_found")
	d.refused(d.ask(checker, "POST", run+"/approval", "", "If-Match", `"7"`), 412, "coinsurance.settlement_changed")
	d.refused(d.ask(clerk, "POST", run+"/approval", ""), 403, "access.maker_is_checker")
	d.post(checker, run+"/approval", "", "If-Match", proposed.Header.Get("ETag"))
	d.shows(follower, run, "NANHU", others...)
	d.shows(follower, "/v1/pools/IC/settlements", "multilateral")
	d.shows(stranger, "/v1/pools/IC/settlements", "items", "multilateral")
	d.shows(follower, "/v1/orders", "NANHU", others...)
	d.refused(d.ask(stranger, "GET", run, ""), 404, "coinsurance.settlement_not_found")
	var whole, own settlement.SettlementView
	d.get(regulator, run, &whole)
	d.get(follower, run, &own)
	net := money.Amount{}
	for _, member := range whole.Members {
		net = net.Add(member.Net)
		if member.Net != member.GrossIn.Sub(member.GrossOut) {
			d.Errorf("gross and net differ: %+v", member)
		}
		if member.Member == "NANHU" && (len(own.Members) != 1 || own.Members[0] != member) {
			d.Errorf("the follower's part is %+v, the regulator's view of it %+v", own.Members, member)
		}
	}
	if !net.IsZero() || len(whole.Members) != 6 || len(own.Payments) != 1 || own.Orders != 1 {
		d.Errorf("%d members come to %s; own orders: %+v", len(whole.Members), net, own.Payments)
	}
	order := whole.Payments[0]
	path := "/v1/pools/IC/orders/" + order.ID
	d.refused(d.ask(stranger, "GET", path, ""), 404, "coinsurance.order_not_found")
	seen := d.ask(clerk, "GET", path, "")
	body := fmt.Sprintf(`{"amount":%q}`, order.Amount)
	d.refused(d.ask(checker, "POST", path+"/execution", body, "If-Match", `"9"`), 412, "coinsurance.order_changed")
	d.post(checker, path+"/execution", body, "If-Match", seen.Header.Get("ETag"))
	d.post(checker, path+"/return", "")
	d.post(checker, run+"/completion", "")
	var page struct{ Items []settlement.PaymentOrder }
	d.get(regulator, "/v1/orders?pool=IC&state=executed", &page)
	if len(page.Items) != len(whole.Payments) {
		d.Errorf("%d orders are paid of %d", len(page.Items), len(whole.Payments))
	}
}
