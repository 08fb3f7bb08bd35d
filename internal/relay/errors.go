package relay

import "gongbao/internal/fault"

// ErrFeedForked is found when a relay holds the topic against the database.
var ErrFeedForked = fault.New(fault.Unavailable, "outbox.feed_forked",
	"the topic holds facts that this database does not know")
