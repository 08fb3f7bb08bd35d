package insurance

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/lab/golden"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// rulesPage is the page an auditor reads.
var rulesPage = filepath.Join("..", "docs", "posting-rules.md")

// example is the agreement every rule is worked with.
func example(t *testing.T, change func(*coinsurance.Terms)) *coinsurance.Agreement {
	t.Helper()
	var shares []coinsurance.Participation
	for _, pair := range [][2]string{{"A", "60%"}, {"B", "25%"}, {"C", "15%"}} {
		share := money.MustShare(pair[1])
		shares = append(shares, coinsurance.Participation{Member: pair[0], Premium: share, Claim: share, Cost: share})
	}
	terms := coinsurance.Terms{IssuingFee: money.MustRate("2%"), FeeVAT: money.MustRate("6%")}
	if change != nil {
		change(&terms)
	}
	agreement, err := coinsurance.NewAgreement(terms, shares)
	if err != nil {
		t.Fatal(err)
	}
	agreement.Pool, agreement.Version = "IC", 1
	return agreement
}

// contract is the policy every rule is worked with: 10,000.00 net, 6 % VAT, 10 % commission.
func contract(status State, received string) Policy {
	day := calendar.MustDate("2026-01-01")
	policy := Policy{
		Pool: "IC", Number: "IC-P1", Contract: Contract{
			Line: "first_set", Starts: day, Ends: calendar.MustDate(
				"2026-12-31",
			),
			Premium: money.MustAmount("10000.00"), VAT: money.MustRate("6%"),
			Commission: money.MustRate("10%"),
		}, Progress: Progress{
			Status: status, NetPremium: money.MustAmount("10000.00"), Received: money.MustAmount(received),
			VATDue: money.MustAmount("600.00"), Collector: "A", Version: 1,
		},
	}
	if status != Quoted {
		policy.OnRiskFrom, policy.OnRiskPeriod = day, day.Month()
	}
	return policy
}

type worked struct {
	title, story  string
	agreement     *coinsurance.Agreement
	before, after Policy
	rule          func(*movement)
}

// TestPostingRules prints what every rule does to the books in one worked example each. -update writes the page anew.
func TestPostingRules(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	page.WriteString(rulesHead)
	for _, entry := range ledger.Chart() {
		side := string(entry.Normal)
		if entry.Closed != "" {
			side += "; closed, its place took " + string(entry.Closed)
		}
		fmt.Fprintf(&page, "| %s | %s | %s | %s | %s |\n", entry.Account, entry.English, entry.Chinese, entry.Kind, side)
	}
	page.WriteString("\n## The rules\n")
	for _, w := range append(cashRules(t), premiumRules(t)...) {
		w.print(t, &page)
	}
	golden.Same(t, rulesPage, page.String())
}

const rulesHead = `# Posting rules

Written by a test from the rules themselves (` + "`insurance/posting.go`" + `); never by hand.

A posting moves a positive amount from the credit account to the debit account of one member's book; a negative
movement swaps the two. Postings between members come in mirrored pairs: *with* names the other member, *pair* the two
that say the same.

Every rule is worked with one example. Agreement: A 60 % leads and issues, B 25 %, C 15 %; issuing fee 2 % with 6 % VAT.
Policy: 10,000.00 net, 6 % VAT, 10 % commission. Totals are to date, so only differences are posted.

## The accounts

| account | English | 中文 | kind | normal side |
| --- | --- | --- | --- | --- |
`

func cashRules(t *testing.T) []worked {
	leader := example(t, nil)
	each := example(t, func(terms *coinsurance.Terms) { terms.Collection = coinsurance.ByEach })
	return []worked{
		{
			"Premium received before on risk", "The collector holds all of it in advance.", nil,
			contract(Quoted, "0.00"), contract(Quoted, "10600.00"), postCash,
		},
		{
			"Premium received on risk", "Half was in before; now the other half comes. The issuer collects for all.",
			leader, contract(InForce, "5300.00"), contract(InForce, "10600.00"), postCash,
		},
		{
			"Premium received above what is due", "What is above the gross premium is not shared; it is to be paid back.",
			leader, contract(InForce, "10600.00"), contract(InForce, "10700.00"), postCash,
		},
		{
			"Premium refunded on risk", "The other way round: what counted is taken back from each.",
			leader, contract(InForce, "10600.00"), contract(InForce, "5300.00"), postCash,
		},
		{
			"Premium received on risk, each collects its own", "With collection=each every member takes in its own portion.",
			each, contract(InForce, "0.00"), contract(InForce, "10600.00"), postCash,
		},
		{
			"Commission paid to the broker", "The issuer pays for all.", leader, contract(InForce, "10600.00"),
			contract(InForce, "10600.00"), func(c *movement) { postCommissionPaid(c, money.MustAmount("1000.00")) },
		},
	}
}

