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
	if err != nil || len(days) == 0 {
		return calendar.Announced(), err
	}
	exceptions := make([]calendar.Exception, len(days))
	for i, day := range days {
		exceptions[i] = calendar.Exception{Day: day.Day, Kind: day.Kind, Name: day.Name}
	}
	return calendar.Announced().With(exceptions), nil
}
