package settlement_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
)

// compared compares, and holds every difference against the events behind it.
func (l *life) compared(t *testing.T, by access.Principal, asked settlement.CompareStatement) *settlement.Comparison {
	t.Helper()
	asked.Pool, asked.Limit = "IC", settlement.ItemMax
	comparison, err := settlement.ViewComparison(t.Context(), l.db.DB, by, asked)
	must(t, err)
	for _, item := range comparison.Items {
		sum := money.Amount{}
		for _, event := range item.Events {
			sum = sum.Add(event.Difference)
			if !slices.Contains(item.Why, event.Type) {
				t.Errorf("%s is not among %v", event.Type, item.Why)
			}
		}
		if before, now := item.AOwed.Sub(item.BOwed), item.AOwes.Sub(item.BOwes); sum != item.Difference ||
			now.Sub(before) != item.Difference || len(item.Events) == 0 {
			t.Errorf("from %s to %s is %s, the events come to %s: %+v", before, now, item.Difference, sum, item)
		}
	}
	return comparison
}

func summary(c *settlement.Comparison) string {
	var lines []string
	for _, item := range c.Items {
		lines = append(lines, strings.Join([]string{
			string(item.Change), item.Policy, string(item.Group), item.A + item.B, item.Difference.String(),
			strings.Join(item.Why, " "),
		}, " "))
	}
	return strings.Join(lines, "\n")
}

// The second issue of a month has a new policy and one that was endorsed; nothing else is different. A member sees its
// own items alone, in pages and as a table.
func TestAnIssueIsComparedWithTheOneBefore(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingBilateral)
	l.drawOf(t, "2026-01")
	alone := settlement.CompareStatement{Pool: "IC", Period: "2026-01"}
	if _, err := settlement.ViewComparison(t.Context(), l.db.DB, testzone.Clerk, alone); !errors.Is(err,
		settlement.ErrEarlierNotFound) {
		t.Errorf("of a first issue: %v", err)
	}
	must(t, l.cancel(t, l.other, "2026-01"))
	l.now.Set(calendar.MustDate("2026-01-20").Noon())
	l.insure(t, "IC-P3", "rd_liability", "2026-01-20", "2026-12-31")
	testzone.Endorse(t, l.db.DB, l.now, "IC-P1", "E1", "200.00")
	l.drawOf(t, "2026-01")

	all := l.compared(t, testzone.Clerk, alone)
	own := l.compared(t, staff("B").By, alone)
	const ofB = `changed IC-P1 fee AB -1.00 insurance.premium_received
changed IC-P1 premium AB 53.00 insurance.premium_received
new IC-P3 fee AB -5.00 insurance.policy_issued
new IC-P3 premium AB 265.00 insurance.policy_issued`
	if all.Statement != "2026-01/2" || all.Against != "2026-01/1" || len(all.Items) != 8 || summary(own) != ofB {
		t.Errorf("%s against %s: %d items; B sees\n%s", all.Statement, all.Against, len(all.Items), summary(own))
	}
	alone.Limit = 1
	for i := range own.Items {
		page, err := settlement.ViewComparison(t.Context(), l.db.DB, staff("B").By, alone)
		must(t, err)
		if len(page.Items) != 1 || page.Items[0].Policy != own.Items[i].Policy || page.Items[0].Group != own.Items[i].Group {
			t.Fatalf("page %d: %+v", i, page.Items)
		}
		alone.After = page.Items[0].At()
	}
	var table bytes.Buffer
	must(t, settlement.WriteComparison(t.Context(), l.db.DB, staff("B").By, alone, sheet.CSV, &table))
	lines := strings.Split(strings.TrimSpace(table.String()), "\n")
	const last = "2026-01/2,2026-01/1,new,IC-P3,,premium,A,B,CNY,0.00,0.00,265.00,0.00,265.00,insurance.policy_issued"
	if len(lines) != 5 || !strings.HasPrefix(lines[4], last) {
		t.Errorf("the table is\n%s", table.String())
	}
}

// A month is compared with the one that the member confirmed last: what stands there is not gone, it is still to be
// settled or is settled; what came since is new. What the first issue had and another month's statement took in since
// is gone from the second.
func TestAStatementIsComparedWithWhatAMemberConfirmed(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingBilateral)
	l.draw(t)
	l.now.Set(calendar.MustDate("2026-02-10").Noon())
	testzone.Endorse(t, l.db.DB, l.now, "IC-P1", "E1", "200.00")
	l.drawOf(t, "2026-02")
	confirmed := l.compared(t, testzone.Clerk, settlement.CompareStatement{
		Period: "2026-02", Member: "C", Against: settlement.AgainstConfirmed,
	})
	const ofC = `changed IC-P1 fee AC 2.40 insurance.policy_issued insurance.premium_received
changed IC-P1 premium AC -127.20 insurance.policy_issued insurance.premium_received
standing IC-P2 fee AC 3.00 insurance.policy_issued
standing IC-P2 premium AC -159.00 insurance.policy_issued`
	if confirmed.Against != "2026-01/1" || summary(confirmed) != ofC {
		t.Errorf("against %s:\n%s", confirmed.Against, summary(confirmed))
	}
	all := confirmed.Totals
	if got := all.Members; len(got) != 1 || all.Changed != 2 || all.Standing != 2 ||
		got[0].Standing != 2 || got[0].Before != money.MustAmount("312.00") ||
		got[0].Difference != money.MustAmount("-280.80") {
		t.Errorf("in all: %+v, of C %+v", all.ChangeTotals, got)
	}
	run := l.propose(t)
	l.approve(t, run.Number)
	settled := l.compared(t, testzone.Clerk, settlement.CompareStatement{
		Period: "2026-02", Member: "C", Against: settlement.AgainstConfirmed,
	})
	if summary(settled) != strings.ReplaceAll(ofC, "standing", "settled") || settled.Totals.Settled != 2 {
		t.Errorf("of what is settled:\n%s", summary(settled))
	}
	l.unwind(t, run.Number)
	for _, wrong := range []settlement.CompareStatement{
		{Pool: "IC", Period: "2026-02", Against: settlement.AgainstConfirmed},
		{Pool: "IC", Period: "2026-02", Against: settlement.AgainstIssue, Member: "C"},
		{Pool: "IC", Period: "2026-01", Member: "C"},
	} {
		if _, err := settlement.ViewComparison(t.Context(), l.db.DB, testzone.Clerk, wrong); !errors.Is(err,
			settlement.ErrEarlierNotFound) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	must(t, l.cancel(t, l.other, "2026-02"))
	must(t, l.cancel(t, l.other, "2026-01"))
	l.drawOf(t, "2026-02")
	testzone.Endorse(t, l.db.DB, l.now, "IC-P2", "E1", "100.00")
	l.drawOf(t, "2026-01") // all of January stands on February's statement
	again := l.compared(t, testzone.Clerk, settlement.CompareStatement{Period: "2026-01"})
	if len(again.Items) != 8 || again.Items[0].Change != settlement.ItemGone {
		t.Errorf("the second issue of January:\n%s", summary(again))
	}
}
