package ledger

import (
	"errors"
	"testing"

	"gongbao/internal/calendar"
)

// Which month may be closed, without a database.
func TestCheckClose(t *testing.T) {
	t.Parallel()
	january, february := calendar.MustMonth("2026-01"), calendar.MustMonth("2026-02")
	for name, test := range map[string]struct {
		next, month calendar.Month
		today       string
		wanted      error
	}{
		"OK on the day after":         {january, january, "2026-02-01", nil},
		"OK long after":               {january, january, "2027-02-01", nil},
		"Err no postings":             {calendar.Month{}, january, "2026-02-01", ErrPeriodClosed},
		"Err a second time":           {february, january, "2026-03-01", ErrPeriodClosed},
		"Err out of order":            {january, february, "2026-03-01", ErrPeriodClosed},
		"Err on the last of its days": {january, january, "2026-01-31", ErrPeriodClosed},
	} {
		if err := CheckClose("IC", test.next, test.month, calendar.MustDate(test.today)); !errors.Is(err, test.wanted) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
