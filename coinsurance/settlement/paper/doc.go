// Package paper writes what members are handed of settlement: the statement 对账单, the settlement letter 结算函 and the
// confirmation of balances 询证函, as CSV, XLSX and PDF. A paper is written once and kept under its SHA-256; whoever asks
// again gets the same bytes.
package paper
