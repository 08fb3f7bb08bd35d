// Package cluster runs a real Apache Kafka on 127.0.0.1, as one broker or three, plain or secured, for tests and for
// whoever wants to see the program beside the broker it is made for.
//
// Kafka comes as Maven artifacts. Their versions and checksums are pinned in jars.sum, and nothing runs that does not
// have them. Brokers are processes of ours: they are ended by their own id, and on Linux they end with us.
package cluster
