package sheet

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"

	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/money"
	"gongbao/internal/text"
)

// Cells are one row that is written. A string is a text, which may come from anybody; an amount, a share, a ratio, a
// day, an instant and a whole number are our own and are written as such. Nil is an empty cell.
type Cells []any

// Heading is a column that is written, as people of three trades call it: by its code, in Chinese, and in English.
type Heading struct{ Code, Chinese, English string }

func codesOf(headings []Heading) Cells {
	codes := make(Cells, len(headings))
	for i, heading := range headings {
		codes[i] = heading.Code
	}
	return codes
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
	case decimal.Decimal:
		return cell.String(), nil
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
