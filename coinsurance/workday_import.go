package coinsurance

import (
	"context"
	"io"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/outbox"
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
// replaced. Clocks that run keep the day they were given.
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
	read := sheet.Report{DryRun: cmd.DryRun, BadRows: []sheet.BadRow{}}
	var days []Workday
	err := readRows(cmd.Source, cmd.Ways, WorkdayColumns, &read, func(row *sheet.Row) {
		day := Workday{
			Day: row.Day("date", calendar.Date{}), Kind: calendar.DayKind(row.Text("kind")), Name: row.Text("name"),
		}
		if day.Kind != calendar.Holiday && day.Kind != calendar.Worked {
			row.Fault("kind", "%q is neither %s nor %s", day.Kind, calendar.Holiday, calendar.Worked)
		}
		var check checklist
		field.LineIf(&check.Check, "name", day.Name, textMax)
		row.Refuse(check.Refuse(ErrImportRefused))
		if len(row.Bad) == 0 {
			days = append(days, day)
		}
	})
	if err != nil {
		return sheet.Report{}, err
	}
	report, err := sheet.Run(ctx, s.db, cmd.Ways, read, func(ctx context.Context, tx bun.Tx, r *sheet.Report) error {
		return s.addWorkdays(ctx, tx, cmd.By, days, r)
	})
	return report, orBadRows(err, report)
}

func (s *Service) addWorkdays(
	ctx context.Context, tx bun.Tx, by access.Principal, days []Workday, report *sheet.Report,
) error {
	detail := WorkdaysImported{}
	for i := range days {
		result, err := tx.NewInsert().Model(&days[i]).
			On("CONFLICT (day) DO UPDATE SET kind = excluded.kind, name = excluded.name").
			Where("(workday.kind, workday.name) <> (excluded.kind, excluded.name)").Exec(ctx)
		if err != nil {
			return err
		}
		made, err := result.RowsAffected()
		if err != nil {
			return err
		}
		if made == 0 {
			report.Known++
			continue
		}
		report.Imported++
		detail.Days = append(detail.Days, days[i])
	}
	if len(detail.Days) == 0 {
		return nil
	}
	now := s.clock.Now()
	id := outbox.NewID(now)
	return outbox.Append(ctx, tx, outbox.Fact{
		ID: id, Pool: Zone, Type: EventWorkdaysImported, Subject: "workdays/" + id.String(), SubjectVersion: 1,
		Effective: calendar.DateOf(now), Recorded: now, By: by, Data: detail,
	})
}
