package sheet

import (
	"errors"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"
)

// kind is what a cell holds. A workbook tells; in a CSV a cell is a text or empty.
type kind uint8

const (
	kindEmpty kind = iota
	kindText
	kindNumber
	kindDay     // YYYY-MM-DD, or what the workbook has instead where it is no whole day
	kindTruth   // true or false
	kindError   // #N/A and the like
	kindFormula // whose value is not in the file
	kindMerged  // with its neighbours
)

// look is how a workbook shows a number to people.
type look uint8

const (
	looksPlain   look = iota // all its digits
	looksOther               // rounded, padded, with a currency …
	looksPercent             // a hundred times as much
	looksDay
)

// cell is one cell.
type cell struct {
	kind kind
	look look   // of a number
	text string // without blanks around it
}

// fault says why nobody may take a value from the cell, or "".
func (c cell) fault() string {
	switch c.kind {
	case kindError:
		return "the cell holds an error value of the spreadsheet"
	case kindFormula:
		return "the cell holds a formula without its value; open and save the file in a spreadsheet, or paste the value"
	case kindMerged:
		return "the cell is merged with others; give every row a cell of its own"
	default:
		return ""
	}
}

// errorValue is what spreadsheets write where a formula failed.
var errorValue = regexp.MustCompile(`(?i)^(#(N/A|REF!|VALUE!|DIV/0!|NUM!|NAME\?|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|` +
	`CONNECT!|UNKNOWN!|BUSY!|EXTERNAL!|PYTHON!|GETTING_DATA)|Err:[0-9]{3})$`)

// written is a cell that holds a text.
func written(value string) cell {
	value = strings.TrimSpace(value)
	switch {
	case value == "":
		return cell{}
	case (value[0] == '#' || value[0] == 'E' || value[0] == 'e') && errorValue.MatchString(value):
		return cell{kind: kindError, text: value}
	default:
		return cell{kind: kindText, text: value}
	}
}

// A workbook keeps a number as a float and shows at most fifteen digits of it.
const (
	shownDigits = 15
	wholeMax    = 13 // digits before the point, so that the fen are among the fifteen
	powerMax    = 25
)

// wholeNumber is a number that is written in one way only.
var wholeNumber = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})$`)

// plainNumber is a number of a workbook with the digits that it shows: 1234.56 for 1234.5599999999999, 60000000 for
// 6.0E7. It refuses one of which the fifteen digits are not all. There is no float in it.
func plainNumber(raw string) (decimal.Decimal, error) {
	exact, err := decimal.NewFromString(raw)
	if err != nil {
		return decimal.Decimal{}, errors.New("the number in the cell cannot be read")
	}
	power := exact.NumDigits() + int(exact.Exponent()) // digits before the point
	switch {
	case power > powerMax || power < -powerMax:
		return decimal.Decimal{}, errors.New("the number in the cell is too large or too small to be told")
	case exact.NumDigits() <= shownDigits:
		return exact, nil
	case power > wholeMax:
		return decimal.Decimal{}, errors.New("a number cell does not keep so many digits; keep it as text")
	}
	return exact.Round(int32(shownDigits - power)), nil
}

func blank(cells []cell) bool {
	for _, c := range cells {
		if c.kind != kindEmpty {
			return false
		}
	}
	return true
}

// begins is the first text of a row.
func begins(cells []cell) string {
	for _, c := range cells {
		if c.kind != kindEmpty {
			return c.text
		}
	}
	return ""
}
