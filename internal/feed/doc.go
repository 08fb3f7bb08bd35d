// Package feed reads what the relay has published: for principals from the database, for tools from the topic. It
// compares the two, and lets a feed that has forked go on in a topic of its own.
package feed
