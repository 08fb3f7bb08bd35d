// Package bank is a bank to practise with. It takes a payment file as a bank does, counts it again, and writes what a
// bank answers: what becomes of each payment (pain.002), and what it booked on the accounts (camt.054), with payments
// that it rejects or sends back as it is told.
//
// It keeps the accounts of all payers and payees, as no bank does, so that both sides of a payment are in one
// notification. It remembers nothing, so it books a file again that it is given again, under the same references.
//
// It shares no code with internal/iso20022, which writes what it reads and reads what it writes.
package bank
