// Package pg opens Postgres, runs migrations and gives the one way to write: InTx.
//
// A transaction is a *Tx, passed as an ordinary parameter. Reads run at once. Writes are queued in it and travel
// together in one round trip, at the latest when the transaction commits, so that a recipe reads from top to bottom and
// still costs few round trips.
//
// One row is written and read by the tags of its struct (rows.go); whatever is more than a row is a named statement in
// a file of the package that owns the tables (statement.go).
package pg
