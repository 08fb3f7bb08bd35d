// Package sheet reads tables that people send, CSV or XLSX alike: a header that names the columns, and rows of which
// every fault is reported with its row, its column and the reason. It never trusts the size of what it is sent.
package sheet
