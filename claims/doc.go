// Package claims is the claims wing 理赔: from first notice to closing, on the same shares as the premium.
//
// A claim's figures are to date, at 100 %. Every step of its life sets some of them, and the book follows by the
// difference. Where a claim may go is in claim.go, how every step is taken in change.go, what follows from a step in
// consequences.go, and what starts and ends a deadline in claim_deadlines.go.
package claims
