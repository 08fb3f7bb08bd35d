// Package money has exact amounts, shares and rates, and the few roundings the house knows.
//
// An Amount is a whole number of minor units (分, fen) with its currency; a Share is a fraction of a whole and a
// Rate is what an amount is multiplied by, both exact to eight decimals. They are three types, so a rate can never
// be added to an amount. All are comparable, and their zero values are zero yuan, no share and a rate of nothing.
//
// There is one rounding: half away from zero, to the fen. RoundFen does it for a decimal; Apply, NetOf and ProRata
// do it with 128-bit intermediates, once, at the end of an exact calculation. Division of decimals is not used,
// because it rounds twice.
//
// What does not fit is refused, never wrapped: texts beyond MaxAmount by an error, arithmetic by a panic with
// *Overflow, which pg.InTx turns into that error and a rollback. AddChecked is for callers outside a transaction.
package money
