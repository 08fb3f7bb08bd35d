package ledger

import "gongbao/internal/words"

// Account is one account of the closed chart; every book has the same ones.
type Account string

// The chart, in the order of a balance sheet and a profit and loss account.
const (
	Cash                      Account = "cash"
	PremiumReceivable         Account = "premium_receivable"
	PremiumReceivedInAdvance  Account = "premium_received_in_advance"
	PremiumRefundPayable      Account = "premium_refund_payable"
	DueFromCoinsurer          Account = "due_from_coinsurer"
	DueToCoinsurer            Account = "due_to_coinsurer"
	SettlementClearing        Account = "settlement_clearing"
	InputVAT                  Account = "input_vat"
	OutputVAT                 Account = "output_vat"
	OutputVATPending          Account = "output_vat_pending"
	CommissionPayable         Account = "commission_payable"
	ClaimsPayable             Account = "claims_payable"
	ClaimAdvancePaid          Account = "claim_advance_paid"
	ClaimAdvanceReceived      Account = "claim_advance_received"
	SubsidyReceivable         Account = "subsidy_receivable"
	UnearnedPremiumReserve    Account = "unearned_premium_reserve"
	OutstandingClaimsReserve  Account = "outstanding_claims_reserve"
	PremiumWritten            Account = "premium_written"
	IssuingFeeIncome          Account = "issuing_fee_income"
	RecoveryIncome            Account = "recovery_income"
	SalvageIncome             Account = "salvage_income"
	ClaimsPaid                Account = "claims_paid"
	ClaimsRecovered           Account = "claims_recovered"
	SalvageRecovered          Account = "salvage_recovered"
	ClaimExpense              Account = "claim_expense"
	CommissionExpense         Account = "commission_expense"
	IssuingFeeExpense         Account = "issuing_fee_expense"
	ManagementFeeExpense      Account = "management_fee_expense"
	InterestIncome            Account = "interest_income"
	InterestExpense           Account = "interest_expense"
	ChangeInUnearnedPremium   Account = "change_in_unearned_premium"
	ChangeInOutstandingClaims Account = "change_in_outstanding_claims"
)

// Kind is what an account is.
type Kind string

// Kinds of account.
const (
	Asset     Kind = "asset"
	Liability Kind = "liability"
	Income    Kind = "income"
	Expense   Kind = "expense"
)

// Side is the side on which an account's balance is positive.
type Side string

// The two sides.
const (
	Debit  Side = "debit"
	Credit Side = "credit"
)

// ChartAccount is one line of the chart.
type ChartAccount struct {
	Account  Account `json:"account"`
	English  string  `json:"english"`
	Chinese  string  `json:"chinese"`
	Kind     Kind    `json:"kind"`
	Normal   Side    `json:"normal"`
	Mirrored Account `json:"mirrored,omitempty"` // the account that says the same in the other member's book
	Closed   Account `json:"closed,omitempty"`   // nothing is posted here any longer: the account that took its place
}

