package settlement

import (
	"gongbao/internal/money"
	"gongbao/ledger"
)

// postCash is what an order's payment does to the two books: the payer pays, the payee receives, and what the items
// come to stands in settlement clearing until it is met.
func postCash(journal *ledger.JournalBuilder, order *PaymentOrder, amount money.Amount, agreement int) {
	journal.Move(ledger.Posting{
		Book: order.Payer, Debit: ledger.SettlementClearing, Credit: ledger.Cash, Amount: amount,
		Stream: ledger.Settlement, AgreementVersion: agreement,
	})
	journal.Move(ledger.Posting{
		Book: order.Payee, Debit: ledger.Cash, Credit: ledger.SettlementClearing, Amount: amount,
		Stream: ledger.Settlement, AgreementVersion: agreement,
	})
}

// postInterest is what late interest does to the two books: the debtor owes it, the creditor is owed it. Less than was
// booked before swaps debit and credit.
func postInterest(journal *ledger.JournalBuilder, interest *LateInterest) {
	owes := ledger.Posting{
		Book: interest.Debtor, Debit: ledger.InterestExpense, Credit: ledger.DueToCoinsurer, Amount: interest.Amount,
		Stream: ledger.LateInterest, AgreementVersion: interest.AgreementVersion,
	}
	owed := owes
	owed.Book, owed.Debit, owed.Credit = interest.Creditor, ledger.DueFromCoinsurer, ledger.InterestIncome
	journal.Mirror(owes, owed)
}

// postItem brings an item's two balances to zero against settlement clearing, in both books, or restores them.
func postItem(journal *ledger.JournalBuilder, item *Item, restores bool) {
	meet := func(debtor, creditor string, amount money.Amount) {
		if restores {
			amount = amount.Neg()
		}
		posting := ledger.Posting{
			Amount: amount, Stream: ledger.Settlement, Policy: item.Policy, Claim: item.Claim,
			AgreementVersion: item.AgreementVersion,
		}
		owes, owed := posting, posting
		owes.Book, owes.Debit, owes.Credit = debtor, ledger.DueToCoinsurer, ledger.SettlementClearing
		owed.Book, owed.Debit, owed.Credit = creditor, ledger.SettlementClearing, ledger.DueFromCoinsurer
		journal.Mirror(owes, owed)
	}
	meet(item.A, item.B, item.AOwes)
	meet(item.B, item.A, item.BOwes)
}
