package paper

import "gongbao/internal/fault"

// Refusals of this package, in the order of checking.
var (
	ErrPaperInvalid = fault.New(fault.Invalid, "coinsurance.paper_invalid",
		"the paper that is asked for has faults")
	ErrPaperDamaged = fault.New(fault.Internal, "coinsurance.paper_damaged",
		"the paper is not what was handed out, or the store has lost it",
		"{name}")
)
