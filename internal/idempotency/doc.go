// Package idempotency makes a command that is sent twice happen once, with the first answer given both times.
//
// The key, a hash of the command and the answer are written in the command's own transaction. Refusals are not
// stored: a refused command may be sent again when its reason is gone.
package idempotency
