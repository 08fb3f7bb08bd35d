package door

import "gongbao/internal/fault"

// Refusals of every door, in the order of checking. Their codes begin with httpapi, the first door that had them.
var (
	ErrTooMany = fault.New(fault.Excessive, "httpapi.too_many_requests",
		"more is asked than is answered at once; wait and ask again", "{reason}")
	ErrTooLarge = fault.New(fault.Invalid, "httpapi.too_large", "the request is larger than this door takes",
		"at most {bytes} bytes")
	ErrMediaType = fault.New(fault.Invalid, "httpapi.media_type", "this door speaks application/json",
		"the body is to come as it is, not as {coding}", "the body is said to be {type}")
	ErrTooSlow        = fault.New(fault.Invalid, "httpapi.too_slow", "the request took too long to arrive")
	ErrRequestInvalid = fault.New(fault.Invalid, "httpapi.request_invalid",
		"the request does not fit the API's description",
		"the body is not taken: {reason}", "the body ended after {bytes} bytes",
		"a text holds a character that no text may hold ({sqlstate})")
	ErrTimeout  = fault.New(fault.Unavailable, "httpapi.timeout", "the answer took too long; nothing half-done was kept")
	ErrInternal = fault.New(fault.Internal, "httpapi.internal", "something broke on our side; it has been logged")
)
