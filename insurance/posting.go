package insurance

import (
	"gongbao/coinsurance"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// movement is a policy's step from one position to the next, as the posting rules see it. Each rule below is a pure
// function from a movement to postings; docs/posting-rules.md prints them all.
type movement struct {
	agreement     *coinsurance.Agreement // nil before on risk
	policy        string
	before, after Position
	cash          money.Amount // what the premium received moved by, at 100 %
	received      money.Amount // and what it stands at afterwards
	collector     string       // before on risk: who takes in the premium
	entries       ledger.JournalBuilder
}

// delta is what a member's portion of a stream moved by.
func (c *movement) delta(stream, member int) money.Amount {
	return c.after.portion(stream, member).Sub(c.before.portion(stream, member))
}

// move posts inside one book.
func (c *movement) move(book string, debit, credit ledger.Account, stream ledger.Stream, amount money.Amount) {
	c.entries.Move(c.posting(book, debit, credit, stream, amount))
}

func (c *movement) posting(
	book string, debit, credit ledger.Account, stream ledger.Stream, amount money.Amount,
) ledger.Posting {
	version := 0
	if c.agreement != nil {
		version = c.agreement.Version
	}
	return ledger.Posting{
		Book:             book,
		Debit:            debit,
		Credit:           credit,
		Amount:           amount,
		Stream:           stream,
		Policy:           c.policy,
		AgreementVersion: version,
	}
}

// postCash: premium taken in or paid back. Before on risk the collector holds it in advance; from then on it stands in
// premium_refund_payable until it is counted against what is due. With collection=each every member takes in its own.
func postCash(c *movement) {
	if c.agreement == nil {
		c.move(c.collector, ledger.Cash, ledger.PremiumReceivedInAdvance, ledger.PremiumCash, c.cash)
		return
	}
	if c.agreement.Collection == coinsurance.ByLeader {
		c.move(c.agreement.Issuer, ledger.Cash, ledger.PremiumRefundPayable, ledger.PremiumCash, c.cash)
	} else {
		for i, member := range c.agreement.Members() {
			c.move(member, ledger.Cash, ledger.PremiumRefundPayable, ledger.PremiumCash, c.ownCash(i))
		}
	}
	postReceived(c, ledger.PremiumRefundPayable)
	postFees(c)
}

// ownCash is what a member itself took in with collection=each: its portions of three streams.
func (c *movement) ownCash(member int) money.Amount {
	return money.Sum(c.delta(atNetReceived, member), c.delta(atVATReceived, member), c.delta(atExcess, member))
}

// postOnRisk: the policy goes on risk. Everything is booked to date at once; the collector hands over if it changed. An
// inception deferred is the same with the sides changed: all that was shared comes back to zero.
func postOnRisk(c *movement) {
	postHandover(c)
	postPremium(c)
	if c.agreement.Collection == coinsurance.ByLeader {
		c.move(c.agreement.Issuer, ledger.PremiumReceivedInAdvance, ledger.PremiumRefundPayable,
			ledger.ExcessReceived, c.after.Totals[atExcess].Sub(c.before.Totals[atExcess]))
	} else {
		for i, member := range c.agreement.Members() {
			c.move(
				member, ledger.PremiumReceivedInAdvance, ledger.PremiumRefundPayable, ledger.ExcessReceived,
				c.delta(atExcess, i),
			)
		}
	}
	postReceived(c, ledger.PremiumReceivedInAdvance)
	postFees(c)
}

// postImported: what came in before is taken in at once; a policy that has begun goes on risk with it. The import dates
// both on one day, for the file knows no other.
func postImported(c *movement) {
	c.move(c.collector, ledger.Cash, ledger.PremiumReceivedInAdvance, ledger.PremiumCash, c.received)
	if c.agreement != nil {
		postOnRisk(c)
	}
}

// postHandover: who took in the premium before on risk passes it to who collects from then on.
func postHandover(c *movement) {
	hand := func(to string, amount money.Amount) {
		if to != c.collector && c.collector != "" {
			c.move(c.collector, ledger.PremiumReceivedInAdvance, ledger.Cash, ledger.PremiumCash, amount)
			c.move(to, ledger.Cash, ledger.PremiumReceivedInAdvance, ledger.PremiumCash, amount)
		}
	}
	if c.agreement.Collection == coinsurance.ByLeader {
		hand(c.agreement.Issuer, c.received)
		return
	}
	for i, member := range c.agreement.Members() {
		hand(member, c.ownCash(i))
	}
}

// postPremiumChange: an endorsement, a cancellation or a reinstatement changes what is due, and with it what counts
// of the premium already received.
func postPremiumChange(c *movement) {
	postPremium(c)
	if c.agreement.Collection == coinsurance.ByEach {
		// The excess is held by each in its own premium_refund_payable: the cash of the whole did not move, a portion
		// may have.
		for i, member := range c.agreement.Members() {
			c.move(member, ledger.Cash, ledger.PremiumRefundPayable, ledger.PremiumCash, c.ownCash(i))
		}
	}
	postReceived(c, ledger.PremiumRefundPayable)
	postFees(c)
}

// postInstalmentDue: VAT of an instalment becomes payable on its day.
func postInstalmentDue(c *movement) { postPremium(c) }

// postPremium: each member writes its own portion of premium and VAT; VAT of instalments not yet due is pending.
func postPremium(c *movement) {
	for i, member := range c.agreement.Members() {
		vat, due := c.delta(atVAT, i), c.delta(atVATDue, i)
		c.move(member, ledger.PremiumReceivable, ledger.PremiumWritten, ledger.NetPremium, c.delta(atNetPremium, i))
		if vat.IsZero() {
			c.move(member, ledger.OutputVATPending, ledger.OutputVAT, ledger.VAT, due)
		} else {
			c.move(member, ledger.PremiumReceivable, ledger.OutputVAT, ledger.VAT, due)
			c.move(member, ledger.PremiumReceivable, ledger.OutputVATPending, ledger.VAT, vat.Sub(due))
		}
		if c.agreement.VATInvoice == coinsurance.InvoiceByIssuer && member != c.agreement.Issuer {
			// The issuer invoices the whole to the insured, the member its portion to the issuer, which deducts it.
			c.move(c.agreement.Issuer, ledger.InputVAT, ledger.OutputVAT, ledger.VAT, due)
		}
	}
}

// postReceived: what counts of the premium received settles each member's receivable; a collector owes the others
// theirs.
func postReceived(c *movement, from ledger.Account) {
	for _, stream := range []int{atNetReceived, atVATReceived} {
		for i, member := range c.agreement.Members() {
			amount := c.delta(stream, i)
			if c.agreement.Collection == coinsurance.ByEach || member == c.agreement.Issuer {
				c.move(member, from, ledger.PremiumReceivable, streams[stream], amount)
				continue
			}
			c.entries.Mirror(
				c.posting(c.agreement.Issuer, from, ledger.DueToCoinsurer, streams[stream], amount),
				c.posting(member, ledger.DueFromCoinsurer, ledger.PremiumReceivable, streams[stream], amount),
			)
		}
	}
}

// postSubsidy: what is open of a subsidy that goes to the insurer is expected of the authority, not of the insured.
func postSubsidy(c *movement) {
	for i, member := range c.agreement.Members() {
		c.move(member, ledger.SubsidyReceivable, ledger.PremiumReceivable, ledger.Subsidy, c.delta(atSubsidy, i))
	}
}

// postFees: each member but the issuer owes the issuer its issuing fee, the fee's VAT and its commission.
func postFees(c *movement) {
	issuer := c.agreement.Issuer
	for i, member := range c.agreement.Members() {
		if member == issuer {
			continue
		}
		owe := func(stream int, expense, income ledger.Account) {
			amount := c.delta(stream, i)
			c.entries.Mirror(
				c.posting(member, expense, ledger.DueToCoinsurer, streams[stream], amount),
				c.posting(issuer, ledger.DueFromCoinsurer, income, streams[stream], amount),
			)
		}
		owe(atFee, ledger.IssuingFeeExpense, ledger.IssuingFeeIncome)
		owe(atFeeVAT, ledger.InputVAT, ledger.OutputVAT)
		owe(atCommission, ledger.CommissionExpense, ledger.CommissionPayable)
	}
	own := c.after.ownCommission().Sub(c.before.ownCommission())
	c.move(issuer, ledger.CommissionExpense, ledger.CommissionPayable, ledger.Commission, own)
}

// postCommissionPaid: the issuer pays the broker for all.
func postCommissionPaid(c *movement, amount money.Amount) {
	c.move(c.agreement.Issuer, ledger.CommissionPayable, ledger.Cash, ledger.Commission, amount)
}

// postUnearned: at a month's end each member holds back its portion of what a cancellation on the next day would
// return.
func postUnearned(c *movement, portions, booked []money.Amount) {
	for i, member := range c.agreement.Members() {
		step := portions[i]
		if booked != nil {
			step = step.Sub(booked[i])
		}
		c.move(member, ledger.ChangeInUnearnedPremium, ledger.UnearnedPremiumReserve, ledger.UnearnedPremium, step)
	}
}
