package calendar_test

import (
	"testing"

	"gongbao/internal/calendar"
)

func TestWorkdays(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		from        string
		days        int
		want        string
		provisional bool
	}{
		{"2026-01-05", 0, "2026-01-05", false},
		{"2026-01-05", 5, "2026-01-12", false}, // over a weekend
		{"2025-12-31", 1, "2026-01-04", false}, // 1 to 3 January are off, Sunday the 4th is worked
		{"2026-02-13", 1, "2026-02-14", false}, // the Saturday before the Spring Festival is worked
		{"2026-02-14", 1, "2026-02-24", false}, // and then nine days are off
		{"2099-01-02", 1, "2099-01-05", true},  // Friday to Monday, as far as anybody knows
	} {
		day, provisional := calendar.Announced().Add(calendar.MustDate(test.from), test.days)
		if day.String() != test.want || provisional != test.provisional {
			t.Errorf("%s and %d working days: %s (provisional %v), want %s", test.from, test.days, day, provisional, test.want)
		}
	}
}

// A year that is announced later is counted from then on, and a day may be announced again.
func TestWorkdaysAnnouncedLater(t *testing.T) {
	t.Parallel()
	day := calendar.MustDate
	known := calendar.Announced()
	eve := day("2030-12-31")
	if got, provisional := known.Add(eve, 1); got != day("2031-01-01") || !provisional {
		t.Errorf("before it is announced: %s (provisional %v)", got, provisional)
	}
	later := known.With([]calendar.Exception{
		{Day: day("2031-01-01"), Kind: calendar.Holiday}, {Day: day("2031-01-04"), Kind: calendar.Worked},
	})
	if got, provisional := later.Add(eve, 1); got != day("2031-01-02") || provisional {
		t.Errorf("once it is announced: %s (provisional %v)", got, provisional)
	}
	if works, _ := later.Works(day("2031-01-04")); !works { // a Saturday
		t.Error("a weekend that is worked is off")
	}
	again := later.With([]calendar.Exception{{Day: day("2031-01-01"), Kind: calendar.Worked}})
	if works, _ := again.Works(day("2031-01-01")); !works {
		t.Error("the newer announcement does not count")
	}
	if works, _ := known.Works(day("2031-01-01")); !works {
		t.Error("the older calendar has changed")
	}
}
