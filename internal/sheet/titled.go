package sheet

import (
	"slices"
	"strings"

	"gongbao/internal/calendar"
)

// Titled says how a table stands in a file that is made to be printed: with titles above its header, columns that
// nobody asks for, and totals that are no rows.
type Titled struct {
	Titles func(cells []string) // is given each row above the header; may be nil
	Totals []string             // how rows begin that are skipped: 合计
}

const titlesMax = 50 // rows above a header

// names says that a row names all columns which are needed.
func names(cells []cell, allowed []Column) bool {
	return !slices.ContainsFunc(allowed, func(column Column) bool {
		return column.Needed && !slices.ContainsFunc(cells, func(c cell) bool {
			return c.kind == kindText && c.text == column.Name
		})
	})
}

func textsOf(cells []cell) []string {
	texts := make([]string, len(cells))
	for i, c := range cells {
		texts[i] = strings.Clone(c.text)
	}
	return texts
}

// total says that a row is none of the table's, by how it begins.
func (t *Titled) total(begins string) bool {
	return t != nil && slices.ContainsFunc(t.Totals, func(word string) bool { return strings.HasPrefix(begins, word) })
}

// DayIn reads a day that is written in one of several forms, or a cell that a workbook shows as a day.
func (r *Row) DayIn(column string, parse func(string) (calendar.Date, error)) calendar.Date {
	if r.cell(column).kind == kindDay {
		return r.Day(column, calendar.Date{})
	}
	return Cell(r, column, calendar.Date{}, parse)
}
