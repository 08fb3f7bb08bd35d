package ledger

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

// chart is the closed list: an account is its constant, its line here, and its value of the database's type. A line
// also says against which accounts postings move, either way, and no others; a pair stands under the one that comes
// first. What stands against a closed account are the pairs of journals of before, which no new one may move.
//
// Settlement clearing is an asset whose balance is zero once a settlement is done. What is recovered from third parties
// and brought in by salvage lowers the cost of claims and is no income (CAS 25 of 2006), so these are expense accounts
// with a credit side. The income accounts that stood for them stay, because sealed journals name them.
var chart = []chartLine{
	asset(Cash, "cash at bank", "银行存款").against(
		PremiumReceivedInAdvance, PremiumRefundPayable, DueFromCoinsurer, DueToCoinsurer, SettlementClearing,
		CommissionPayable, ClaimsPayable, ClaimAdvancePaid, ClaimAdvanceReceived, SubsidyReceivable, ClaimsPaid,
		ClaimsRecovered, SalvageRecovered, ClaimExpense),
	asset(PremiumReceivable, "premium receivable", "应收保费").against(
		PremiumReceivedInAdvance, PremiumRefundPayable, DueFromCoinsurer, OutputVAT, OutputVATPending,
		SubsidyReceivable, PremiumWritten),
	liability(PremiumReceivedInAdvance, "premium received in advance", "预收保费").against(
		PremiumRefundPayable, DueToCoinsurer),
	liability(PremiumRefundPayable, "premium refund payable", "应付退保费").against(DueToCoinsurer),
	asset(DueFromCoinsurer, "due from co-insurer", "应收共保款").mirrors(DueToCoinsurer).against(
		SettlementClearing, OutputVAT, CommissionPayable, ClaimAdvancePaid, ClaimAdvanceReceived, IssuingFeeIncome,
		ClaimsRecovered, SalvageRecovered, InterestIncome),
	liability(DueToCoinsurer, "due to co-insurer", "应付共保款").mirrors(DueFromCoinsurer).against(
		SettlementClearing, InputVAT, ClaimAdvancePaid, ClaimAdvanceReceived, ClaimsPaid, ClaimExpense,
		CommissionExpense, IssuingFeeExpense, ManagementFeeExpense, InterestExpense),
	asset(SettlementClearing, "settlement clearing", "轧差清算"),
	asset(InputVAT, "input VAT", "进项税额").against(OutputVAT),
	liability(OutputVAT, "output VAT", "销项税额").against(OutputVATPending),
	liability(OutputVATPending, "output VAT pending", "待转销项税额"),
	liability(CommissionPayable, "commission payable", "应付手续费").against(CommissionExpense),
	liability(ClaimsPayable, "claims payable", "应付赔付款").against(ClaimsPaid),
	asset(ClaimAdvancePaid, "claim advance paid", "预付摊回赔款").mirrors(ClaimAdvanceReceived),
	liability(ClaimAdvanceReceived, "claim advance received", "预收摊回赔款").mirrors(ClaimAdvancePaid),
	asset(SubsidyReceivable, "subsidy receivable", "应收保费补贴"),
	liability(UnearnedPremiumReserve, "unearned premium reserve", "未到期责任准备金").against(ChangeInUnearnedPremium),
	liability(OutstandingClaimsReserve, "outstanding claims reserve", "未决赔款准备金").against(ChangeInOutstandingClaims),
	income(PremiumWritten, "premium written", "保费收入"),
	income(IssuingFeeIncome, "issuing fee income", "出单费收入"),
	income(RecoveryIncome, "recovery income", "追偿款收入").closedFor(ClaimsRecovered).against(Cash, DueFromCoinsurer),
	income(SalvageIncome, "salvage income", "残值收入").closedFor(SalvageRecovered).against(Cash, DueFromCoinsurer),
	expense(ClaimsPaid, "claims paid", "赔款支出"),
	contraExpense(ClaimsRecovered, "claims recovered", "追偿冲减赔款"),
	contraExpense(SalvageRecovered, "salvage recovered", "损余冲减赔款"),
	expense(ClaimExpense, "claim expense", "理赔费用"),
	expense(CommissionExpense, "commission expense", "手续费支出"),
	expense(IssuingFeeExpense, "issuing fee expense", "出单费支出"),
	expense(ManagementFeeExpense, "management fee expense", "管理费支出"),
	income(InterestIncome, "interest income", "利息收入"),
	expense(InterestExpense, "interest expense", "利息支出"),
	expense(ChangeInUnearnedPremium, "change in unearned premium", "提取未到期责任准备金"),
	expense(ChangeInOutstandingClaims, "change in outstanding claims", "提取未决赔款准备金"),
}

// chartLine is a line of the chart with the accounts that postings move against.
type chartLine struct {
	ChartAccount

	others []Account
}

func line(account Account, english, chinese string, kind Kind, normal Side) chartLine {
	return chartLine{ChartAccount: ChartAccount{
		Account: account, English: english, Chinese: chinese, Kind: kind, Normal: normal,
	}}
}

func asset(account Account, english, chinese string) chartLine {
	return line(account, english, chinese, Asset, Debit)
}

func liability(account Account, english, chinese string) chartLine {
	return line(account, english, chinese, Liability, Credit)
}

func income(account Account, english, chinese string) chartLine {
	return line(account, english, chinese, Income, Credit)
}

func expense(account Account, english, chinese string) chartLine {
	return line(account, english, chinese, Expense, Debit)
}

// contraExpense is an account that lowers an expense.
func contraExpense(account Account, english, chinese string) chartLine {
	return line(account, english, chinese, Expense, Credit)
}

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
