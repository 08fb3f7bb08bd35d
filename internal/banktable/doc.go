// Package banktable reads the statements of accounts that Chinese banks let their customers export as CSV or XLSX
// 银行流水, to the entries that a camt.053 gives. How a bank writes its table is data: see profiles.json. Nothing is
// guessed: a row that does not say which way money went, or how much, is a fault of the row.
package banktable
