package zone

import (
	"context"
	"fmt"
	"io"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/fault"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/internal/sheet"
	"gongbao/internal/text/field"
)

// WorkdayColumns are the columns of a file of working days, as the calendar that comes with the program has them.
var WorkdayColumns = []sheet.Column{
	sheet.Needs("date", "the day that differs from its place in the week, YYYY-MM-DD"),
	sheet.Needs("kind", "holiday for a day off in the week, workday for a weekend that is worked"),
	sheet.May("name", "of the holiday it belongs to"),
}

// ImportWorkdays brings in what the State Council announces for a further year 导入节假日安排. A day that is known already is
// replaced, because the State Council changes its mind within a year, and the report says what it was. Clocks that run
// keep the day they were given.
type ImportWorkdays struct {
	By     access.Principal
	Source io.Reader // CSV or XLSX with a header, see WorkdayColumns
	sheet.Ways
}

// ImportWorkdays imports all rows or none, unless SkipBad. It refuses: access.forbidden, coinsurance.import_unreadable,
// coinsurance.import_refused; faults of rows are in the report.
func (s *Service) ImportWorkdays(ctx context.Context, cmd ImportWorkdays) (sheet.Report, error) {
	if err := cmd.By.RequireKind(access.Settlement, access.Manager); err != nil {
		return sheet.Report{}, err
	}
	read := sheet.Begun(cmd.Ways)
	var days []Workday
	seen := map[calendar.Date]int{} // row of the file
	err := sheet.Each(cmd.Source, cmd.Ways, WorkdayColumns, RowsMax, &read, func(row *sheet.Row) {
		day := Workday{
			Day: row.Day("date", calendar.Date{}), Kind: calendar.DayKind(row.Text("kind")), Name: row.Text("name"),
		}
		if day.Kind != calendar.Holiday && day.Kind != calendar.Worked {
			row.Fault("kind", "%q is neither %s nor %s", day.Kind, calendar.Holiday, calendar.Worked)
		}
		var check fault.Check
		field.LineIf(&check, "name", day.Name, NameMax)
		row.Refuse(check.Refuse(ErrImportRefused))
		if first, twice := seen[day.Day]; twice {
			row.Fault("date", "the day stands in row %d already", first)
		}
		seen[day.Day] = row.Number
		if len(row.Bad) == 0 {
			days = append(days, day)
		}
	})
	if err != nil {
		return sheet.Begun(cmd.Ways), sheet.Refused(err, ErrImportUnreadable)
	}
	report, err := sheet.Run(ctx, s.db, cmd.Ways, read, func(ctx context.Context, tx *pg.Tx, r *sheet.Report) error {
		return s.addWorkdays(ctx, tx, cmd.By, days, r)
	})
	return report, sheet.RefusedRows(err, report, ErrImportRefused)
}

func (s *Service) addWorkdays(
	ctx context.Context, tx *pg.Tx, by access.Principal, days []Workday, report *sheet.Report,
) error {
	detail := WorkdaysImported{}
	known, err := pg.Listed[Workday](ctx, tx, allWorkdays.With(pg.None{}))
	if err != nil {
		return err
	}
	stands := make(map[calendar.Date]Workday, len(known))
	for _, day := range known {
		stands[day.Day] = day
	}
	for i := range days {
		was, there := stands[days[i].Day]
		if there && len(sheet.Differences(was, days[i])) == 0 {
			report.Known++
			continue
		}
		if there {
			report.Notes = append(report.Notes, fmt.Sprintf("%s was a %s (%s) and is now a %s (%s)",
				was.Day, was.Kind, was.Name, days[i].Kind, days[i].Name))
		}
		pg.Put(tx, &days[i])
		report.Imported++
		detail.Days = append(detail.Days, days[i])
	}
	if len(detail.Days) == 0 {
		return nil
	}
	now := s.clock.Now()
	id := fact.NewID(now)
	return outbox.Append(ctx, tx, fact.Fact{
		ID: id, Pool: pg.Zone, Type: EventWorkdaysImported, Subject: "workdays/" + id.String(), SubjectVersion: 1,
		Effective: calendar.DateOf(now), Recorded: now, By: by, Audience: fact.Overseers, Data: detail,
	})
}
