package outbox

import "gongbao/internal/fault"

// Refusals. The first is a mistake of ours, the next are found when the feed is read or gone on with, the last when a
// person decides about a forked feed.
var (
	ErrFactInvalid     = fault.New(fault.Internal, "outbox.fact_invalid", "an event is malformed or too large")
	ErrEnvelopeInvalid = fault.New(fault.Invalid, "outbox.envelope_invalid", "a record does not agree with its own hashes")
	ErrFeedForked      = fault.New(fault.Unavailable, "outbox.feed_forked",
		"the topic holds facts that this database does not know")
	ErrFeedNotForked       = fault.New(fault.Conflict, "outbox.feed_not_forked", "the topic and the database agree")
	ErrRecoveryUnconfirmed = fault.New(fault.Invalid, "outbox.recovery_unconfirmed",
		"every forked pool must be named with the last position that is common")
)
