package feed

import "gongbao/internal/fault"

// Refusals of a person's decision about a forked feed.
var (
	ErrFeedNotForked       = fault.New(fault.Conflict, "outbox.feed_not_forked", "the topic and the database agree")
	ErrRecoveryUnconfirmed = fault.New(fault.Invalid, "outbox.recovery_unconfirmed",
		"every forked pool must be named with the last position that is common")
)
