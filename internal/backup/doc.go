// Package backup takes the whole house into one file and brings it back, without any program of Postgres.
//
// A backup is what one transaction sees: every table, at one position of every pool's feed, and the documents that
// claims name. The file is a tar in zstd with a seal behind it, so that other people's programs can read it:
//
//	plan.json                    what follows: the schema, the pools with their positions, the tables with their columns
//	tables/NAME/000001.copy …    each table as Postgres' COPY writes text, in pieces
//	documents/SHA256 …           the documents, by their hash
//	manifest.json                the plan again, with rows, bytes and SHA-256 of every table
//	(seal)                       SHA-256 of every byte before it, in a frame that zstd passes over
//
// Tables come in the order in which they can be written back: what is referred to stands before what refers to it.
// Nothing is held in memory but a piece at a time.
package backup
