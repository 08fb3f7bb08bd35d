package settlement_test

import (
	"errors"
	"testing"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
)

// What a preview says is what the drawing and the run then come to; what is supposed changes the figures of the preview
// and nothing else.
func TestPreviewsComeToTheSameAndStoreNothing(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingNone)
	drawing := settlement.PreviewStatement{By: testzone.Clerk, Pool: "IC", Period: "2026-01"}
	would, err := l.s.PreviewStatement(t.Context(), drawing)
	must(t, err)
	if _, err := settlement.StatementOf(t.Context(), l.db.DB, "IC", "2026-01"); !settlement.IsMissing(err) {
		t.Errorf("a preview drew a statement: %v", err)
	}
	drawn := l.drawOf(t, "2026-01")
	if would.Final || would.Items != drawn.Items || would.Postings != drawn.Postings || len(would.Members) != 3 ||
		would.Members[1].Movement != money.MustAmount("520.00") {
		t.Errorf("foretold %+v of %+v, drawn %+v", would.Statement, would.Members, drawn)
	}
	if _, err := l.s.PreviewStatement(t.Context(), drawing); !errors.Is(err, settlement.ErrStatementExists) {
		t.Errorf("of what is drawn: %v", err)
	}
	preview := settlement.PreviewSettlement{By: testzone.Clerk, Pool: "IC", Period: "2026-01"}
	if _, err := l.s.PreviewSettlement(t.Context(), preview); !errors.Is(err, settlement.ErrStatementNotConfirmed) {
		t.Errorf("of what nobody has confirmed: %v", err)
	}
	preview.Confirmed = true
	all, err := l.s.PreviewSettlement(t.Context(), preview)
	must(t, err)
	preview.Netting = coinsurance.NettingBilateral
	netted, err := l.s.PreviewSettlement(t.Context(), preview)
	must(t, err)
	preview.Held = []string{"IC-P1"}
	held, err := l.s.PreviewSettlement(t.Context(), preview)
	must(t, err)
	if len(all.Payments) != 4 || len(netted.Payments) != 2 || all.Net("B") != netted.Net("B") ||
		held.Net("B").Add(held.Net("B")) != all.Net("B") || held.Items*2 != all.Items {
		t.Errorf("as it is %+v, netted %+v, held %+v", all.Payments, netted.Payments, held.Payments)
	}
	l.confirm(t, "2026-01")
	if run := l.propose(t); run.Number != 1 || run.Items != all.Items || run.Net("B") != all.Net("B") {
		t.Errorf("proposed %+v, foretold %+v", run, all)
	}
	l.verified(t)
}

// What a run leaves out is listed with the reason, page by page, each member's own; and the run that takes it later.
func TestWhatARunLeavesOutIsListed(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingBilateral)
	l.draw(t)
	l.query(t, "2026-01", "B", "IC-P1")
	run := l.approve(t, l.propose(t).Number)
	list := func(member string, after settlement.Exception, limit int) []settlement.Exception {
		t.Helper()
		found, err := settlement.Exceptions(t.Context(), l.db.DB, run.Settlement, member, after, limit)
		must(t, err)
		return found
	}
	all := list("", settlement.Exception{}, 100)
	if len(all) != 2 || all[0].Group != settlement.FeeGroup || all[0].Why != settlement.SkippedHeld || all[0].Taker != 0 ||
		all[0].BOwes != money.MustAmount("5.00") || len(list("C", settlement.Exception{}, 100)) != 0 {
		t.Errorf("got %+v", all)
	}
	first := list("B", settlement.Exception{}, 1)
	if rest := list("B", first[0], 100); len(rest) != 1 || rest[0].Group != settlement.PremiumGroup {
		t.Errorf("after %+v: %+v", first, rest)
	}
	l.resolve(t, "2026-01", "B", "IC-P1")
	l.drawOf(t, "2026-02")
	next := l.proposeOf(t, "2026-02")
	if taken := list("", settlement.Exception{}, 100); len(taken) != 2 || taken[1].Taker != next.Number {
		t.Errorf("got %+v", taken)
	}
}
