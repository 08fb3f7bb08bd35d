package paper

import (
	"gongbao/coinsurance/settlement"
	"gongbao/internal/sheet"
)

// Columns are a paper's columns as a table with their names, in their order.
func Columns(kind settlement.PaperKind) []sheet.Heading {
	return map[settlement.PaperKind][]sheet.Heading{
		Statement: statementColumns, Letter: letterColumns, Confirmation: balanceColumns,
	}[kind]
}
