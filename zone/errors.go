package zone

import "gongbao/internal/fault"

// Refusals of this wing, in the order in which a use case checks them. Their codes begin with coinsurance, where these
// use cases once stood, because callers know them by these codes.
var (
	ErrMemberInvalid = fault.New(fault.Invalid, "coinsurance.member_invalid",
		"the member's registration has faults")
	ErrMemberExists = fault.New(fault.Conflict, "coinsurance.member_exists",
		"a member of this code is registered already",
		"{member}")
	ErrMemberNotFound = fault.New(fault.Invalid, "coinsurance.member_not_found",
		"a member that is named is not registered",
		"{member}")
	ErrLimitInvalid = fault.New(fault.Invalid, "coinsurance.limit_invalid",
		"the limit of authority has faults")
	ErrLimitNotFound = fault.New(fault.NotFound, "coinsurance.limit_not_found",
		"the organisation has no limit of authority of this number",
		"{organisation} number {number}")
	ErrLimitAccepted = fault.New(fault.Conflict, "coinsurance.limit_accepted",
		"this limit of authority has been accepted already",
		"{organisation} number {number}")
	ErrBankInvalid = fault.New(fault.Invalid, "coinsurance.bank_details_invalid",
		"the bank details have faults")
	ErrBankNotFound = fault.New(fault.NotFound, "coinsurance.bank_details_not_found",
		"the member has no bank details of this number",
		"{member} has no approved bank details on {day}", "{member} number {number}")
	ErrBankDecided = fault.New(fault.Conflict, "coinsurance.bank_details_decided",
		"these bank details have been approved or rejected already",
		"they are {bank_state}")
	ErrImportUnreadable = fault.New(fault.Invalid, "coinsurance.import_unreadable",
		"the file cannot be read",
		"{reason}")
	ErrImportRefused = fault.New(fault.Invalid, "coinsurance.import_refused",
		"nothing was imported, because rows are bad",
		"{bad} of {rows} rows are bad")
)
