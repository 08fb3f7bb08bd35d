// Package auditor is the little auditor of the simulation: a second bookkeeper who knows what a scenario's statements
// mean and nothing of how the house does it. It imports the standard library only, so its sums are its own: rounding,
// split, days and accounts are written down here a second time, from the page that says what the figures mean.
//
// It keeps the figures of every policy and claim at 100 % and derives everything else from them: what each member's
// portion is, what stands on each account, what members owe each other. A move is played by changing the figures and
// taking the difference.
package auditor
