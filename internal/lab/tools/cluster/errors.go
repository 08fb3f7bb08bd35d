package cluster

import "errors"

// What is missing, or not as it was pinned.
var (
	ErrNoJava  = errors.New("a real Kafka needs Java 17 or newer; on Debian: apt-get install openjdk-17-jre-headless")
	ErrNoMaven = errors.New("no Maven, by which Apache Kafka comes; on Debian: apt-get install maven")
	ErrNoJars  = errors.New("no Apache Kafka was brought by Maven")
	ErrOther   = errors.New("a jar is not the one that was pinned in jars.sum")
)
