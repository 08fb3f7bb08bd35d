package sheet

import (
	"io"

	"github.com/xuri/excelize/v2"
)

// WriteTemplate writes a workbook to fill in: the columns as a header, and a sheet that says what each is.
func WriteTemplate(to io.Writer, columns []Column) (err error) {
	book := excelize.NewFile()
	defer func() {
		if closed := book.Close(); err == nil {
			err = closed
		}
	}()
	const table, help = "rows", "columns"
	if err := book.SetSheetName("Sheet1", table); err != nil {
		return err
	}
	if _, err := book.NewSheet(help); err != nil {
		return err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	for i, column := range columns {
		cell, err := excelize.CoordinatesToCellName(i+1, 1)
		if err != nil {
			return err
		}
		if column.Needed {
			if err := book.SetCellStyle(table, cell, cell, bold); err != nil {
				return err
			}
		}
		if err := book.SetCellStr(table, cell, column.Name); err != nil {
			return err
		}
		line, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := book.SetSheetRow(help, line, &[]string{column.Name, column.Rule(), column.Help}); err != nil {
			return err
		}
	}
	if err := book.SetColWidth(table, "A", "AZ", 18); err != nil { //nolint:mnd // characters
		return err
	}
	if err := book.SetColWidth(help, "A", "C", 40); err != nil { //nolint:mnd // characters
		return err
	}
	_, err = book.WriteTo(to)
	return err
}
