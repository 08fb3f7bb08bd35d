package feed

import "gongbao/internal/fault"

// Refusals of a person's decision about a forked feed.
var (
	ErrFeedNotForked = fault.New(fault.Conflict, "outbox.feed_not_forked", "the topic and the database agree",
		"the feed is in generation {generation} by now")
	ErrRecoveryUnconfirmed = fault.New(fault.Invalid, "outbox.recovery_unconfirmed",
		"every forked pool must be named with the last position that is common",
		"they are {forked}", "{given} is not like IC@118")
)
