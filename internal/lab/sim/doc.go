// Package sim lives a seeded random life of three pools through the scenario player, and compares what the ledger says
// with what an independent little auditor (sim/auditor) foretells.
//
// A life is a list of statements of the scenario language. It depends on the seed and on the auditor alone, never on
// the ledger, so the same seed is the same list, and every beginning of a run is a scenario file. The pools of a day
// are played at the same time, because nothing of one concerns another; what concerns them all waits for all.
//
// Banks pay orders in parts and send payments back, for which scenarios have no words. Such a move asks the service
// itself, twice with one key, and stands in a scenario as a comment.
//
// A difference stops the run. The shortest beginning that shows it is sought in fresh ledgers, what is not needed is
// dropped, and what is left is written down as a scenario whose last line fails.
package sim
