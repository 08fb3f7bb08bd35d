package sheet

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// BadRow is a row that cannot be imported, with the column that is at fault.
type BadRow struct {
	Row    int    `json:"row"`    // line of the file, the header is 1
	Column string `json:"column"` // "" when the row as a whole is refused
	Reason string `json:"reason"`
}

// Row reads the cells of one row and notes every fault.
type Row struct {
	Number int // line of the file, the header is 1
	Bad    []BadRow

	cells   []string
	columns map[string]int
	epoch   int
	serial  bool // days may be serial numbers
}

// Blank is a row that has no cells, to note faults of a row that has been read.
func Blank(number int) *Row { return &Row{Number: number} }

// Text is a cell, "" when the file does not have the column or the row ends before it.
func (r *Row) Text(column string) string {
	at, there := r.columns[column]
	if !there || at >= len(r.cells) {
		return ""
	}
	text := strings.TrimSpace(r.cells[at])
	if len(text) > cellMax {
		r.Fault(column, "the cell is longer than %d bytes", cellMax)
		return ""
	}
	return strings.Clone(text)
}

// Fault notes what is wrong with a cell; with the row as a whole when the column is "".
func (r *Row) Fault(column, format string, args ...any) {
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

// Cell reads one cell by parse; an empty cell is the fallback.
func Cell[T any](r *Row, column string, fallback T, parse func(string) (T, error)) T {
	text := r.Text(column)
	if text == "" {
		return fallback
	}
	value, err := parse(text)
	if err != nil {
		r.Fault(column, "%v", err)
	}
	return value
}

// Day reads a day: YYYY-MM-DD, or the serial number a workbook keeps it as.
func (r *Row) Day(column string, fallback calendar.Date) calendar.Date {
	return Cell(r, column, fallback, func(text string) (calendar.Date, error) {
		if days, err := strconv.Atoi(text); err == nil && r.serial && days > 0 && days < lastSerial {
			return serialEpoch.AddDays(days + r.epoch), nil
		}
		return calendar.ParseDate(text)
	})
}

// serialEpoch is day 0 of a workbook that counts from 1900: two days early, for the day 0 and for the 29th of February
// 1900, which never was.
var serialEpoch = calendar.MustDate("1899-12-30")

const lastSerial = 2_958_466 // the day after 9999-12-31

// Amount reads an amount that may be left out.
func (r *Row) Amount(column string) *money.Amount {
	return Cell(r, column, nil, func(text string) (*money.Amount, error) {
		amount, err := money.ParseAmount(text)
		return &amount, err
	})
}
