// Package relay gives committed events their dense positions, pool by pool, and publishes them to Kafka in that order.
package relay
