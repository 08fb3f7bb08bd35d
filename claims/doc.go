// Package claims is the claims wing 理赔: from first notice to closing, on the same shares as the premium.
//
// A claim stands at to-date figures at 100 %; each event takes it to the next standing, and the book follows by the
// difference. Who may move it and where it may go is in claim.go.
package claims
