package identity

import "gongbao/internal/fault"

// Refusals, in the order of checking.
var (
	ErrUnknown = fault.New(fault.Unknown, "identity.unknown",
		"a bearer token is needed, signed by the service's issuer, for its audience and client, not expired, not made in "+
			"the future and with no longer life than is allowed")
	ErrKeys = fault.New(fault.Unavailable, "identity.keys_unavailable",
		"the token's issuer cannot be asked for its keys at the moment", "{count} wait for them")
	ErrClaims = fault.New(fault.Unknown, "identity.claims",
		"the token does not say which organisation the person acts for, and in which roles",
		"the subject {subject} is no name of a person", "{said} is no organisation")
	ErrPerson = fault.New(fault.Invalid, "identity.person",
		"a person is written NAME@ORGANISATION:ROLE,ROLE", "{written}", "{role} is none of the roles {roles}")
)
