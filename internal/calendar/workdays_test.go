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
		day, provisional := calendar.MustDate(test.from).AddWorkdays(test.days)
		if day.String() != test.want || provisional != test.provisional {
			t.Errorf("%s and %d working days: %s (provisional %v), want %s", test.from, test.days, day, provisional, test.want)
		}
	}
}