func premiumRules(t *testing.T) []worked {
	leader := example(t, nil)
	each := example(t, func(terms *coinsurance.Terms) { terms.Collection = coinsurance.ByEach })
	other := example(t, func(terms *coinsurance.Terms) { terms.Issuer = "B" })
	invoice := example(t, func(terms *coinsurance.Terms) {
		terms.VATInvoice, terms.IssuingFee, terms.FeeVAT = coinsurance.InvoiceByIssuer, money.Rate{}, money.Rate{}
	})
	half := contract(InForce, "5300.00")
	half.VATDue = money.MustAmount("300.00")
	less, more := contract(InForce, "10600.00"), contract(InForce, "10600.00")
	less.NetPremium, less.VATDue = money.MustAmount("8000.00"), money.MustAmount("480.00")
	more.NetPremium, more.VATDue = money.MustAmount("11000.00"), money.MustAmount("660.00")
	due := half
	due.VATDue = money.MustAmount("600.00")
	rest := contract(InForce, "2600.00")
	granted := rest
	granted.Subsidy = Subsidy{State: SubsidyGranted, PaidTo: PaidToInsurer, Amount: money.MustAmount("8000.00")}
	unearned := []money.Amount{money.MustAmount("5500.00"), money.MustAmount("2291.67"), money.MustAmount("1375.00")}
	full, over := contract(InForce, "10600.00"), contract(InForce, "10700.00")
	return []worked{
		{"On risk", "All of the premium is in.", leader, contract(Quoted, "10600.00"), full, postOnRisk},
		{"On risk with an excess", "100.00 too much is in.", leader, contract(Quoted, "10700.00"), over, postOnRisk},
		{
			"On risk with instalments", "The first of two instalments is in; VAT of the second is pending.", leader,
			contract(Quoted, "5300.00"), half, postOnRisk,
		},
		{
			"On risk when another issues", "A took the premium in, the agreement says that B issues: A hands over.", other,
			contract(Quoted, "10600.00"), full, postOnRisk,
		},
		{
			"On risk, each collects its own", "A took the premium in and hands each member its own.", each,
			contract(Quoted, "10600.00"), full, postOnRisk,
		},
		{
			"On risk, the issuer invoices all VAT", "With vat_invoice=issuer the others invoice the issuer, which deducts it.",
			invoice, contract(Quoted, "10600.00"), full, postOnRisk,
		},
		{"Endorsement or cancellation, less premium", "2,000.00 less; what was received above is not shared any more.",
			leader, full, less, postPremiumChange},
		{
			"Endorsement, more premium", "1,000.00 more; the excess of 100.00 begins to count.", leader, over,
			more100(more), postPremiumChange,
		},
		{"Instalment due", "VAT of the second instalment falls due.", leader, half, due, postInstalmentDue},
		{
			"Subsidy that goes to the insurer", "8,000.00 of the gross premium is expected of the authority. When it is " +
				"paid, it is premium received, and this is taken back.", leader, rest, granted, postSubsidy,
		},
		{
			"Month end", "Each member holds back its portion of what is unearned, here 9,166.67.", leader, full, full,
			func(c *movement) { postUnearned(c, unearned, nil) },
		},
	}
}

func more100(p Policy) Policy {
	p.Received = money.MustAmount("10700.00")
	return p
}

// print works a rule and prints its postings.
func (w worked) print(t *testing.T, page *strings.Builder) {
	t.Helper()
	c := &movement{
		agreement: w.agreement, policy: "IC-P1", cash: w.after.Received.Sub(
			w.before.Received,
		), collector: w.before.Collector,
	}
	if w.agreement != nil {
		c.before, c.after = positionOf(w.agreement, &w.before), positionOf(w.agreement, &w.after)
	}
	w.rule(c)
	fmt.Fprintf(page, "\n### %s\n\n%s\n\n", w.title, w.story)
	page.WriteString(
		"| book | debit | credit | amount | stream | with | pair |\n| --- | --- | --- | ---: | --- | --- | --- |\n",
	)
	for _, p := range c.entries.Postings() {
		pair := ""
		if p.Mirror > 0 {
			pair = fmt.Sprint(p.Mirror)
		}
		debit, _ := ledger.FindAccount(p.Debit)
		credit, _ := ledger.FindAccount(p.Credit)
		fmt.Fprintf(page, "| %s | %s %s | %s %s | %s | %s | %s | %s |\n", p.Book, p.Debit, debit.Chinese, p.Credit,
			credit.Chinese, p.Amount, p.Stream, p.Counterparty, pair)
	}
	if len(c.entries.Postings()) == 0 {
		t.Errorf("%s posts nothing", w.title)
	}
}
