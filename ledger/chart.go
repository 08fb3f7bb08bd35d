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

// chart is the closed list. settlement_clearing is an asset whose balance is zero once a settlement is done. What is
// recovered from third parties and brought in by salvage lowers the cost of claims: it is no income (CAS 25 of 2006),
// so these are expense accounts with a credit side. The income accounts that stood for them stay, because sealed
// journals name them.
var chart = []ChartAccount{
	{Cash, "cash at bank", "银行存款", Asset, Debit, "", ""},
	{PremiumReceivable, "premium receivable", "应收保费", Asset, Debit, "", ""},
	{PremiumReceivedInAdvance, "premium received in advance", "预收保费", Liability, Credit, "", ""},
	{PremiumRefundPayable, "premium refund payable", "应付退保费", Liability, Credit, "", ""},
	{DueFromCoinsurer, "due from co-insurer", "应收共保款", Asset, Debit, DueToCoinsurer, ""},
	{DueToCoinsurer, "due to co-insurer", "应付共保款", Liability, Credit, DueFromCoinsurer, ""},
	{SettlementClearing, "settlement clearing", "轧差清算", Asset, Debit, "", ""},
	{InputVAT, "input VAT", "进项税额", Asset, Debit, "", ""},
	{OutputVAT, "output VAT", "销项税额", Liability, Credit, "", ""},
	{OutputVATPending, "output VAT pending", "待转销项税额", Liability, Credit, "", ""},
	{CommissionPayable, "commission payable", "应付手续费", Liability, Credit, "", ""},
	{ClaimsPayable, "claims payable", "应付赔付款", Liability, Credit, "", ""},
	{ClaimAdvancePaid, "claim advance paid", "预付摊回赔款", Asset, Debit, ClaimAdvanceReceived, ""},
	{ClaimAdvanceReceived, "claim advance received", "预收摊回赔款", Liability, Credit, ClaimAdvancePaid, ""},
	{SubsidyReceivable, "subsidy receivable", "应收保费补贴", Asset, Debit, "", ""},
	{UnearnedPremiumReserve, "unearned premium reserve", "未到期责任准备金", Liability, Credit, "", ""},
	{OutstandingClaimsReserve, "outstanding claims reserve", "未决赔款准备金", Liability, Credit, "", ""},
	{PremiumWritten, "premium written", "保费收入", Income, Credit, "", ""},
	{IssuingFeeIncome, "issuing fee income", "出单费收入", Income, Credit, "", ""},
	{RecoveryIncome, "recovery income", "追偿款收入", Income, Credit, "", ClaimsRecovered},
	{SalvageIncome, "salvage income", "残值收入", Income, Credit, "", SalvageRecovered},
	{ClaimsPaid, "claims paid", "赔款支出", Expense, Debit, "", ""},
	{ClaimsRecovered, "claims recovered", "追偿冲减赔款", Expense, Credit, "", ""},
	{SalvageRecovered, "salvage recovered", "损余冲减赔款", Expense, Credit, "", ""},
	{ClaimExpense, "claim expense", "理赔费用", Expense, Debit, "", ""},
	{CommissionExpense, "commission expense", "手续费支出", Expense, Debit, "", ""},
	{IssuingFeeExpense, "issuing fee expense", "出单费支出", Expense, Debit, "", ""},
	{ManagementFeeExpense, "management fee expense", "管理费支出", Expense, Debit, "", ""},
	{InterestIncome, "interest income", "利息收入", Income, Credit, "", ""},
	{InterestExpense, "interest expense", "利息支出", Expense, Debit, "", ""},
	{ChangeInUnearnedPremium, "change in unearned premium", "提取未到期责任准备金", Expense, Debit, "", ""},
	{ChangeInOutstandingClaims, "change in outstanding claims", "提取未决赔款准备金", Expense, Debit, "", ""},
}

var byAccount = func() map[Account]ChartAccount {
	entries := make(map[Account]ChartAccount, len(chart))
	for _, entry := range chart {
		entries[entry.Account] = entry
	}
	return entries
}()

// Chart lists every account, in order.
func Chart() []ChartAccount { return append([]ChartAccount(nil), chart...) }

// FindAccount finds an account in the chart.
func FindAccount(account Account) (ChartAccount, bool) {
	entry, known := byAccount[account]
	return entry, known
}

// Stream is what a posting is about: which to-date total of its subject moved.
type Stream string

// The closed list of streams.
const (
	PremiumCash      Stream = "premium_cash" // cash at 100 %, before it is shared
	NetPremium       Stream = "net_premium"
	VAT              Stream = "vat"
	VATDue           Stream = "vat_due" // VAT on instalments fallen due
	NetReceived      Stream = "net_received"
	VATReceived      Stream = "vat_received"
	ExcessReceived   Stream = "excess_received"
	IssuingFee       Stream = "issuing_fee"
	IssuingFeeVAT    Stream = "issuing_fee_vat"
	Commission       Stream = "commission"
	UnearnedPremium  Stream = "unearned_premium"
	Indemnity        Stream = "indemnity"
	ClaimCost        Stream = "expense"
	Recovery         Stream = "recovery"
	Salvage          Stream = "salvage"
	ReserveIndemnity Stream = "reserve_indemnity"
	ReserveExpense   Stream = "reserve_expense"
	CashCall         Stream = "cash_call"
	Settlement       Stream = "settlement"
	Subsidy          Stream = "subsidy" // expected of the authority as a part of the premium

	OutstandingIndemnity Stream = "outstanding_indemnity" // of an estimate, not yet paid
	OutstandingExpense   Stream = "outstanding_expense"

	ExpenseAdjuster Stream = "expense_adjuster" // parts of expense, which is divided as one
	ExpenseExpert   Stream = "expense_expert"
	ExpenseLegal    Stream = "expense_legal"
	ExpenseOther    Stream = "expense_other"

	LateInterest Stream = "late_interest" // on what one member paid another late
)

