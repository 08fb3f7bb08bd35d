package insurance

import "gongbao/internal/fault"

// Refusals of this wing, in the order in which a use case checks them.
var (
	ErrPolicyInvalid = fault.New(fault.Invalid, "insurance.policy_invalid",
		"the quotation has faults")
	ErrPolicyNotFound = fault.New(fault.NotFound, "insurance.policy_not_found",
		"there is no policy of this number",
		"{policy}", "{text} names no pool")
	ErrPolicyChanged = fault.New(fault.Stale, "insurance.policy_changed",
		"the policy has changed since it was looked at; read it again",
		"{policy} is at version {version}")
	ErrPolicyExists = fault.New(fault.Conflict, "insurance.policy_exists",
		"a policy of this number exists already",
		"{policy}")
	ErrInstalmentBackLoaded = fault.New(fault.Invalid, "insurance.instalment_back_loaded",
		"a later instalment may not be larger than the one before it")
	ErrInstalmentsDoNotSum = fault.New(fault.Invalid, "insurance.instalments_do_not_sum",
		"the instalments do not sum to the premium")
	ErrPolicyNotQuoted = fault.New(fault.Conflict, "insurance.policy_not_quoted",
		"the policy is not a quotation any more",
		"{policy} is {policy_state}")
	ErrProductRuleBroken = fault.New(fault.Invalid, "insurance.product_rule_broken",
		"a rule of the product line is broken")
	ErrApprovalNeeded = fault.New(fault.Conflict, "insurance.approval_needed",
		"the policy's limit is above what this person decides alone, and no second person has approved the issue",
		"{person} decides up to {limit} on line {line}, the policy's limit is {sum_insured}: another "+
			"underwriter of the issuer whose own limit suffices must approve the issue",
		"{organisation} has set no limit for line {line}, so {alone} may not issue a policy with a limit of {sum_insured} "+
			"alone: another underwriter of the issuer must approve the issue")
	ErrPremiumNotReceived = fault.New(fault.Conflict, "insurance.premium_not_received",
		"the first instalment with its VAT, or the whole gross premium, has not been received",
		"{received} of {asked} is in")
	ErrPolicyNotInForce = fault.New(fault.Conflict, "insurance.policy_not_in_force",
		"the policy is not in force",
		"{policy} is {policy_state}")
	ErrPolicyNotCancelled = fault.New(fault.Conflict, "insurance.policy_not_cancelled",
		"the policy is not cancelled",
		"{policy} is {policy_state}")
	ErrOutsidePeriod = fault.New(fault.Invalid, "insurance.outside_period",
		"the effective day lies outside the policy's period")
	ErrClaimsStand = fault.New(fault.Conflict, "insurance.claims_stand",
		"a claim for a loss on or after that day is open or has been paid")
	ErrPremiumNegative = fault.New(fault.Invalid, "insurance.premium_negative",
		"the net premium to date would fall below zero",
		"{returned} of {premium} would be returned")
	ErrEndorsementExists = fault.New(fault.Conflict, "insurance.endorsement_exists",
		"an endorsement of this number exists already",
		"{endorsement} of {policy}")
	ErrAmountNotPositive = fault.New(fault.Invalid, "insurance.amount_not_positive",
		"the amount must be above zero")
	ErrRefundExceedsReceived = fault.New(fault.Invalid, "insurance.refund_exceeds_received",
		"more would be paid back than was received",
		"{left} is left")
	ErrRefundNotOwed = fault.New(fault.Invalid, "insurance.refund_not_owed",
		"only what was received above the gross premium is paid back; a receipt recorded by mistake is reversed")
	ErrCashNotFound = fault.New(fault.NotFound, "insurance.cash_not_found",
		"the policy has no receipt or refund of this id that can be reversed",
		"{event} of {policy}")
	ErrCommissionExceedsAccrued = fault.New(fault.Invalid, "insurance.commission_exceeds_accrued",
		"more commission would be paid than has accrued")
	ErrSubsidyState = fault.New(fault.Conflict, "insurance.subsidy_state",
		"the policy's subsidy is not in the state this needs",
		"it is {subsidy_state}")
	ErrSubsidyRuleUnknown = fault.New(fault.Invalid, "insurance.subsidy_rule_unknown",
		"no rule of premium support is known for this line at that time",
		"{line}, policies that start on {start}")
	ErrSubsidyNotEligible = fault.New(fault.Invalid, "insurance.subsidy_not_eligible",
		"the policy may not be supported")
	ErrSubsidyExceeded = fault.New(fault.Invalid, "insurance.subsidy_exceeded",
		"more than the subsidy came to")
	ErrImportInterrupted = fault.New(fault.Unavailable, "insurance.import_interrupted",
		"the import met other work and was undone; run it again")
)
