package fact

import "gongbao/internal/fault"

// Refusals. The first is a mistake of ours, the second is found when a record of the topic is read.
var (
	ErrFactInvalid     = fault.New(fault.Internal, "outbox.fact_invalid", "an event is malformed or too large")
	ErrEnvelopeInvalid = fault.New(fault.Invalid, "outbox.envelope_invalid", "a record does not agree with its own hashes")
)
