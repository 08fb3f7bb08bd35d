package cluster

import "errors"

// What is missing, or not as it was pinned.
var (
	ErrNoJava  = errors.New("Apache Kafka needs Java 17 or newer; on Debian: apt-get install openjdk-17-jre-headless")
	ErrNoMaven = errors.New("Apache Kafka comes by Maven; on Debian: apt-get install maven")
	ErrNoJars  = errors.New("Maven did not bring Apache Kafka")
	ErrOther   = errors.New("a jar is not the one that was pinned in jars.sum")
)
