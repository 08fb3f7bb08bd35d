// Package ledger owns the books 台账: one per member insurer, with a closed chart of accounts, journals of postings,
// periods that close, and balances by two dates: the effective day and the instant they were known.
//
// A posting moves a positive amount from a credit account to a debit account inside one book, so each balances by
// itself. Between members postings come in mirrored pairs. Nothing is ever changed: a correction is a reversal and a
// new journal.
//
// The package does not decide what an event does to the books: that is the posting rule of the wing that announces it.
package ledger
