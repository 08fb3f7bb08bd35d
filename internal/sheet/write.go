package sheet

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/text"
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

// Cells are one row that is written. A string is a text, which may come from anybody; an amount, a day and a whole
// number are our own and are written as such.
type Cells []any

// Write writes a table, row by row as fill gives them. It fails for a cell of another type than Cells has.
func Write(to io.Writer, format Format, header []string, fill func(row func(Cells) error) error) error {
	names := make(Cells, len(header))
	for i, name := range header {
		names[i] = name
	}
	write := writeCSV
	if format == XLSX {
		write = writeWorkbook
	}
	return write(to, func(row func(Cells) error) error {
		return errors.Join(row(names), fill(row))
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

// plain is a cell in characters.
func plain(cell any) (string, error) {
	switch cell := cell.(type) {
	case string:
		return Harmless(cell), nil
	case money.Amount:
		return cell.String(), nil
	case calendar.Date:
		if cell.IsZero() {
			return "", nil
		}
		return cell.String(), nil
	case int:
		return strconv.Itoa(cell), nil
	default:
		return "", fmt.Errorf("a cell cannot be a %T", cell)
	}
}

// formulaStarts are the characters by which a spreadsheet knows a formula, with their full-width forms, which some
// spreadsheets take for the same.
const formulaStarts = "=+-@＝＋－＠"

// Harmless is a text as it stands in a table that people open: a text that a spreadsheet would take for a formula
// begins with an apostrophe, as people write it by hand. It looks behind blanks and characters that nobody sees. The
// apostrophe stands in workbooks too, though there a text is never a formula: it must still be none when the workbook
// is saved as CSV.
func Harmless(value string) string {
	seen := strings.TrimLeftFunc(value, func(r rune) bool { return unicode.IsSpace(r) || text.Fault(string(r)).Any() })
	begun := value != seen && strings.ContainsAny(value[:len(value)-len(seen)], "\t\r\n")
	if begun || seen != "" && strings.ContainsRune(formulaStarts, []rune(seen)[0]) {
		return "'" + value
	}
	return value
}

func writeWorkbook(to io.Writer, fill func(row func(Cells) error) error) (err error) {
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
	looks, err := newLooks(book)
	if err != nil {
		return err
	}
	number := 0
	err = fill(func(cells Cells) error {
		number++
		at, err := excelize.CoordinatesToCellName(1, number)
		if err != nil {
			return err
		}
		values := make([]any, len(cells))
		for i, cell := range cells {
			if values[i], err = looks.of(cell); err != nil {
				return err
			}
		}
		return stream.SetRow(at, values)
	})
	if err != nil {
		return err
	}
	if err := stream.Flush(); err != nil {
		return err
	}
	_, err = book.WriteTo(to)
	return err
}

// looks are the styles by which a workbook shows numbers.
type looks struct{ amount, day int }

const amountLook = 4 // #,##0.00, as every spreadsheet has it

func newLooks(book *excelize.File) (*looks, error) {
	amount, err := book.NewStyle(&excelize.Style{NumFmt: amountLook})
	if err != nil {
		return nil, err
	}
	form := "yyyy-mm-dd"
	day, err := book.NewStyle(&excelize.Style{CustomNumFmt: &form})
	return &looks{amount: amount, day: day}, err
}

// of is a cell as a workbook keeps it: amounts are numbers as far as a spreadsheet keeps them apart, and text beyond.
func (l *looks) of(cell any) (any, error) {
	switch cell := cell.(type) {
	case money.Amount:
		if number, exact := cell.ToSheet(); exact {
			return excelize.Cell{StyleID: l.amount, Value: number}, nil
		}
	case calendar.Date:
		if !cell.Before(firstSerialDay) {
			return excelize.Cell{StyleID: l.day, Value: serialEpoch.DaysUntil(cell)}, nil
		}
	case int:
		return cell, nil
	}
	return plain(cell)
}

// firstSerialDay is the first after the day of 1900 that never was; days before it are not counted alike everywhere.
var firstSerialDay = calendar.MustDate("1900-03-01")
