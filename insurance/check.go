package insurance

import (
	"gongbao/internal/pg"
	"gongbao/ledger"
)

var (
	portionsSum             = pg.SQL[ledger.OfPool](files, "PortionsSum")
	policyPostingsAgree     = pg.SQL[ledger.StreamArgs](files, "PolicyPostingsAgree")
	splitsAgreeWithPolicies = pg.SQL[ledger.OfPool](files, "SplitsAgreeWithPolicies")
)

// ownAccounts are the accounts on which a member's book says what each stream of a policy comes to.
var ownAccounts = []ledger.StreamRule{
	{Stream: ledger.NetPremium, Account: ledger.PremiumWritten, Side: ledger.Credit},
	{Stream: ledger.VAT, Account: ledger.PremiumReceivable, Side: ledger.Debit},
	{Stream: ledger.NetReceived, Account: ledger.PremiumReceivable, Side: ledger.Credit},
	{Stream: ledger.VATReceived, Account: ledger.PremiumReceivable, Side: ledger.Credit},
	{Stream: ledger.IssuingFee, Account: ledger.IssuingFeeExpense, Side: ledger.Debit},
	{Stream: ledger.IssuingFeeVAT, Account: ledger.InputVAT, Side: ledger.Debit},
	{Stream: ledger.Commission, Account: ledger.CommissionExpense, Side: ledger.Debit},
	{Stream: ledger.Subsidy, Account: ledger.SubsidyReceivable, Side: ledger.Debit},
	{Stream: ledger.UnearnedPremium, Account: ledger.UnearnedPremiumReserve, Side: ledger.Credit},
}

// Checks are what verify proves of this wing: that the book agrees with the splits, and the splits with the policies.
func Checks() []ledger.Check {
	return []ledger.Check{
		ledger.StatementCheck("portions_sum", portionsSum),
		ledger.StreamCheck("postings_agree_with_portions", policyPostingsAgree, ownAccounts),
		ledger.StatementCheck("splits_agree_with_policies", splitsAgreeWithPolicies),
	}
}
