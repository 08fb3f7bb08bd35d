package ledger

import "gongbao/internal/fault"

// Refusals of the book, in the order of checking.
var (
	ErrPeriodClosed = fault.New(fault.Conflict, "ledger.period_closed",
		"this accounting month cannot be closed now",
		"pool {pool} has no postings", "the next month of pool {pool} to close is {next}, not {month}",
		"{month} has not ended")
	ErrPostingNotAllowed = fault.New(fault.Internal, "ledger.posting_not_allowed",
		"a posting breaks the rules of the book",
		"{postings} postings in one journal", "line {line}: an amount in {given} in a book of {currency}",
		"the pair {pair} is no mirror",
		"line {line}: the amount {amount} is not above zero",
		"line {line}: nothing moves from {credit_account} to {debit_account}",
		"line {line}: book {book} against {counterparty}",
		"line {line}: an account between members and a counterparty go together, and the counterparty is "+
			"{counterparty}",
		"line {line}: a counterparty and a mirror go together, and the mirror is {mirror}",
		"a journal of pool {pool} under the months of pool {other}",
		"recorded at {recorded}, and the book was cut at {cut}",
		"a journal of {ungated} without a pass of the gate for it",
		"line {line}: {estimated} may move reserves only")
	ErrAccountNotFound = fault.New(fault.NotFound, "ledger.account_not_found",
		"the chart has no account of this code",
		"{account}")
	ErrFormatUnknown = fault.New(fault.Invalid, "ledger.format_unknown",
		"the books are written as hledger or csv",
		"{format}")
	ErrAlreadyReversed = fault.New(fault.Conflict, "ledger.already_reversed",
		"this journal has been reversed already",
		"{claim}, payment {payment}", "journal {journal}")
	ErrDateOutOfRange = fault.New(fault.Invalid, "ledger.date_out_of_range",
		"the day lies before the pool's first agreement, or ahead of what has happened")
)
