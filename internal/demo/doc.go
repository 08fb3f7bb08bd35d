// Package demo shows the whole thing on a sample zone, from the first agreement to the last event in the topic.
package demo
