// Package fact is what is announced, as exact bytes: how a fact becomes an event, an event a record of the topic, and
// how whoever reads a record proves it.
//
// An event has a common part and one section per member, each with its own salt. The manifest lists the hashes of all
// parts; the manifest's own hash is the event's leaf in the proof log. Bytes are hashed, stored and published as they
// are.
package fact
