package settlement

import (
	"time"

	"gongbao/internal/calendar"
)

// extent says which postings a statement took in: those that count by its end, were recorded by its cut, and lie in no
// rectangle of the statements that stood when it was drawn.
type extent struct {
	cut    time.Time
	ends   calendar.Date
	before rectangle
}

// extentOf is the extent of a statement among all of its pool. Only the latest that stands is ever cancelled: so one
// that is cancelled and was drawn before another that stands, was cancelled before that was drawn.
func extentOf(all []Statement, statement *Statement) extent {
	var standing []Statement
	for _, other := range all {
		if other.Number < statement.Number && (other.stands() || !statement.stands() && other.Recorded.After(statement.Cut)) {
			standing = append(standing, other)
		}
	}
	return extent{statement.Cut, statement.Ends, rectangleOf(standing)}
}

// rectangle is what statements have taken in: a cut and an end of each.
type rectangle struct {
	Cuts       []time.Time
	EndsBefore []string
}

func rectangleOf(standing []Statement) rectangle {
	area := rectangle{Cuts: []time.Time{}, EndsBefore: []string{}}
	for _, statement := range standing {
		area.Cuts, area.EndsBefore = append(area.Cuts, statement.Cut), append(area.EndsBefore, statement.Ends.String())
	}
	return area
}
