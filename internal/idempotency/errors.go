package idempotency

import "gongbao/internal/fault"

// Refusals, in the order of checking.
var (
	ErrKeyInvalid = fault.New(fault.Invalid, "idempotency.key_invalid",
		"an idempotency key has 1 to 200 printable characters, and a letter or a digit among them")
	ErrKeyReused = fault.New(fault.Conflict, "idempotency.key_reused",
		"this idempotency key was used for another command")
)
