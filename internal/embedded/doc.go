// Package embedded starts a private Postgres and an embedded Kafka, so that one command shows everything on a bare
// machine. It is for the demo, for trying out and for tests; with DATABASE_URL and KAFKA_BROKERS set none of it runs.
//
// One process owns what runs in a folder: whoever holds its lock. Others that start meanwhile join it, and lose it when
// the owner stops. A long-lived program should own it, short ones join.
//
// What holds through kill -9: of the program (on Linux the server ends with it, elsewhere the next start ends it), of
// the server (its owner starts it again), of both (the next start recovers). Nothing committed is lost, except with
// Fast and a crash of the whole machine.
//
// The folder of a cluster: data (the cluster itself), socket (its socket, when the path is short enough), postgres.log
// (what the server says; postgres.log.1 is older), owner.lock. Binaries fetched with npm lie in its sibling "bin".
package embedded
