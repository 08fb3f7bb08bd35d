// Package settlement says what the members of a pool owe each other for a period, lets them dispute it, and makes the
// payments that meet it 结算.
//
// A statement 对账单 is drawn from the book by two dates: what is effective by the period's end, was recorded by the cut
// and is on no earlier statement that stands. Nothing in the book is marked. A run of settlement takes the items of a
// statement that nobody disputes, nets them as the agreement says, and makes payment orders; when an order is paid, its
// items are brought to zero in the book.
package settlement
