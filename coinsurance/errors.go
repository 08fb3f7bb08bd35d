package coinsurance

import "gongbao/internal/fault"

// Refusals of this wing, in the order in which a use case checks them.
var (
	ErrMemberInvalid = fault.New(fault.Invalid, "coinsurance.member_invalid",
		"the member's registration has faults")
	ErrMemberExists = fault.New(fault.Conflict, "coinsurance.member_exists",
		"a member of this code is registered already")
	ErrPoolInvalid = fault.New(fault.Invalid, "coinsurance.pool_invalid",
		"the pool's foundation has faults")
	ErrPoolExists = fault.New(fault.Conflict, "coinsurance.pool_exists",
		"a pool of this code exists already")
	ErrPoolNotFound = fault.New(fault.NotFound, "coinsurance.pool_not_found",
		"there is no pool of this code")
	ErrPoolClosed = fault.New(fault.Conflict, "coinsurance.pool_closed",
		"the pool takes no policies that start on this day")
	ErrAgreementInvalid = fault.New(fault.Invalid, "coinsurance.agreement_invalid",
		"the agreement has faults")
	ErrTableInvalid = fault.New(fault.Invalid, "coinsurance.share_table_invalid",
		"a share table has 1 to 64 members, each once, each with a share above zero, and its leader is one of them")
	ErrSharesNotWhole = fault.New(fault.Invalid, "coinsurance.shares_not_whole",
		"the shares do not sum to one")
	ErrMemberNotFound = fault.New(fault.Invalid, "coinsurance.member_not_found",
		"a member that is named is not registered")
	ErrAgreementOverlaps = fault.New(fault.Conflict, "coinsurance.agreement_overlaps",
		"a version must start later than every version before it")
	ErrAgreementExists = fault.New(fault.Conflict, "coinsurance.agreement_exists",
		"this version of the agreement is there already, and it is another")
	ErrAgreementNotFound = fault.New(fault.NotFound, "coinsurance.agreement_not_found",
		"there is no such version of the agreement")
	ErrAgreementAccepted = fault.New(fault.Conflict, "coinsurance.agreement_accepted",
		"this version has been accepted already")
	ErrNoAgreementInForce = fault.New(fault.Conflict, "coinsurance.no_agreement_in_force",
		"no version of the pool's agreement is in force on this day")
	ErrNotAFollower = fault.New(fault.Forbidden, "coinsurance.not_a_follower",
		"only a follower of the share table decides on a risk")
	ErrPlacementIncomplete = fault.New(fault.Conflict, "coinsurance.placement_incomplete",
		"the limit is above the leader's authority and not every follower has accepted the risk")
	ErrCapacityExceeded = fault.New(fault.Conflict, "coinsurance.capacity_exceeded",
		"a member, or the pool, would carry more on this risk than it may")
	ErrLimitInvalid = fault.New(fault.Invalid, "coinsurance.limit_invalid",
		"the limit of authority has faults")
	ErrLimitNotFound = fault.New(fault.NotFound, "coinsurance.limit_not_found",
		"the organisation has no limit of authority of this number")
	ErrLimitAccepted = fault.New(fault.Conflict, "coinsurance.limit_accepted",
		"this limit of authority has been accepted already")
	ErrBankInvalid = fault.New(fault.Invalid, "coinsurance.bank_details_invalid",
		"the bank details have faults")
	ErrBankNotFound = fault.New(fault.NotFound, "coinsurance.bank_details_not_found",
		"the member has no bank details of this number")
	ErrBankDecided = fault.New(fault.Conflict, "coinsurance.bank_details_decided",
		"these bank details have been approved or rejected already")
	ErrImportUnreadable = fault.New(fault.Invalid, "coinsurance.import_unreadable",
		"the file cannot be read")
	ErrImportRefused = fault.New(fault.Invalid, "coinsurance.import_refused",
		"nothing was imported, because rows are bad")
)
