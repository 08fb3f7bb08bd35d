// Package pg opens Postgres, runs migrations and gives the one way to write: InTx.
//
// A transaction is a *Tx, passed as an ordinary parameter. Reads run at once. Writes are queued with Queue and
// travel together in one round trip, at the latest when the transaction commits, so that a recipe reads from top to
// bottom and still costs few round trips.
package pg
