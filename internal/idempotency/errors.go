package idempotency

import "gongbao/internal/fault"

// Refusals, in the order of checking.
var (
	ErrKeyInvalid = fault.New(fault.Invalid, "idempotency.key_invalid",
		"an idempotency key has 1 to 200 printable characters, and a letter or a digit among them")
	ErrKeyReused = fault.New(fault.Conflict, "idempotency.key_reused",
		"this idempotency key was used for another command", "{operation}",
		"{operation}: the first command said something else of {fields}")
	ErrKeyOfOldForm = fault.New(fault.Conflict, "idempotency.key_of_old_form",
		"this idempotency key was used before an upgrade, and whether for the same command cannot be told any more; the "+
			"command of then was done: look at the document, and send what is still wanted under a new key",
		"{operation} of {recorded}")
)
