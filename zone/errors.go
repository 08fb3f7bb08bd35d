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
	ErrBankNotApproved = fault.New(fault.Conflict, "coinsurance.bank_details_not_approved",
		"these bank details are not approved",
		"they are {bank_state}")
	ErrBankConfirmed = fault.New(fault.Conflict, "coinsurance.bank_details_confirmed",
		"the member has confirmed these bank details already",
		"{member} number {number}")
	ErrBankUnconfirmed = fault.New(fault.Conflict, "coinsurance.bank_details_unconfirmed",
		"nothing is paid to bank details that the member has not confirmed",
		"{member} has not confirmed its bank details number {number}")
	ErrMandateInvalid = fault.New(fault.Invalid, "coinsurance.mandate_invalid",
		"the mandate has faults")
	ErrMandateExists = fault.New(fault.Conflict, "coinsurance.mandate_exists",
		"the member has proposed or given a mandate already",
		"{member}")
	ErrMandateNotFound = fault.New(fault.NotFound, "coinsurance.mandate_not_found",
		"the member has no mandate of this number",
		"{member} number {number}")
	ErrMandateDecided = fault.New(fault.Conflict, "coinsurance.mandate_decided",
		"this mandate has been given or rejected already",
		"it is {mandate_state}")
	ErrMandateNotGiven = fault.New(fault.Conflict, "coinsurance.mandate_not_given",
		"only a mandate that was given can be withdrawn",
		"it is {mandate_state}")
	ErrMandateMissing = fault.New(fault.Conflict, "coinsurance.mandate_missing",
		"the pool manager may pay from this account only by the member's mandate",
		"{member} has given no mandate for {day}")
	ErrImportUnreadable = fault.New(fault.Invalid, "coinsurance.import_unreadable",
		"the file cannot be read",
		"{reason}")
	ErrImportRefused = fault.New(fault.Invalid, "coinsurance.import_refused",
		"nothing was imported, because rows are bad",
		"{bad} of {rows} rows are bad")
)
