package settlement_test

import (
	"testing"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/idempotency"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
)

// A query is answered by its counterparty, escalated because that does not content who raised it, answered by the
// manager, and resolved. Its items are held until then, both sides see it, and verify finds all as it was told.
func TestAQueryIsAnsweredEscalatedAndResolved(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingBilateral)
	l.draw(t)
	l.query(t, "2026-01", "B", "IC-P1")
	answer := func(by idempotency.Command, text string) {
		t.Helper()
		must(t, second(l.s.AnswerQuery(t.Context(), settlement.AnswerQuery{
			Command: by, Pool: "IC", Period: "2026-01", Number: 1, Answer: text, Document: "附件一",
		})))
	}
	shows := func(by access.Principal, state settlement.QueryState, text string) {
		t.Helper()
		queries, err := settlement.ViewQueries(t.Context(), l.db.DB, by, "IC", "2026-01")
		must(t, err)
		if len(queries) != 1 || queries[0].State != state || queries[0].Answer != text {
			t.Errorf("%s sees %+v", by, queries)
		}
	}
	held := func(wanted int) {
		t.Helper()
		items, err := settlement.ViewItems(t.Context(), l.db.DB, testzone.Clerk, "IC", "2026-01", settlement.ItemFilter{
			Held: true, Limit: settlement.ItemMax,
		})
		must(t, err)
		if len(items) != wanted {
			t.Errorf("%d items are held: %+v", len(items), items)
		}
	}
	answer(staff("A"), "份额无误")
	for _, by := range []access.Principal{staff("A").By, staff("B").By, testzone.Clerk} {
		shows(by, settlement.QueryAnswered, "份额无误")
	}
	held(2)
	must(t, second(l.s.EscalateQuery(t.Context(), settlement.EscalateQuery{
		Command: staff("B"), Pool: "IC", Period: "2026-01", Number: 1,
	})))
	shows(staff("A").By, settlement.QueryEscalated, "份额无误")
	l.verified(t)
	answer(l.clerk, "以协议为准")
	shows(staff("B").By, settlement.QueryAnswered, "以协议为准")
	held(2)
	if run := l.propose(t); run.Items != 6 || run.Net("B") != money.MustAmount("260.00") {
		t.Errorf("the run takes %+v", run)
	}
	l.resolve(t, "2026-01", "B", "IC-P1")
	shows(staff("A").By, settlement.QueryResolved, "以协议为准")
	held(0)
	l.verified(t)
}
