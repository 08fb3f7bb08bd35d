// Package embedded starts a private Postgres and an embedded Kafka, so that one command shows everything on a bare
// machine. It is for the demo, for trying out and for tests; with DATABASE_URL and KAFKA_BROKERS set none of it runs.
//
// One process owns the Postgres of a folder, whoever holds its lock; others that start meanwhile join it and lose it
// when the owner stops. A long-lived program should own it, short ones join.
package embedded
