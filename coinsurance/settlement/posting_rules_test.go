package settlement

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"gongbao/internal/lab/golden"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// rulesPage is the page an auditor reads.
var rulesPage = filepath.Join("..", "..", "docs", "posting-rules-settlement.md")

const rulesHead = `# Posting rules of settlement

Written by a test from the rules themselves (coinsurance/settlement/posting.go); never by hand. How postings are
read, and the accounts, is said in [posting-rules.md](posting-rules.md).

What stands between two members on an item is brought to zero on both accounts, in both books, against settlement
clearing 轧差清算; the payment of an order meets what clearing comes to. Once a run is complete, or is unwound, its
clearing is zero in every book. When the items move depends on the netting that was agreed: with none and bilateral
netting those of an order when it is paid in full, with multilateral netting all of them when the last order is paid.
What no order stands for is brought to zero when the run completes.
`

// TestPostingRules prints what settlement does to the books, each rule with one example. -update writes the page anew.
func TestPostingRules(t *testing.T) {
	t.Parallel()
	item := &Item{
		Policy: "IC-P1", Group: PremiumGroup, A: "A", B: "B", AOwes: money.MustAmount("2650.00"),
		BOwes: money.MustAmount("53.00"), AgreementVersion: 1,
	}
	order, opposite := &PaymentOrder{Payer: "A", Payee: "B"}, &PaymentOrder{Payer: "B", Payee: "A"}
	net := item.Net()
	var page strings.Builder
	page.WriteString(rulesHead)
	for _, rule := range []struct {
		title, story string
		post         func(*ledger.JournalBuilder)
	}{
		{
			"An order is paid (coinsurance.order_paid)", "A pays B 2,597.00.",
			func(j *ledger.JournalBuilder) { postCash(j, order, net, 1) },
		},
		{
			"Items are brought to zero (coinsurance.items_cleared)",
			"On the item A owes B 2,650.00, and B owes A 53.00: together the 2,597.00 that were paid.",
			func(j *ledger.JournalBuilder) { postItem(j, item, false) },
		},
		{
			"A payment comes back (coinsurance.order_returned)", "The bank returns the 2,597.00 退汇.",
			func(j *ledger.JournalBuilder) { postCash(j, order, net.Neg(), 1) },
		},
		{
			"Items stand up again (coinsurance.items_restored)", "What was brought to zero by that payment is owed again.",
			func(j *ledger.JournalBuilder) { postItem(j, item, true) },
		},
		{
			"What was paid is given back (coinsurance.order_paid of an opposite order)",
			"The run is unwound 撤销: B pays A the 2,597.00, and the items stand up again as above.",
			func(j *ledger.JournalBuilder) { postCash(j, opposite, net, 1) },
		},
	} {
		var journal ledger.JournalBuilder
		rule.post(&journal)
		fmt.Fprintf(&page, "\n## %s\n\n%s\n\n", rule.title, rule.story)
		page.WriteString("| book | debit | credit | amount | with | pair |\n| --- | --- | --- | ---: | --- | --- |\n")
		for _, p := range journal.Postings() {
			pair := ""
			if p.Mirror > 0 {
				pair = fmt.Sprint(p.Mirror)
			}
			fmt.Fprintf(&page, "| %s | %s | %s | %s | %s | %s |\n", p.Book, p.Debit, p.Credit, p.Amount, p.Counterparty, pair)
		}
	}
	golden.Same(t, rulesPage, page.String())
}
