package sheet

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/text"
)

// BadRow is a row that cannot be imported, with the column that is at fault.
type BadRow struct {
	Row    int    `json:"row"`    // line of the file, the header is 1
	Column string `json:"column"` // "" when the row as a whole is refused
	Reason string `json:"reason"`
}

// Row reads the cells of one row and notes every fault. What a cell holds decides what it may be: a number is no text
// unless it can be written in one way only, a day is no amount, true is neither.
type Row struct {
	Number int // line of the file, the header is 1
	Bad    []BadRow

	cells []cell
	head  *header
	notes *notes
}

// Blank is a row that has no cells, to note faults of a row that has been read.
func Blank(number int) *Row { return &Row{Number: number} }

// cell is the cell of a column, an empty one when the file does not have the column.
func (r *Row) cell(column string) cell {
	if r.head == nil {
		return cell{}
	}
	there, known := r.head.places[column]
	if !known || there.at >= len(r.cells) {
		return cell{}
	}
	c := r.cells[there.at]
	if c.fault() != "" { // noted when the row was read
		return cell{}
	}
	if len(c.text) > cellMax {
		r.Fault(column, "the cell is longer than %d bytes", cellMax)
		return cell{}
	}
	return c
}

// check notes what is wrong with the row whoever reads it.
func (r *Row) check() {
	for i, c := range r.cells {
		if c.kind == kindEmpty {
			continue
		}
		if i >= len(r.head.names) || r.head.names[i] == "" {
			r.Fault(letters(i), "the cell stands outside the columns that the header names")
		} else if reason := c.fault(); reason != "" {
			r.Fault(r.head.names[i], "%s", reason)
		}
	}
	for _, there := range r.head.filled {
		if there.at >= len(r.cells) || r.cells[there.at].kind == kindEmpty {
			r.Fault(there.Name, "the cell is empty; a value is needed")
		}
	}
}

// Given says that the row has a value in the column, whatever it is.
func (r *Row) Given(column string) bool {
	there, known := r.head.places[column]
	return known && there.at < len(r.cells) && r.cells[there.at].kind != kindEmpty
}

// Has says that the table has the column.
func (r *Row) Has(column string) bool {
	_, known := r.head.places[column]
	return known
}

// Text is a cell that holds a text of one line, see text.LineFault; "" when it is empty or the file does not have the
// column.
func (r *Row) Text(column string) string {
	value := r.verbatim(column)
	if value == "" {
		return ""
	}
	if reason := text.LineFault(value); reason.Any() {
		r.Fault(column, "the text %s", reason)
		return ""
	}
	r.notes.look(r.Number, column, value)
	return strings.Clone(value)
}

// Prose is a cell that holds a text of one or more lines, see text.ProseFault.
func (r *Row) Prose(column string) string {
	value := strings.ReplaceAll(r.verbatim(column), "\r\n", "\n")
	if value == "" {
		return ""
	}
	if reason := text.ProseFault(value); reason.Any() {
		r.Fault(column, "the text %s", reason)
		return ""
	}
	r.notes.look(r.Number, column, value)
	return strings.Clone(value)
}

// verbatim is a cell as it is written: a text, or a whole number that is shown as it is kept.
func (r *Row) verbatim(column string) string {
	c := r.cell(column)
	switch {
	case c.kind == kindEmpty, c.kind == kindText:
		return c.text
	case c.kind == kindNumber && c.look == looksPlain && wholeNumber.MatchString(c.text):
		return c.text
	case c.kind == kindNumber:
		r.Fault(column, "the cell holds a number, and how it was written cannot be told; keep it as text")
	default:
		r.Fault(column, "the cell holds %s, which is no text; keep it as text", c.kind)
	}
	return ""
}

// String says what kind of value it is.
func (k kind) String() string {
	switch k {
	case kindDay:
		return "a day"
	case kindTruth:
		return "true or false"
	case kindNumber:
		return "a number"
	default:
		return "a text"
	}
}

// Fault notes what is wrong with a cell, the first reason only; with the row as a whole when the column is "".
func (r *Row) Fault(column, format string, args ...any) {
	if column != "" && slices.ContainsFunc(r.Bad, func(b BadRow) bool { return b.Column == column }) {
		return
	}
	r.Bad = append(r.Bad, BadRow{Row: r.Number, Column: column, Reason: fmt.Sprintf(format, args...)})
}

// Refuse notes a refusal of the whole row, field by field where it names fields.
func (r *Row) Refuse(err error) {
	if err == nil {
		return
	}
	refusal, ok := errors.AsType[*fault.Fault](err)
	if !ok || len(refusal.Fields) == 0 {
		r.Fault("", "%v", err)
		return
	}
	for _, field := range refusal.Fields {
		path := field.Path
		for _, inside := range []string{"facts.", "terms."} {
			path = strings.TrimPrefix(path, inside)
		}
		column, _, _ := strings.Cut(path, "[")
		r.Fault(column, "%s: %s", refusal.Code, field.Message)
	}
}

// Cell reads one cell, a text or a number, by parse; an empty cell is the fallback.
func Cell[T any](r *Row, column string, fallback T, parse func(string) (T, error)) T {
	c := r.cell(column)
	value := c.text
	switch c.kind {
	case kindEmpty:
		return fallback
	case kindText:
	case kindNumber:
		plain, err := plainNumber(value)
		if err != nil {
			r.Fault(column, "%v", err)
			return fallback
		}
		value = plain.String()
	default:
		r.Fault(column, "the cell holds %s", c.kind)
		return fallback
	}
	parsed, err := parse(value)
	if err != nil {
		r.Fault(column, "%v", err)
	}
	return parsed
}

// Day reads a day: YYYY-MM-DD, or a cell that a workbook shows as a day.
func (r *Row) Day(column string, fallback calendar.Date) calendar.Date {
	c := r.cell(column)
	switch c.kind {
	case kindEmpty:
		return fallback
	case kindText, kindDay:
	default:
		r.Fault(column, "the cell holds %s and is not shown as a day; give it the form of a day, or write YYYY-MM-DD", c.kind)
		return fallback
	}
	day, err := calendar.ParseDate(c.text)
	if err != nil {
		r.Fault(column, "%v", err)
	}
	return day
}

// Amount reads an amount that may be left out.
func (r *Row) Amount(column string) *money.Amount {
	if c := r.cell(column); c.kind == kindNumber && c.look == looksPercent {
		r.Fault(column, "the cell is shown as a percentage, which is no amount")
		return nil
	}
	return Cell(r, column, nil, func(text string) (*money.Amount, error) {
		amount, err := money.ParseAmount(text)
		return &amount, err
	})
}
