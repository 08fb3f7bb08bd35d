// Package outbox announces facts: each is written in the transaction that makes it true, as exact bytes. What is
// written here the relay publishes.
package outbox
