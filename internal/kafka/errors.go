package kafka

import "gongbao/internal/fault"

// Refusals.
var (
	ErrConfigInvalid = fault.New(fault.Invalid, "kafka.config_invalid", "the Kafka settings do not fit together")
	ErrUnavailable   = fault.New(fault.Unavailable, "kafka.unavailable", "Kafka does not answer")
)
