package coinsurance

import "gongbao/internal/fault"

// Refusals of this wing, in the order in which a use case checks them.
var (
	ErrPoolInvalid = fault.New(fault.Invalid, "coinsurance.pool_invalid",
		"the pool's foundation has faults")
	ErrPoolExists = fault.New(fault.Conflict, "coinsurance.pool_exists",
		"a pool of this code exists already",
		"{pool}")
	ErrPoolNotFound = fault.New(fault.NotFound, "coinsurance.pool_not_found",
		"there is no pool of this code",
		"{pool}")
	ErrPoolClosed = fault.New(fault.Conflict, "coinsurance.pool_closed",
		"the pool takes no policies that start on this day")
	ErrAgreementInvalid = fault.New(fault.Invalid, "coinsurance.agreement_invalid",
		"the agreement has faults")
	ErrTableInvalid = fault.New(fault.Invalid, "coinsurance.share_table_invalid",
		"a share table has 1 to 64 members, each once, each with a share above zero, and its leader is one of them")
	ErrSharesNotWhole = fault.New(fault.Invalid, "coinsurance.shares_not_whole",
		"the shares do not sum to one",
		"they sum to {sum}")
	ErrAgreementOverlaps = fault.New(fault.Conflict, "coinsurance.agreement_overlaps",
		"a version must start later than every version before it",
		"version {version} from {from} stands after version {newest} from {newest_from}")
	ErrAgreementExists = fault.New(fault.Conflict, "coinsurance.agreement_exists",
		"this version of the agreement is there already, and it is another")
	ErrAgreementNotFound = fault.New(fault.NotFound, "coinsurance.agreement_not_found",
		"there is no such version of the agreement",
		"pool {pool} version {version}")
	ErrAgreementAccepted = fault.New(fault.Conflict, "coinsurance.agreement_accepted",
		"this version has been accepted already",
		"pool {pool} version {version}")
	ErrNoAgreementInForce = fault.New(fault.Conflict, "coinsurance.no_agreement_in_force",
		"no version of the pool's agreement is in force on this day",
		"pool {pool} on {day}")
	ErrNotAFollower = fault.New(fault.Forbidden, "coinsurance.not_a_follower",
		"only a follower of the share table decides on a risk",
		"{member}", "{member} in pool {pool} version {version}")
	ErrPlacementIncomplete = fault.New(fault.Conflict, "coinsurance.placement_incomplete",
		"the limit is above the leader's authority and not every follower has accepted the risk",
		"{member} has not accepted {policy}")
	ErrCapacityExceeded = fault.New(fault.Conflict, "coinsurance.capacity_exceeded",
		"a member, or the pool, would carry more on this risk than it may",
		"pool {pool} carries at most {capacity} on one risk",
		"{member} would carry {carried}, more than a tenth of its capital of {capital}",
		"{member} would carry {carried}, more than its capacity of {capacity}")
)
