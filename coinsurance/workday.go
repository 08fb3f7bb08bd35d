package coinsurance

import (
	"context"
	"database/sql"

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

// Workdays is the calendar that terms in working days are counted by: what came with the program, and what was imported
// since.
func Workdays(ctx context.Context, handle bun.IDB) (calendar.Workdays, error) {
	var exceptions []calendar.Exception
	err := pg.Rows(ctx, handle, `SELECT day, kind, name FROM workday`, nil, func(rows *sql.Rows) error {
		var day calendar.Exception
		err := rows.Scan(&day.Day, &day.Kind, &day.Name)
		exceptions = append(exceptions, day)
		return err
	})
	if err != nil || len(exceptions) == 0 {
		return calendar.Announced(), err
	}
	return calendar.Announced().With(exceptions), nil
}

// WorkdaysIn asks for the calendar among other reads; it is given once they have run.
func WorkdaysIn(reads *pg.Reads) func() calendar.Workdays {
	var rows []Workday
	pg.List(reads, &rows, "")
	return func() calendar.Workdays {
		if len(rows) == 0 {
			return calendar.Announced()
		}
		exceptions := make([]calendar.Exception, len(rows))
		for i, row := range rows {
			exceptions[i] = calendar.Exception{Day: row.Day, Kind: row.Kind, Name: row.Name}
		}
		return calendar.Announced().With(exceptions)
	}
}
