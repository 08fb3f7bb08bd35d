package settlement_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/idempotency"
	"gongbao/internal/pg"
)

func (l *life) cancel(t *testing.T, by idempotency.Command, period string) error {
	t.Helper()
	return second(l.s.CancelStatement(t.Context(), settlement.CancelStatement{
		Command: by, Pool: "IC", Period: period, Reason: "漏列一单",
	}))
}

func (l *life) withdraw(t *testing.T, number int) error {
	t.Helper()
	return second(l.s.WithdrawSettlement(t.Context(), settlement.WithdrawSettlement{
		Command: l.other, Pool: "IC", Number: number, Reason: "成员另有异议",
	}))
}

// totals are what every member opens, moves and closes with on the statement that stands for a period.
func (l *life) totals(t *testing.T, period string) string {
	t.Helper()
	statement, err := settlement.StatementOf(t.Context(), l.db.DB, "IC", period)
	must(t, err)
	totals, err := settlement.TotalsOf(t.Context(), l.db.DB, statement)
	must(t, err)
	var words []string
	for _, total := range totals {
		words = append(words, fmt.Sprintf("%s %s %s %s", total.Member, total.Opening, total.Movement, total.Closing))
	}
	return strings.Join(words, ", ")
}

// A statement is cancelled, and what was on it comes to the next issue with what was recorded since; the statement of
// another period before it stands, and its closing is what the next issue opens with.
func TestACancelledStatementIsDrawnAgain(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingNone)
	l.draw(t)
	run := l.propose(t)
	if err := l.cancel(t, l.other, "2026-01"); !errors.Is(err, settlement.ErrStatementSettled) {
		t.Errorf("cancelled though it is being settled: %v", err)
	}
	must(t, l.withdraw(t, run.Number))
	l.now.Set(calendar.MustDate("2026-02-02").Noon())
	l.insure(t, "IC-P3", "rd_liability", "2026-02-02", "2026-12-31")
	l.drawOf(t, "2026-02")
	if err := l.cancel(t, l.clerk, "2026-02"); !errors.Is(err, access.ErrMakerIsChecker) {
		t.Errorf("cancelled by who drew it: %v", err)
	}
	if err := l.cancel(t, l.other, "2026-01"); !errors.Is(err, settlement.ErrStatementNotLatest) {
		t.Errorf("cancelled though another was drawn since: %v", err)
	}
	was := l.totals(t, "2026-02")
	l.query(t, "2026-02", "B", "IC-P3")
	must(t, l.cancel(t, l.other, "2026-02"))
	l.verified(t)
	open := 0
	must(t, pg.Row(t.Context(), l.db, "SELECT count(*) FROM statement_query WHERE state <> 'resolved'", nil, &open))
	if open != 0 {
		t.Errorf("%d queries are open on a statement that stands no more", open)
	}
	if err := l.cancel(t, l.other, "2026-02"); !errors.Is(err, settlement.ErrStatementNotFound) {
		t.Errorf("cancelled twice: %v", err)
	}
	again := l.drawOf(t, "2026-02")
	if is := l.totals(t, "2026-02"); again.Issue != 2 || is != was {
		t.Errorf("issue %d has %s, the first one had %s", again.Issue, is, was)
	}
	l.verified(t)
	must(t, l.cancel(t, l.other, "2026-02"))
	l.insure(t, "IC-P4", "rd_liability", "2026-02-02", "2026-12-31")
	must(t, l.cancel(t, l.other, "2026-01")) // it is the latest now
	quarter := l.drawOf(t, "2026-Q1")
	if is := l.totals(t, "2026-Q1"); quarter.Issue != 1 || quarter.Items != 16 {
		t.Errorf("issue %d of %d items has %s", quarter.Issue, quarter.Items, is)
	}
	l.verified(t)
	l.confirm(t, "2026-Q1")
	l.complete(t, l.approve(t, l.proposeOf(t, "2026-Q1").Number).Number)
	if err := l.cancel(t, l.other, "2026-Q1"); !errors.Is(err, settlement.ErrStatementSettled) {
		t.Errorf("cancelled though it is settled: %v", err)
	}
	l.verified(t)
}

// Whoever asks again for what was drawn and cancelled since gets the first answer, and begins nothing: the period stays
// free.
func TestARepetitionCutsNothing(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingNone)
	cmd := settlement.DrawStatement{Command: l.clerk, Pool: "IC", Period: "2026-01"}
	cmd.IdempotencyKey = "draw-1"
	first, err := l.s.DrawStatement(t.Context(), cmd)
	must(t, err)
	must(t, l.cancel(t, l.other, "2026-01"))
	again, err := l.s.DrawStatement(t.Context(), cmd)
	if err != nil || again.State != settlement.StatementDrawn || !again.Cut.Equal(first.Cut) {
		t.Errorf("got %+v, %v", again, err)
	}
	all, err := settlement.Statements(t.Context(), l.db.DB, "IC")
	if must(t, err); len(all) != 1 || all[0].State != settlement.StatementCancelled {
		t.Errorf("statements %+v", all)
	}
}

// A run that is withdrawn leaves nothing behind: another takes the same items, and what it left out.
func TestAWithdrawnSettlementFreesItsItems(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingBilateral)
	l.draw(t)
	l.query(t, "2026-01", "B", "IC-P1")
	first := l.propose(t)
	must(t, l.withdraw(t, first.Number))
	l.resolve(t, "2026-01", "B", "IC-P1")
	again := l.propose(t)
	if first.Items != 6 || again.Items != 8 || again.Number != 2 {
		t.Errorf("%d items, then %d as number %d", first.Items, again.Items, again.Number)
	}
	l.approve(t, again.Number)
	if err := l.withdraw(t, again.Number); !errors.Is(err, settlement.ErrSettlementDecided) {
		t.Errorf("withdrawn after approval: %v", err)
	}
	l.complete(t, again.Number)
	l.verified(t)
	if l.owes(t, "A", "B") != "0.00" {
		t.Errorf("A owes B %s", l.owes(t, "A", "B"))
	}
}
