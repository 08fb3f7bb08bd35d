// Package outbox announces facts: they are written in the transaction that makes them true, as exact bytes, and one
// relay gives them their dense positions and publishes them to Kafka in that order.
//
// An event has a common part and one section per member, each with its own salt. The manifest lists the hashes of all
// parts; the manifest's own hash is the event's leaf in the proof log. Bytes are hashed, stored and published as they
// are.
package outbox
