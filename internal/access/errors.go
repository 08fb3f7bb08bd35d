package access

import "gongbao/internal/fault"

// Refusals of whoever may not do something, in the order in which a use case checks them.
var (
	// ErrForbidden refuses what the principal may not do.
	ErrForbidden = fault.New(fault.Forbidden, "access.forbidden", "this person may not do this",
		"{person} is not {role} of {organisations}", "{person} is not {role} of a {kinds}",
		"{person} may not see the book of {member}", "{person} may not see {unseen}", "{operation} is for {permitted}",
		"{person} may not see the claims of {unseen_of}", "{person} has no part in pool {pool}",
		"{organisation} is no member of pool {pool}",
		"{proposer} proposed this version; a second person accepts it",
		"the schedule of {policy} is for who leads or issues it", "{stranger} is of no known kind")
	// ErrMakerIsChecker refuses to let one person both do a thing and approve it.
	ErrMakerIsChecker = fault.New(fault.Forbidden, "access.maker_is_checker",
		"a second person is needed: who took the one step may not take the other",
		"{person}", "{person} {made}; {step} is for another person")
	// ErrAuthorityExceeded refuses an amount above the person's own limit.
	ErrAuthorityExceeded = fault.New(fault.Forbidden, "access.authority_exceeded",
		"the amount is above what this person may decide",
		"{person} decides up to {limit} as {role} on line {line}, and this is {amount}; a {senior_role} of "+
			"{organisation} whose own limit suffices may")
	// ErrSecondPersonNeeded refuses one person alone, where the member has set no limit up to which one decides.
	ErrSecondPersonNeeded = fault.New(fault.Forbidden, "access.second_person_needed",
		"nobody decides this alone; a second person must agree",
		"{organisation} has set no limit for a {role} on line {line}, so {person} may not move {amount} alone")
)
