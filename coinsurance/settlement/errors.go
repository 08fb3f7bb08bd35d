package settlement

import "gongbao/internal/fault"

// Refusals of this package, in the order in which a use case checks them.
var (
	ErrPeriodUnknown = fault.New(fault.Invalid, "coinsurance.period_unknown",
		"a period is a month, as 2026-06, or a quarter, as 2026-Q1",
		"{text}")
	ErrStatementNotFound = fault.New(fault.NotFound, "coinsurance.statement_not_found",
		"no statement of the pool stands for this period",
		"pool {pool} period {period}", "pool {pool} period {period} issue {issue}")
	ErrStatementExists = fault.New(fault.Conflict, "coinsurance.statement_exists",
		"a statement of this period, or of one that overlaps it, is drawn already",
		"{period} overlaps {drawn}, issue {issue}")
	ErrPeriodNotBegun = fault.New(fault.Conflict, "coinsurance.period_not_begun",
		"the period has not begun, and nothing of it can be on a statement",
		"{period} begins on {day}")
	ErrStatementChanged = fault.New(fault.Stale, "coinsurance.statement_changed",
		"the statement has changed since it was read",
		"it is at version {version}")
	ErrReasonInvalid = fault.New(fault.Invalid, "coinsurance.reason_invalid",
		"what is undone is undone for a reason")
	ErrStatementNotLatest = fault.New(fault.Conflict, "coinsurance.statement_not_latest",
		"only the statement that the pool drew last can be cancelled",
		"{later} was drawn after {period}")
	ErrStatementSettled = fault.New(fault.Conflict, "coinsurance.statement_settled",
		"a settlement takes items of the statement",
		"settlement {number} takes items of {period}")
	ErrStatementNotIssued = fault.New(fault.Conflict, "coinsurance.statement_not_issued",
		"the statement is not issued to the members yet",
		"period {period} is {statement_state}")
	ErrStatementIssued = fault.New(fault.Conflict, "coinsurance.statement_issued",
		"the statement is issued to the members already",
		"period {period}")
	ErrPaperInvalid = fault.New(fault.Invalid, "coinsurance.paper_invalid",
		"the paper that is asked for has faults")
	ErrQueryInvalid = fault.New(fault.Invalid, "coinsurance.query_invalid",
		"the query has faults")
	ErrItemNotFound = fault.New(fault.Conflict, "coinsurance.item_not_found",
		"the member has no unsettled item of this subject on the statement",
		"{member} has none of {subject} on {period}")
	ErrSubjectNotFound = fault.New(fault.NotFound, "coinsurance.subject_not_found",
		"the statement has no item of this policy or claim",
		"{subject} on {period}")
	ErrEarlierNotFound = fault.New(fault.NotFound, "coinsurance.earlier_statement_not_found",
		"there is no earlier statement to compare with",
		"{period} has no issue before", "{member} has confirmed none before {period}")
	ErrQueryNotFound = fault.New(fault.NotFound, "coinsurance.query_not_found",
		"there is no such query of the statement",
		"number {number} of {period}")
	ErrQueryClosed = fault.New(fault.Conflict, "coinsurance.query_closed",
		"the query is resolved already",
		"number {number}")
	ErrQueryEscalated = fault.New(fault.Conflict, "coinsurance.query_escalated",
		"the query is with the pool manager already",
		"number {number}")
	ErrQueryNotEscalated = fault.New(fault.Conflict, "coinsurance.query_not_escalated",
		"the pool manager answers a query once it is escalated",
		"number {number} is to be answered by {day}")
	ErrStatementNotConfirmed = fault.New(fault.Conflict, "coinsurance.statement_not_confirmed",
		"a member that has an item on the statement has not confirmed it",
		"{member} has not confirmed {period}")
	ErrSettlementExists = fault.New(fault.Conflict, "coinsurance.settlement_exists",
		"the statement of this period has a settlement already",
		"number {number} of {period} is {settlement_state}")
	ErrSettlementNotFound = fault.New(fault.NotFound, "coinsurance.settlement_not_found",
		"there is no such settlement",
		"pool {pool} period {period}", "pool {pool} number {number}")
	ErrSettlementChanged = fault.New(fault.Stale, "coinsurance.settlement_changed",
		"the settlement has changed since it was read",
		"it is at version {version}")
	ErrSettlementDecided = fault.New(fault.Conflict, "coinsurance.settlement_decided",
		"the settlement has been approved or withdrawn already",
		"number {number} is {settlement_state}")
	ErrSettlementOutdated = fault.New(fault.Conflict, "coinsurance.settlement_outdated",
		"an item that the settlement takes was disputed after it was proposed; withdraw it and propose another",
		"{subject} on {period}")
	ErrSettlementNotOpen = fault.New(fault.Conflict, "coinsurance.settlement_not_open",
		"the settlement is not one whose orders are being paid",
		"number {number} is {settlement_state}")
	ErrUnwindingProposed = fault.New(fault.Conflict, "coinsurance.unwinding_proposed",
		"the unwinding of the settlement is proposed already",
		"number {number}, by {person}")
	ErrUnwindingNotProposed = fault.New(fault.Conflict, "coinsurance.unwinding_not_proposed",
		"nobody has proposed to unwind the settlement",
		"number {number}")
	ErrOppositePaid = fault.New(fault.Conflict, "coinsurance.opposite_order_paid",
		"what was paid of the order is given back by an opposite order already, or is on its way; that one comes first",
		"{opposite}, the opposite order of {order}, is {order_state}")
	ErrOrderNotFound = fault.New(fault.NotFound, "coinsurance.order_not_found",
		"there is no such payment order",
		"pool {pool} order {order}")
	ErrOrderChanged = fault.New(fault.Stale, "coinsurance.order_changed",
		"the payment order has changed since it was read",
		"it is at version {version}")
	ErrOrderDone = fault.New(fault.Conflict, "coinsurance.order_done",
		"the payment order is paid already, or void",
		"{order} is {order_state}")
	ErrOrderExceeded = fault.New(fault.Conflict, "coinsurance.order_exceeded",
		"what is paid of an order is above zero and at most what is left of it",
		"{amount} of {order}, of which {left} is left")
	ErrOrderNotPaid = fault.New(fault.Conflict, "coinsurance.order_not_paid",
		"nothing was paid of the payment order that could come back",
		"{order} is {order_state}")
	ErrMonthNotEnded = fault.New(fault.Conflict, "coinsurance.month_not_ended",
		"late interest is booked of a month that has ended",
		"{month} has not ended")
	ErrAlreadyPaid = fault.New(fault.Conflict, "coinsurance.already_paid",
		"the settlement is completed already",
		"number {number} of {period}")
	ErrFileInvalid = fault.New(fault.Invalid, "coinsurance.file_invalid",
		"the payment file has faults")
	ErrOrderInFile = fault.New(fault.Conflict, "coinsurance.order_in_file",
		"the payment order is in a payment file already",
		"{order} is in file {number}")
	ErrFileEmpty = fault.New(fault.Conflict, "coinsurance.file_empty",
		"there is no open payment order for the file",
		"pool {pool}")
	ErrNameTooLong = fault.New(fault.Conflict, "coinsurance.name_too_long",
		"a bank takes less of a text, and nothing is cut",
		"{field} may have {most} characters")
	ErrFileNotFound = fault.New(fault.NotFound, "coinsurance.file_not_found",
		"there is no such payment file",
		"pool {pool} number {number}", "{message}")
	ErrFileNotReleased = fault.New(fault.Conflict, "coinsurance.file_not_released",
		"a payment file is handed out once it is released",
		"number {number} is {file_state}")
	ErrFileDecided = fault.New(fault.Conflict, "coinsurance.file_decided",
		"the payment file has been released or made void already",
		"number {number} is {file_state}")
	ErrFileOutdated = fault.New(fault.Conflict, "coinsurance.file_outdated",
		"something has changed since the payment file was made; make it void and make another",
		"file {number}: {what}")
	ErrBankFileUnreadable = fault.New(fault.Invalid, "coinsurance.bank_file_unreadable",
		"the bank's file cannot be read",
		"{reason}", "{bad} of {rows} rows are bad")
	ErrEntryNotFound = fault.New(fault.NotFound, "coinsurance.entry_not_found",
		"there is no such entry of an account",
		"{account} {key}")
	ErrEntryElsewhere = fault.New(fault.Conflict, "coinsurance.entry_elsewhere",
		"the entry is on no account of the payer or the payee",
		"{account} is none of {member}")
	ErrMatchExceedsEntry = fault.New(fault.Conflict, "coinsurance.match_exceeds_entry",
		"what is allocated is above zero and at most what is left of the entry",
		"{amount}, of which {left} is left")
	ErrMatchExceedsOrder = fault.New(fault.Conflict, "coinsurance.match_exceeds_order",
		"more is allocated than the payment order comes to",
		"{amount} of {order}, of which {left} can be allocated")
	ErrMatchNotFound = fault.New(fault.NotFound, "coinsurance.match_not_found",
		"there is no such allocation, or it is undone already",
		"number {number} of {account} {key}")
)
