package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
)

// A statement and its run are previewed, withdrawn and cancelled over HTTP. What a member reads of the pool's runs,
// debts and interest is its own alone.
func TestWhatIsPreviewedAndUndoneOverHTTP(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	d.issued()
	var would struct {
		Final bool
		Items int64
	}
	d.told(d.post(clerk, "/v1/pools/IC/statements/preview", `{"period":"2026-Q1"}`), &would)
	d.refused(d.ask(clerk, "GET", quarter, ""), 404, "coinsurance.statement_not_found")
	d.confirmed()
	var drawn settlement.StatementView
	d.get(clerk, quarter, &drawn)
	if would.Final || would.Items != drawn.Items || drawn.Postings == nil || *drawn.Postings == 0 {
		t.Errorf("foretold %+v, drawn %+v", would, drawn)
	}
	d.post(staff("NANHU"), quarter+"/queries", `{"subject":"IC-P1","group":"fee","reason":"share"}`)
	const runs = "/v1/pools/IC/settlements"
	var as, supposed settlement.Calculation
	d.told(d.post(clerk, runs+"/preview", `{"period":"2026-Q1"}`), &as)
	d.told(d.post(clerk, runs+"/preview", `{"period":"2026-Q1","netting":"none","held":["IC-P1"]}`), &supposed)
	if as.Items == 0 || supposed.Items != 0 || supposed.Netting != "none" || as.Netting != "multilateral" {
		t.Errorf("as it stands %+v, supposed %+v", as.Settlement, supposed.Settlement)
	}
	d.refused(d.ask(clerk, "GET", runs+"/1", ""), 404, "coinsurance.settlement_not_found")
	d.post(clerk, runs, `{"period":"2026-Q1"}`)
	d.post(clerk, runs+"/1/withdrawal", `{"reason":"另有异议"}`)
	d.refused(d.ask(clerk, "POST", runs+"/1/withdrawal", `{"reason":"另有异议"}`), 409, "coinsurance.settlement_decided")
	d.post(checker, quarter+"/cancellation", `{"reason":"漏列一单"}`)
	d.refused(d.ask(clerk, "GET", quarter, ""), 404, "coinsurance.statement_not_found")
	d.proposed()
	d.post(clerk, runs+"/2/approval", "")
	d.explained()
	d.ownFigures(runs)
}

// explained wants the working of an item, and the issue to be what the one before was.
func (d *door) explained() {
	d.Helper()
	var working settlement.ItemWorking
	d.get(follower, quarter+"/working/IC-P1?group=premium", &working)
	d.shows(follower, quarter+"/working/IC-P1", "NANHU", "DONGHU", "YANXI")
	if len(working.Owed) != 1 || len(working.Movements) != working.Owed[0].Postings || len(working.Totals) != 2 {
		d.Errorf("the follower's working is %+v", working)
	}
	d.refused(d.ask(follower, http.MethodGet, quarter+"/working/IC-P9", ""), 404, "coinsurance.subject_not_found")
	var comparison settlement.Comparison
	d.get(follower, quarter+"/comparison", &comparison)
	if comparison.Against != "2026-Q1/1" || comparison.Statement != "2026-Q1/2" || len(comparison.Items) != 0 {
		d.Errorf("nothing has changed, the comparison is %+v", comparison)
	}
	table := d.ask(follower, http.MethodGet, quarter+"/comparison/file?format=csv", "")
	if !strings.HasPrefix(table.text, "\ufeffstatement,against,change,") {
		d.Errorf("the table is %q", table.text)
	}
}

// told reads an answer.
func (d *door) told(answer reply, into any) {
	d.Helper()
	if err := json.Unmarshal([]byte(answer.text), into); err != nil {
		d.Fatalf("%v in %s", err, answer.text)
	}
}

// ownFigures wants each member to see its own part of the run that was approved.
func (d *door) ownFigures(runs string) {
	d.Helper()
	lines := func(by access.Principal) settlement.SettlementLine {
		d.Helper()
		var page struct{ Items []settlement.SettlementLine }
		d.get(by, runs, &page)
		return page.Items[len(page.Items)-1]
	}
	var run settlement.SettlementView
	d.get(regulator, runs+"/2", &run)
	if all := lines(regulator); all.Items != run.Items || all.Orders != len(run.Payments) || all.Net != nil ||
		all.Period != "2026-Q1" {
		d.Errorf("the regulator sees %+v", all)
	}
	for _, member := range run.Members {
		own := lines(staff(member.Member))
		var view settlement.SettlementView
		d.get(staff(member.Member), runs+"/2", &view)
		if own.Net == nil || *own.Net != member.Net || own.Items != view.Items || own.Orders != len(view.Payments) ||
			member.Member != "SHAHU" && own.Items == run.Items {
			d.Errorf("%s sees %+v, its part is %+v", member.Member, own, member)
		}
	}
	var ageing settlement.Ageing
	d.get(follower, "/v1/pools/IC/ageing", &ageing)
	if len(ageing.Debts) != 1 || ageing.Total.NotDue != ageing.Orders[0].Left {
		d.Errorf("the follower's ageing is %+v", ageing)
	}
	var account settlement.CurrentAccount
	d.get(follower, "/v1/pools/IC/current-accounts/NANHU", &account)
	if len(account.Statements) != 1 || account.Statements[0].InPayment != account.Statements[0].Total ||
		len(account.Orders) != 1 {
		d.Errorf("the follower's current account is %+v", account)
	}
	d.refused(d.ask(follower, http.MethodGet, "/v1/pools/IC/current-accounts/SHAHU", ""), 403, "access.forbidden")
	d.shows(follower, quarter, "NANHU", "postings", "SHAHU")
	var page struct{ Items []settlement.AccruedInterest }
	d.get(follower, "/v1/pools/IC/late-interest?day=2027-03-31", &page)
	if len(page.Items) < 10 || page.Items[0].Left.Sign() <= 0 || !page.Items[0].Booked.IsZero() {
		d.Errorf("accrued is %+v", page.Items)
	}
}
