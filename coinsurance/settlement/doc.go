// Package settlement says what the members of a pool pay each other 结算.
//
// What is built so far is the last step of it, from what members owe each other to payment orders.
package settlement
