package product

import (
	"gongbao/internal/calendar"
	"gongbao/internal/sheet"
)

// FactColumns are the columns in which a file of policies says the facts.
func FactColumns() []sheet.Column {
	columns := make([]sheet.Column, 0, len(AllFacts))
	for _, f := range AllFacts {
		columns = append(columns, sheet.May(f.Name, f.Help))
	}
	return columns
}

// ReadFacts reads the facts of a row; what is wrong with one stands in the row.
func ReadFacts(r *sheet.Row, into *Facts) {
	for _, f := range AllFacts {
		if err := f.Set(into, f.read(r)); err != nil {
			r.Fault(f.Name, "%v", err)
		}
	}
}

// read gives a fact as it is written in a row, "" when it is not given.
func (f Fact) read(r *sheet.Row) string {
	switch {
	case f.day != nil:
		if day := r.Day(f.Name, calendar.Date{}); !day.IsZero() {
			return day.String()
		}
		return ""
	case f.number != nil || f.amount != nil:
		return sheet.Cell(r, f.Name, "", func(number string) (string, error) { return number, nil })
	default:
		return r.Text(f.Name)
	}
}
