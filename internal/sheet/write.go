package sheet

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gongbao/internal/calendar"
	"gongbao/internal/clock"
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

// Cells are one row that is written. A string is a text, which may come from anybody; an amount, a share, a day, an
// instant and a whole number are our own and are written as such. Nil is an empty cell.
type Cells []any

// Heading is a column that is written, as people of three trades call it: by its code, in Chinese, and in English.
type Heading struct{ Code, Chinese, English string }

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

func codesOf(headings []Heading) Cells {
	codes := make(Cells, len(headings))
	for i, heading := range headings {
		codes[i] = heading.Code
	}
	return codes
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
	case nil:
		return "", nil
	case string:
		return Harmless(cell), nil
	case money.Amount:
		return cell.String(), nil
	case money.Share:
		return cell.Percent(), nil
	case time.Time:
		return cell.In(clock.Zone).Format(time.RFC3339), nil
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