// chart is the closed list: an account is its constant, its line here, its names in internal/words, and its value of
// the database's type. A line also says against which accounts postings move, either way, and no others; a pair stands
// under the one that comes first. What stands against a closed account are the pairs of journals of before, which no
// new one may move.
//
// Settlement clearing is an asset whose balance is zero once a settlement is done. What is recovered from third parties
// and brought in by salvage lowers the cost of claims and is no income (CAS 25 of 2006), so these are expense accounts
// with a credit side. The income accounts that stood for them stay, because sealed journals name them.
var chart = []chartLine{
	asset(Cash).against(
		PremiumReceivedInAdvance, PremiumRefundPayable, DueFromCoinsurer, DueToCoinsurer, SettlementClearing,
		CommissionPayable, ClaimsPayable, ClaimAdvancePaid, ClaimAdvanceReceived, SubsidyReceivable, ClaimsPaid,
		ClaimsRecovered, SalvageRecovered, ClaimExpense),
	asset(PremiumReceivable).against(
		PremiumReceivedInAdvance, PremiumRefundPayable, DueFromCoinsurer, OutputVAT, OutputVATPending,
		SubsidyReceivable, PremiumWritten),
	liability(PremiumReceivedInAdvance).against(PremiumRefundPayable, DueToCoinsurer),
	liability(PremiumRefundPayable).against(DueToCoinsurer),
	asset(DueFromCoinsurer).mirrors(DueToCoinsurer).against(
		SettlementClearing, OutputVAT, CommissionPayable, ClaimAdvancePaid, ClaimAdvanceReceived, IssuingFeeIncome,
		ClaimsRecovered, SalvageRecovered, InterestIncome),
	liability(DueToCoinsurer).mirrors(DueFromCoinsurer).against(
		SettlementClearing, InputVAT, ClaimAdvancePaid, ClaimAdvanceReceived, ClaimsPaid, ClaimExpense,
		CommissionExpense, IssuingFeeExpense, ManagementFeeExpense, InterestExpense),
	asset(SettlementClearing),
	asset(InputVAT).against(OutputVAT),
	liability(OutputVAT).against(OutputVATPending),
	liability(OutputVATPending),
	liability(CommissionPayable).against(CommissionExpense),
	liability(ClaimsPayable).against(ClaimsPaid),
	asset(ClaimAdvancePaid).mirrors(ClaimAdvanceReceived),
	liability(ClaimAdvanceReceived).mirrors(ClaimAdvancePaid),
	asset(SubsidyReceivable),
	liability(UnearnedPremiumReserve).against(ChangeInUnearnedPremium),
	liability(OutstandingClaimsReserve).against(ChangeInOutstandingClaims),
	income(PremiumWritten),
	income(IssuingFeeIncome),
	income(RecoveryIncome).closedFor(ClaimsRecovered).against(Cash, DueFromCoinsurer),
	income(SalvageIncome).closedFor(SalvageRecovered).against(Cash, DueFromCoinsurer),
	expense(ClaimsPaid),
	contraExpense(ClaimsRecovered),
	contraExpense(SalvageRecovered),
	expense(ClaimExpense),
	expense(CommissionExpense),
	expense(IssuingFeeExpense),
	expense(ManagementFeeExpense),
	income(InterestIncome),
	expense(InterestExpense),
	expense(ChangeInUnearnedPremium),
	expense(ChangeInOutstandingClaims),
}

// chartLine is a line of the chart with the accounts that postings move against.
type chartLine struct {
	ChartAccount

	others []Account
}

func line(account Account, kind Kind, normal Side) chartLine {
	code := string(account)
	return chartLine{ChartAccount: ChartAccount{
		Account: account, Kind: kind, Normal: normal,
		English: words.Name(words.English.Accounts, code), Chinese: words.Name(words.Chinese.Accounts, code),
	}}
}

func asset(account Account) chartLine { return line(account, Asset, Debit) }

func liability(account Account) chartLine { return line(account, Liability, Credit) }

func income(account Account) chartLine { return line(account, Income, Credit) }

func expense(account Account) chartLine { return line(account, Expense, Debit) }

// contraExpense is an account that lowers an expense.
func contraExpense(account Account) chartLine { return line(account, Expense, Credit) }

func (l chartLine) mirrors(other Account) chartLine {
	l.Mirrored = other
	return l
}

func (l chartLine) closedFor(heir Account) chartLine {
	l.Closed = heir
	return l
}

func (l chartLine) against(others ...Account) chartLine {
	l.others = others
	return l
}

var byAccount = func() map[Account]ChartAccount {
	accounts := make(map[Account]ChartAccount, len(chart))
	for _, l := range chart {
		accounts[l.Account] = l.ChartAccount
	}
	return accounts
}()

// Chart lists every account, in order.
func Chart() []ChartAccount {
	accounts := make([]ChartAccount, len(chart))
	for i, l := range chart {
		accounts[i] = l.ChartAccount
	}
	return accounts
}

// FindAccount finds an account in the chart.
func FindAccount(account Account) (ChartAccount, bool) {
	found, known := byAccount[account]
	return found, known
}
