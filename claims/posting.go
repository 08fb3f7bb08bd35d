package claims

import (
	"cmp"

	"gongbao/coinsurance"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// movement is a claim's step from its balances before to those after, as the posting rules see it. What it posts is the
// difference, whatever the event; docs/posting-rules-claims.md prints the rules.
type movement struct {
	agreement     *coinsurance.Agreement
	servicer      string // who takes in and is owed in this step
	payer         string // who paid what is taken back, where it is not the servicer
	policy, claim string
	before, after Balances
	entries       ledger.JournalBuilder
}

// delta is what a member's portion of a stream moved by.
func (c *movement) delta(stream, member int) money.Amount {
	return c.after.portion(stream, member).Sub(c.before.portion(stream, member))
}

func (c *movement) posting(
	book string, debit, credit ledger.Account, stream ledger.Stream, amount money.Amount,
) ledger.Posting {
	return ledger.Posting{
		Book: book, Debit: debit, Credit: credit, Amount: amount, Stream: stream, Policy: c.policy, Claim: c.claim,
		AgreementVersion: c.agreement.Version,
	}
}

// post makes all postings of a step.
func post(c *movement) {
	c.pay(ledger.ClaimsPaid, streams[atIndemnity], c.before.Portions[atIndemnity], c.after.Portions[atIndemnity])
	for kind, stream := range kinds {
		c.pay(ledger.ClaimExpense, stream, c.before.Kinds[kind], c.after.Kinds[kind])
	}
	c.recover(atRecovery, ledger.ClaimsRecovered)
	c.recover(atSalvage, ledger.SalvageRecovered)
	c.reserve(atOutstandingIndemnity)
	c.reserve(atOutstandingExpense)
	c.calls()
}

// pay: the servicer pays for all, and the others owe it their portions; with claims=each every member pays its own.
func (c *movement) pay(cost ledger.Account, stream ledger.Stream, before, after []money.Amount) {
	payer := cmp.Or(c.payer, c.servicer)
	for i, member := range c.agreement.Members() {
		amount := at(after, i).Sub(at(before, i))
		if c.agreement.Claims == coinsurance.ByEach || member == payer {
			c.entries.Move(c.posting(member, cost, ledger.Cash, stream, amount))
			continue
		}
		c.entries.Mirror(
			c.posting(member, cost, ledger.DueToCoinsurer, stream, amount),
			c.posting(payer, ledger.DueFromCoinsurer, ledger.Cash, stream, amount),
		)
	}
}

// recover: the servicer takes in what third parties pay and what salvage brings, and owes the others their portions. It
// lowers what claims cost each member.
func (c *movement) recover(stream int, recovered ledger.Account) {
	for i, member := range c.agreement.Members() {
		amount := c.delta(stream, i)
		if c.agreement.Claims == coinsurance.ByEach || member == c.servicer {
			c.entries.Move(c.posting(member, ledger.Cash, recovered, streams[stream], amount))
			continue
		}
		c.entries.Mirror(
			c.posting(c.servicer, ledger.Cash, ledger.DueToCoinsurer, streams[stream], amount),
			c.posting(member, ledger.DueFromCoinsurer, recovered, streams[stream], amount),
		)
	}
}

// reserve: each member holds back its portion of what is outstanding.
func (c *movement) reserve(stream int) {
	for i, member := range c.agreement.Members() {
		c.entries.Move(c.posting(member, ledger.ChangeInOutstandingClaims, ledger.OutstandingClaimsReserve,
			streams[stream], c.delta(stream, i)))
	}
}

// calls: cash towards a call is an advance; it is used against what the member owes, and what is left at the end the
// servicer owes it. What came late costs the member interest.
func (c *movement) calls() {
	servicer := c.servicer
	for i, member := range c.agreement.Members() {
		moved := func(after, before []money.Amount) money.Amount { return at(after, i).Sub(at(before, i)) }
		c.entries.Mirror(
			c.posting(member, ledger.ClaimAdvancePaid, ledger.Cash, ledger.CashCall, moved(c.after.Calls, c.before.Calls)),
			c.posting(servicer, ledger.Cash, ledger.ClaimAdvanceReceived, ledger.CashCall, money.Amount{}),
		)
		c.entries.Mirror(
			c.posting(member, ledger.DueToCoinsurer, ledger.ClaimAdvancePaid, ledger.CashCall,
				moved(c.after.Used, c.before.Used)),
			c.posting(servicer, ledger.ClaimAdvanceReceived, ledger.DueFromCoinsurer, ledger.CashCall, money.Amount{}),
		)
		c.entries.Mirror(
			c.posting(member, ledger.DueFromCoinsurer, ledger.ClaimAdvancePaid, ledger.CashCall,
				moved(c.after.Left, c.before.Left)),
			c.posting(servicer, ledger.ClaimAdvanceReceived, ledger.DueToCoinsurer, ledger.CashCall, money.Amount{}),
		)
		c.entries.Mirror(
			c.posting(member, ledger.InterestExpense, ledger.DueToCoinsurer, ledger.LateInterest,
				moved(c.after.Interest, c.before.Interest)),
			c.posting(servicer, ledger.DueFromCoinsurer, ledger.InterestIncome, ledger.LateInterest, money.Amount{}),
		)
	}
}
