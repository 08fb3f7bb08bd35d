package coinsurance

import (
	"context"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
)

// Workday is a day of the calendar that was announced after the program was built 节假日安排.
type Workday struct {
	bun.BaseModel `bun:"table:workday"`

	Day  calendar.Date    `bun:"day,pk" json:"day"`
	Kind calendar.DayKind `bun:"kind"   json:"kind"`
	Name string           `bun:"name"   json:"name"`
}

// Workdays is the calendar that terms in working days are counted by: what came with the program, and what was imported
// since.
func Workdays(ctx context.Context, handle bun.IDB) (calendar.Workdays, error) {
	var days []Workday
	if err := handle.NewSelect().Model(&days).Scan(ctx); err != nil {
		return calendar.Workdays{}, err
	}
	if len(days) == 0 {
		return calendar.Announced(), nil
	}
	exceptions := make([]calendar.Exception, len(days))
	for i, day := range days {
		exceptions[i] = calendar.Exception{Day: day.Day, Kind: day.Kind, Name: day.Name}
	}
	return calendar.Announced().With(exceptions), nil
}
