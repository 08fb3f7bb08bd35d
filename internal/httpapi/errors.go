package httpapi

import "gongbao/internal/fault"

// Refusals of the API itself, in the order of checking; those of every door are in internal/door.
var (
	errNoSuchRoute  = fault.New(fault.NotFound, "httpapi.no_such_route", "there is no such door; /docs lists them")
	errMatchInvalid = fault.New(fault.Invalid, "httpapi.if_match_invalid",
		"If-Match is the version in quotes, as an ETag gave it", "{header}")
)
