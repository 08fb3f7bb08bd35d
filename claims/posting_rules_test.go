package claims

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/claims/cashcall"
	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/lab/golden"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// rulesPage is the page an auditor reads.
var rulesPage = filepath.Join("..", "docs", "posting-rules-claims.md")

const rulesHead = `# Posting rules of claims

Written by a test from the rules themselves (` + "`claims/posting.go`" + `); never by hand. How to read it, and the
accounts, stand in [posting rules](posting-rules.md).

Agreement: A 60 % leads and services claims, B 25 %, C 15 %. A posting is the difference between two standings: every
total is to date.

The rules follow CAS 25 of 2006 (原保险合同): what is paid is the cost of claims, recoveries 追偿 and salvage 损余 lower it
when they are taken in, and what is held back is each member's portion of the estimate that is not paid yet. CAS 25 of
2020 (保险合同), which applies from 2026 to insurers that did not put it off, is not computed here.
`

func worked(t *testing.T, claimsPaidBy coinsurance.CashHandling) *coinsurance.Agreement {
	t.Helper()
	var shares []coinsurance.Participation
	for _, pair := range [][2]string{{"A", "60%"}, {"B", "25%"}, {"C", "15%"}} {
		share := money.MustShare(pair[1])
		shares = append(shares, coinsurance.Participation{Member: pair[0], Premium: share, Claim: share, Cost: share})
	}
	agreement, err := coinsurance.NewAgreement(coinsurance.Terms{Claims: claimsPaidBy}, shares)
	if err != nil {
		t.Fatal(err)
	}
	agreement.Pool, agreement.Version = "IC", 1
	return agreement
}

// TestPostingRules prints what a claim's events do to the books, one worked example each. -update writes the page anew.
func TestPostingRules(t *testing.T) {
	t.Parallel()
	yuan := money.MustAmount
	claim := func(state State, estimate, paid, expense, recovery string) Claim {
		return Claim{
			Number: "IC-C1", Policy: "IC-P1", Status: state, Version: 1, EstimateIndemnity: yuan(estimate),
			PaidIndemnity: yuan(paid), PaidExpense: yuan(expense), Recovery: yuan(recovery),
			LossDay: calendar.MustDate("2026-02-03"),
		}
	}
	reserved := claim(Filed, "10000.00", "0.00", "0.00", "0.00")
	paid := claim(Approved, "10000.00", "6000.00", "500.00", "0.00")
	closed, back, sold := paid, paid, paid
	closed.Status, back.Recovery, sold.Salvage = Closed, yuan("1000.00"), yuan("300.00")
	call := []cashcall.CashCall{{Member: "B", Paid: yuan("2000.00")}}
	late := []cashcall.CashCall{{Member: "B", Paid: yuan("2000.00"), Interest: yuan("1.67")}}
	handed := []cashcall.CashCall{{Member: "B", Paid: yuan("2000.00")}}
	handed[0].Rebase(yuan("1625.00"))
	var page strings.Builder
	page.WriteString(rulesHead)
	for _, w := range []struct {
		title, story  string
		by            coinsurance.CashHandling
		before, after Claim
		old, calls    []cashcall.CashCall
	}{
		{"Estimate", "10,000.00 is estimated: every member holds its portion back.", "", Claim{}, reserved, nil, nil},
		{
			"Payment", "6,000.00 of indemnity and 500.00 of expense are paid: the servicer pays, the others owe it, and what " +
				"is held back falls.", "", reserved, paid, nil, nil,
		},
		{"Payment, each pays its own", "With claims=each nothing is owed.", coinsurance.ByEach, reserved, paid, nil, nil},
		{"Recovery", "1,000.00 comes from a third party: the servicer owes the others theirs.", "", paid, back, nil, nil},
		{"Salvage, each takes in its own", "300.00 is brought in.", coinsurance.ByEach, paid, sold, nil, nil},
		{"Cash call paid", "B pays 2,000.00 in advance of a payment.", "", reserved, reserved, nil, call},
		{
			"Payment after a cash call", "B's portion, 1,625.00, is taken out of what it paid.", "", reserved, paid, call, call,
		},
		{
			"Cash call paid late", "The same, seven days late at 4.35 % a year: B owes interest.", "", reserved, reserved, nil,
			late,
		},
		{
			"Claim passed to another", "A has a conflict: what is left of B's call, 375.00, A owes B; whoever services the " +
				"claim next calls anew, and what is paid from now on is owed to it.", "", paid, paid, call, handed,
		},
		{
			"Closing", "What is held back is set free, and what is left of the call, 375.00, the servicer owes B.", "", paid,
			closed, call, call,
		},
	} {
		agreement := worked(t, w.by)
		c := &movement{
			agreement: agreement, servicer: "A", policy: "IC-P1", claim: "IC-C1",
			before: balancesOf(agreement, &w.before, w.old),
			after:  balancesOf(agreement, &w.after, w.calls),
		}
		post(c)
		fmt.Fprintf(&page, "\n## %s\n\n%s\n\n| book | debit | credit | amount | stream | with | pair |\n"+
			"| --- | --- | --- | ---: | --- | --- | --- |\n", w.title, w.story)
		for _, p := range c.entries.Postings() {
			pair := ""
			if p.Mirror > 0 {
				pair = fmt.Sprint(p.Mirror)
			}
			debit, _ := ledger.FindAccount(p.Debit)
			credit, _ := ledger.FindAccount(p.Credit)
			fmt.Fprintf(&page, "| %s | %s %s | %s %s | %s | %s | %s | %s |\n", p.Book, p.Debit, debit.Chinese, p.Credit,
				credit.Chinese, p.Amount, p.Stream, p.Counterparty, pair)
		}
		if len(c.entries.Postings()) == 0 {
			t.Errorf("%s posts nothing", w.title)
		}
	}
	golden.Same(t, rulesPage, page.String())
}
