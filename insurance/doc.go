// Package insurance owns policies and premiums 保单、保费: what was promised, when it came into force, what it
// costs, what was taken in and what a cancellation gives back.
//
// It decides what a policy's money stands at, at 100 %. It does not decide how a total is divided: that is the share
// table of coinsurance; nor how a book is kept: that is ledger.
//
// What may be sold, and by which rules, is product.
//
// To follow a premium, read premium_receive.go and change.go.
package insurance
