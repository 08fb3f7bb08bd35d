package paper

import "gongbao/internal/sheet"

// Columns are a paper's columns as a table with their names, in their order.
func Columns(kind Kind) []sheet.Heading {
	return map[Kind][]sheet.Heading{
		Statement: statementColumns, Letter: letterColumns, Confirmation: balanceColumns,
	}[kind]
}
