package ledger

import "gongbao/internal/fault"

// Refusals of the book, in the order of checking.
var (
	ErrPeriodClosed = fault.New(fault.Conflict, "ledger.period_closed",
		"this accounting month cannot be closed now")
	ErrPostingNotAllowed = fault.New(fault.Internal, "ledger.posting_not_allowed",
		"a posting breaks the rules of the book")
	ErrAccountNotFound = fault.New(fault.NotFound, "ledger.account_not_found",
		"the chart has no account of this code")
	ErrFormatUnknown = fault.New(fault.Invalid, "ledger.format_unknown",
		"the books are written as hledger or csv")
	ErrAlreadyReversed = fault.New(fault.Conflict, "ledger.already_reversed",
		"this journal has been reversed already")
	ErrDateOutOfRange = fault.New(fault.Invalid, "ledger.date_out_of_range",
		"the day lies before the pool's first agreement, or ahead of what has happened")
)
