package zone

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/pg"
)

// Workday is a day of the calendar that was announced after the program was built 节假日安排.
type Workday struct {
	bun.BaseModel `bun:"table:workday"`

	Day  calendar.Date    `bun:"day,pk" json:"day"`
	Kind calendar.DayKind `bun:"kind"   json:"kind"`
	Name string           `bun:"name"   json:"name"`
}

var allWorkdays = pg.Select[Workday, pg.None](files, "AllWorkdays")

// Workdays is the calendar that terms in working days are counted by: what came with the program, and what was imported
// since.
func Workdays(ctx context.Context, handle bun.IDB) (calendar.Workdays, error) {
	days, err := pg.Listed[Workday](ctx, handle, allWorkdays.With(pg.None{}))
	return workdaysOf(days), err
}

// WorkdaysIn asks for the calendar among other reads; it is given once they have run.
func WorkdaysIn(reads *pg.Reads) func() calendar.Workdays {
	var days []Workday
	pg.ListIn(reads, allWorkdays.With(pg.None{}), &days)
	return func() calendar.Workdays { return workdaysOf(days) }
}

func workdaysOf(days []Workday) calendar.Workdays {
	if len(days) == 0 {
		return calendar.Announced()
	}
	exceptions := make([]calendar.Exception, len(days))
	for i, day := range days {
		exceptions[i] = calendar.Exception{Day: day.Day, Kind: day.Kind, Name: day.Name}
	}
	return calendar.Announced().With(exceptions)
}