// Streams lists every stream, in order.
func Streams() []Stream {
	return []Stream{
		PremiumCash,
		NetPremium,
		VAT,
		VATDue,
		NetReceived,
		VATReceived,
		ExcessReceived,
		IssuingFee,
		IssuingFeeVAT,
		Commission,
		UnearnedPremium,
		Indemnity,
		ClaimCost,
		Recovery,
		Salvage,
		ReserveIndemnity,
		ReserveExpense,
		CashCall,
		Settlement,
		Subsidy,
		OutstandingIndemnity,
		OutstandingExpense,
		ExpenseAdjuster,
		ExpenseExpert,
		ExpenseLegal,
		ExpenseOther,
		LateInterest,
	}
}

// allowed are the pairs of accounts a posting may move between, either way: a pair of the posting table, and no other.
var allowed = eitherWay([][2]Account{
	{Cash, PremiumReceivedInAdvance}, {Cash, PremiumRefundPayable},
	{PremiumReceivedInAdvance, PremiumRefundPayable}, {PremiumReceivable, PremiumWritten},
	{PremiumReceivable, OutputVAT}, {PremiumReceivable, OutputVATPending}, {OutputVATPending, OutputVAT},
	{InputVAT, OutputVAT}, {SubsidyReceivable, PremiumReceivable}, {Cash, SubsidyReceivable},
	{PremiumReceivedInAdvance, PremiumReceivable}, {PremiumRefundPayable, PremiumReceivable},
	{PremiumReceivedInAdvance, DueToCoinsurer}, {PremiumRefundPayable, DueToCoinsurer},
	{DueFromCoinsurer, PremiumReceivable}, {IssuingFeeExpense, DueToCoinsurer}, {InputVAT, DueToCoinsurer},
	{CommissionExpense, DueToCoinsurer}, {DueFromCoinsurer, IssuingFeeIncome}, {DueFromCoinsurer, OutputVAT},
	{DueFromCoinsurer, CommissionPayable}, {CommissionExpense, CommissionPayable}, {CommissionPayable, Cash},
	{ManagementFeeExpense, DueToCoinsurer}, {ChangeInUnearnedPremium, UnearnedPremiumReserve},
	{ChangeInOutstandingClaims, OutstandingClaimsReserve}, {ClaimsPaid, Cash}, {ClaimExpense, Cash},
	{DueFromCoinsurer, Cash}, {ClaimsPaid, DueToCoinsurer}, {ClaimExpense, DueToCoinsurer},
	{ClaimsPaid, ClaimsPayable}, {ClaimsPayable, Cash}, {ClaimAdvancePaid, Cash}, {Cash, ClaimAdvanceReceived},
	{DueToCoinsurer, ClaimAdvancePaid}, {ClaimAdvanceReceived, DueFromCoinsurer},
	{DueFromCoinsurer, ClaimAdvancePaid}, {ClaimAdvanceReceived, DueToCoinsurer}, {Cash, ClaimsRecovered},
	{Cash, SalvageRecovered}, {Cash, DueToCoinsurer}, {DueFromCoinsurer, ClaimsRecovered},
	{DueFromCoinsurer, SalvageRecovered}, {DueToCoinsurer, SettlementClearing},
	{SettlementClearing, DueFromCoinsurer}, {SettlementClearing, Cash}, {InterestExpense, DueToCoinsurer},
	{DueFromCoinsurer, InterestIncome},
})

// retired are the pairs of accounts that are closed: journals of before name them, and no new one may.
var retired = eitherWay([][2]Account{
	{Cash, RecoveryIncome}, {Cash, SalvageIncome}, {DueFromCoinsurer, RecoveryIncome}, {DueFromCoinsurer, SalvageIncome},
})

// AccountsTransferred is the kind of the journal that brings what stands in closed accounts of a pool over to those
// that took their place, once in every book. It moves nothing else, and no other journal may move that.
const AccountsTransferred = "ledger.accounts_transferred"

// transfers are a closed account and the one that took its place, either way.
var transfers = func() map[[2]Account]bool {
	var pairs [][2]Account
	for _, entry := range chart {
		if entry.Closed != "" {
			pairs = append(pairs, [2]Account{entry.Account, entry.Closed})
		}
	}
	return eitherWay(pairs)
}()

// mayMove says that a journal of the kind may move between two accounts.
func mayMove(kind string, debit, credit Account) bool {
	if kind == AccountsTransferred {
		return transfers[[2]Account{debit, credit}]
	}
	return allowed[[2]Account{debit, credit}]
}

func eitherWay(list [][2]Account) map[[2]Account]bool {
	pairs := map[[2]Account]bool{}
	for _, pair := range list {
		pairs[pair], pairs[[2]Account{pair[1], pair[0]}] = true, true
	}
	return pairs
}
