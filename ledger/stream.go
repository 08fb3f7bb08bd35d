package ledger

import "slices"

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

// streams are all of them, in the order of the database's type.
var streams = []Stream{
	PremiumCash, NetPremium, VAT, VATDue, NetReceived, VATReceived, ExcessReceived, IssuingFee, IssuingFeeVAT,
	Commission, UnearnedPremium, Indemnity, ClaimCost, Recovery, Salvage, ReserveIndemnity, ReserveExpense, CashCall,
	Settlement, Subsidy, OutstandingIndemnity, OutstandingExpense, ExpenseAdjuster, ExpenseExpert, ExpenseLegal,
	ExpenseOther, LateInterest,
}

// Streams lists every stream, in order.
func Streams() []Stream { return slices.Clone(streams) }
