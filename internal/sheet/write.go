package sheet

import (
	"encoding/csv"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Format is how a table is written.
type Format string

// The two formats of tables, read and written.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Write writes a table, row by row as fill gives them.
func Write(to io.Writer, format Format, header []string, fill func(row func([]string) error) error) error {
	if format == XLSX {
		return writeWorkbook(to, header, fill)
	}
	writer := csv.NewWriter(to)
	if err := writer.Write(header); err != nil {
		return err
	}
	if err := fill(func(cells []string) error { return writer.Write(harmless(cells)) }); err != nil {
		return err
	}
	writer.Flush()
	return writer.Error()
}

// harmless keeps a spreadsheet from taking a text for a formula: names come from people.
func harmless(cells []string) []string {
	for i, cell := range cells {
		if cell != "" && strings.ContainsRune("=+@\t\r", rune(cell[0])) {
			cells[i] = "'" + cell
		}
	}
	return cells
}

func writeWorkbook(to io.Writer, header []string, fill func(row func([]string) error) error) (err error) {
	book := excelize.NewFile()
	defer func() {
		if closed := book.Close(); err == nil {
			err = closed
		}
	}()
	stream, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	number := 0
	row := func(cells []string) error {
		number++
		at, err := excelize.CoordinatesToCellName(1, number)
		if err != nil {
			return err
		}
		values := make([]any, len(cells))
		for i, cell := range cells {
			values[i] = cell
		}
		return stream.SetRow(at, values)
	}
	if err := row(header); err != nil {
		return err
	}
	if err := fill(row); err != nil {
		return err
	}
	if err := stream.Flush(); err != nil {
		return err
	}
	_, err = book.WriteTo(to)
	return err
}
