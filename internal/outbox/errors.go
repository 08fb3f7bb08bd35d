package outbox

import "gongbao/internal/fault"

// Refusals. The first is a mistake of ours, the others are found when the feed is read or gone on with.
var (
	ErrFactInvalid     = fault.New(fault.Internal, "outbox.fact_invalid", "an event is malformed or too large")
	ErrEnvelopeInvalid = fault.New(fault.Invalid, "outbox.envelope_invalid", "a record does not agree with its own hashes")
	ErrFeedForked      = fault.New(fault.Unavailable, "outbox.feed_forked",
		"the topic holds facts that this database does not know")
)
