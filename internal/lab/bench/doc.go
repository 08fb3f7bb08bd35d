// Package bench measures the service beside the floor under it: the least that the same machine, the same Postgres and
// the same rows allow, measured in the same run and turn by turn with it, because only the ratio of the two says
// anything on a machine that others use as well.
//
// Every bench works in a scratch schema of the configured database, with the database's own durability, and drops it.
package bench
