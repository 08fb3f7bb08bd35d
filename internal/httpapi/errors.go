package httpapi

import "gongbao/internal/fault"

// Refusals of the door itself, in the order of checking.
var (
	errNoSuchRoute = fault.New(fault.NotFound, "httpapi.no_such_route", "there is no such door; /docs lists them")
	errTooMany     = fault.New(fault.Excessive, "httpapi.too_many_requests",
		"more is asked than is answered at once; wait and ask again", "{reason}")
	errTooLarge = fault.New(fault.Invalid, "httpapi.too_large", "the request is larger than this door takes",
		"at most {bytes} bytes")
	errMediaType = fault.New(fault.Invalid, "httpapi.media_type", "this door speaks application/json",
		"the body is to come as it is, not as {coding}", "the body is said to be {type}")
	errTooSlow        = fault.New(fault.Invalid, "httpapi.too_slow", "the request took too long to arrive")
	errRequestInvalid = fault.New(fault.Invalid, "httpapi.request_invalid",
		"the request does not fit the API's description",
		"the body is not taken: {reason}", "the body ended too early",
		"a text holds a character that no text may hold ({sqlstate})")
	errMatchInvalid = fault.New(fault.Invalid, "httpapi.if_match_invalid",
		"If-Match is the version in quotes, as an ETag gave it", "{header}")
	errTimeout  = fault.New(fault.Unavailable, "httpapi.timeout", "the answer took too long; nothing half-done was kept")
	errInternal = fault.New(fault.Internal, "httpapi.internal", "something broke on our side; it has been logged")
)
