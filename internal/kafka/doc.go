// Package kafka connects to Kafka: one configuration for every client, topics made explicitly, and reading helpers.
//
// What the records say is none of its business; see internal/outbox.
package kafka
