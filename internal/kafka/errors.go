package kafka

import "gongbao/internal/fault"

// Refusals.
var (
	ErrConfigInvalid = fault.New(fault.Invalid, "kafka.config_invalid", "the Kafka settings do not fit together",
		"the certificate authority's file {authority_file} cannot be read", "{file} holds no certificate",
		"the client's certificate {certificate_file} and key {key_file} cannot be read",
		"{mechanism} needs a user and a password", "SASL {given} is not one of {allowed}")
	ErrUnavailable = fault.New(fault.Unavailable, "kafka.unavailable", "Kafka does not answer")
)
