// Package iso20022 writes payment files for a bank and reads what the bank answers, in the messages of ISO 20022:
//
//   - pain.001.001.09, customer credit transfer initiation: Write
//   - pain.002 from version 03, customer payment status report: ReadStatus
//   - camt.053 and camt.054 from version 02, account statement and notification: ReadEntries
//
// It knows messages and no pool: what an order is, and which entry pays it, is said above. Messages are read by the
// local names of their elements, whatever the prefix and the version, because banks differ in both; nothing that a
// message leaves out is taken for nothing: a transfer without an amount is an *Unreadable, not a zero.
//
// A file from a bank is hostile until read: a document type, which could define entities, is refused, and so are
// nesting, texts, elements and sizes beyond the Limits.
package iso20022
