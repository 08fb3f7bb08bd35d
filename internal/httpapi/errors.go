package httpapi

import "gongbao/internal/fault"

// Refusals of the door itself, in the order of checking.
var (
	errNoSuchRoute = fault.New(fault.NotFound, "httpapi.no_such_route", "there is no such door; /docs lists them")
	errTooMany     = fault.New(fault.Excessive, "httpapi.too_many_requests",
		"more is asked than is answered at once; wait and ask again")
	errTooLarge       = fault.New(fault.Invalid, "httpapi.too_large", "the request is larger than this door takes")
	errMediaType      = fault.New(fault.Invalid, "httpapi.media_type", "this door speaks application/json")
	errTooSlow        = fault.New(fault.Invalid, "httpapi.too_slow", "the request took too long to arrive")
	errRequestInvalid = fault.New(fault.Invalid, "httpapi.request_invalid",
		"the request does not fit the API's description")
	errMatchInvalid = fault.New(fault.Invalid, "httpapi.if_match_invalid",
		"If-Match is the version in quotes, as an ETag gave it")
	errTimeout  = fault.New(fault.Unavailable, "httpapi.timeout", "the answer took too long; nothing half-done was kept")
	errInternal = fault.New(fault.Internal, "httpapi.internal", "something broke on our side; it has been logged")
)
