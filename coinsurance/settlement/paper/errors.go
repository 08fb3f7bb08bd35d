package paper

import (
	"gongbao/coinsurance/settlement"
	"gongbao/internal/fault"
)

// ErrPaperInvalid refuses a format that there is none of.
var ErrPaperInvalid = settlement.ErrPaperInvalid

// Refusals of this package, in the order of checking.
var (
	ErrPaperNotWritten = fault.New(fault.Unavailable, "coinsurance.paper_not_written",
		"the paper is being written",
		"{paper}")
	ErrPaperNotFound = fault.New(fault.NotFound, "coinsurance.paper_not_found",
		"there is no such paper",
		"{paper}")
	ErrPaperDamaged = fault.New(fault.Internal, "coinsurance.paper_damaged",
		"the paper is not what was handed out, or the store has lost it",
		"{name}")
)
