// Package outbox announces facts: they are written in the transaction that makes them true, as exact bytes, and one relay
// gives them their dense positions and publishes them to Kafka in that order.
package outbox
