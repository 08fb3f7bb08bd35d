package zone_test

import (
	"errors"
	"strings"
	"testing"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/sheet"
	"gongbao/zone"
)

func TestImportMembers(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	const good = "code,name,capital\nM1,甲示例财险,1000000.00\nM2,乙示例财险,\n"
	run := func(text string, ways sheet.Ways) (sheet.Report, error) {
		return z.ImportMembers(t.Context(), zone.ImportMembers{By: clerk, Source: strings.NewReader(text), Ways: ways})
	}
	if _, err := z.ImportMembers(t.Context(), zone.ImportMembers{
		By: access.Person("x", access.Member, "A", access.Settlement), Source: strings.NewReader(good),
	}); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("by a member: %v", err)
	}
	if _, err := run("code,colour\n", sheet.Ways{}); !errors.Is(err, zone.ErrImportUnreadable) {
		t.Errorf("an unknown column: %v", err)
	}
	bad := good + "M3,,-1\nM1,另一家,1000000.00\n"
	report, err := run(bad, sheet.Ways{})
	if !errors.Is(err, zone.ErrImportRefused) || report.Bad != 2 || report.Imported != 0 {
		t.Errorf("bad rows: %v %+v", err, report)
	}
	for _, step := range []struct {
		name            string
		text            string
		ways            sheet.Ways
		imported, known int
	}{
		{"a rehearsal", good, sheet.Ways{DryRun: true}, 2, 0},
		{"the good rows", bad, sheet.Ways{SkipBad: true}, 2, 0},
		{"again", good, sheet.Ways{}, 0, 2},
	} {
		if report, err := run(step.text, step.ways); err != nil || report.Imported != step.imported ||
			report.Known != step.known {
			t.Errorf("%s: %v %+v", step.name, err, report)
		}
	}
}

func TestImportWorkdays(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	run := func(text string, by access.Principal, ways sheet.Ways) (sheet.Report, error) {
		return z.ImportWorkdays(t.Context(), zone.ImportWorkdays{By: by, Source: strings.NewReader(text), Ways: ways})
	}
	const good = "date,kind,name\n2031-01-01,holiday,元旦\n2031-01-04,workday,元旦\n"
	if _, err := run(good, access.Person("x", access.Member, "A", access.Settlement), sheet.Ways{}); !errors.Is(
		err, access.ErrForbidden,
	) {
		t.Errorf("by a member: %v", err)
	}
	if _, err := run("day\n", clerk, sheet.Ways{}); !errors.Is(err, zone.ErrImportUnreadable) {
		t.Errorf("columns missing: %v", err)
	}
	bad := good + "2031-02-30,holiday,\n2031-05-01,sleep,\n"
	if report, err := run(bad, clerk, sheet.Ways{}); !errors.Is(err, zone.ErrImportRefused) || report.Bad != 2 {
		t.Errorf("bad rows: %v %+v", err, report)
	}
	for _, step := range []struct {
		text            string
		imported, known int
	}{{good, 2, 0}, {good, 0, 2}, {strings.Replace(good, "04,workday", "04,holiday", 1), 1, 1}} {
		if report, err := run(step.text, clerk, sheet.Ways{}); err != nil || report.Imported != step.imported ||
			report.Known != step.known {
			t.Errorf("%v %+v", err, report)
		}
	}
	days, err := zone.Workdays(t.Context(), z.db)
	if err != nil {
		t.Fatal(err)
	}
	if due, provisional := days.Add(calendar.MustDate("2030-12-31"), 1); due.String() != "2031-01-02" || provisional {
		t.Errorf("after the year's end: %s (provisional %v)", due, provisional)
	}
}
