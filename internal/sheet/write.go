package sheet

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
)

// Format is how a table is written.
type Format string

// The two formats of tables, read and written.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// byteOrderMark begins every CSV: without it spreadsheets in China take UTF-8 for GBK.
const byteOrderMark = "\ufeff"

// Write writes a table, row by row as fill gives them. It fails for a cell of another type than Cells has.
func Write(to io.Writer, format Format, header []string, fill func(row func(Cells) error) error) error {
	headings := make([]Heading, len(header))
	for i, name := range header {
		headings[i].Code = name
	}
	return WriteTable(to, format, headings, fill)
}

// WriteTable writes a table whose columns have names in other languages: a workbook says them on a sheet of their own,
// behind the rows. The rows are not kept: however many there are, the memory is the same. The same rows are the same
// bytes.
func WriteTable(to io.Writer, format Format, headings []Heading, fill func(row func(Cells) error) error) error {
	if format == XLSX {
		return writeWorkbook(to, headings, rowsMax, fill)
	}
	return writeCSV(to, func(row func(Cells) error) error {
		return errors.Join(row(codesOf(headings)), fill(row))
	})
}

func writeCSV(to io.Writer, fill func(row func(Cells) error) error) error {
	buffered := bufio.NewWriter(to)
	if _, err := buffered.WriteString(byteOrderMark); err != nil {
		return err
	}
	writer := csv.NewWriter(buffered)
	var record []string
	err := fill(func(cells Cells) error {
		record = record[:0]
		for _, cell := range cells {
			written, err := plain(cell)
			if err != nil {
				return err
			}
			record = append(record, written)
		}
		return writer.Write(record)
	})
	if err != nil {
		return err
	}
	writer.Flush()
	return errors.Join(writer.Error(), buffered.Flush())
}
