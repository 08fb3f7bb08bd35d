package settlement_test

import (
	"testing"

	"pgregory.net/rapid"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/calendar"
)

// daysOf are terms that give so many days to draw, to query and to reimburse.
func daysOf(statement, query, reimburse int) coinsurance.Terms {
	return coinsurance.Terms{StatementDays: statement, QueryDays: query, ReimburseDays: reimburse}
}

func TestTheCalendarOfAPeriod(t *testing.T) {
	t.Parallel()
	day := calendar.MustDate
	for _, test := range []struct {
		name                     string
		ends                     string
		taken                    settlement.Steps
		drawBy, confirmBy, payBy string
	}{
		{"OK foretold, around the Spring Festival of 2026", "2026-01-31", settlement.Steps{},
			"2026-02-15", "2026-02-25", "2026-02-28"}, // a Saturday that works
		{"OK issued early", "2026-01-31", settlement.Steps{Issued: day("2026-02-02")},
			"2026-02-02", "2026-02-12", "2026-02-24"}, // the festival lies between
		{"OK issued while the period runs", "2026-01-31", settlement.Steps{Issued: day("2026-01-10")},
			"2026-01-10", "2026-01-20", "2026-01-23"},
		{"OK issued with another day, as members were told", "2026-01-31",
			settlement.Steps{Issued: day("2026-01-10"), ConfirmBy: day("2026-02-10")},
			"2026-01-10", "2026-02-10", "2026-02-13"},
		{"OK issued late, and approved late", "2026-03-31",
			settlement.Steps{Issued: day("2026-04-20"), Approved: day("2026-05-08")},
			"2026-04-15", "2026-04-30", "2026-05-12"}, // Saturday the 9th works
		{"OK approved before everybody had to confirm", "2026-06-30",
			settlement.Steps{Issued: day("2026-07-01"), Approved: day("2026-07-02")},
			"2026-07-01", "2026-07-02", "2026-07-07"},
		{"OK approved of those alone that had confirmed", "2026-06-30",
			settlement.Steps{Issued: day("2026-07-01"), Approved: day("2026-07-02"), Partly: true},
			"2026-07-01", "2026-07-11", "2026-07-07"},
		{"OK of a leap year", "2028-02-29", settlement.Steps{}, "2028-03-15", "2028-03-25", "2028-03-29"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := settlement.CalendarOf(daysOf(15, 10, 3), calendar.Announced(), day(test.ends), test.taken)
			if got.DrawBy != day(test.drawBy) || got.ConfirmBy != day(test.confirmBy) || got.PayBy != day(test.payBy) ||
				got.Provisional != (day(test.ends).Month().String() >= "2027") {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// No step is due before the one before it, pay_by is a working day, and who counts one by one comes to the same.
func TestAnyCalendarCountsDayByDay(t *testing.T) {
	t.Parallel()
	workdays := calendar.Announced()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) int { return rapid.IntRange(1, 40).Draw(t, name) }
		terms := daysOf(draw("statement"), draw("query"), draw("reimburse"))
		ends := calendar.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 300).Draw(t, "ends"))
		var taken settlement.Steps
		if rapid.Bool().Draw(t, "issued") {
			taken.Issued = ends.AddDays(draw("day of issue") - 20)
			if rapid.Bool().Draw(t, "approved") {
				taken.Approved = taken.Issued.AddDays(draw("day of approval"))
			}
		}
		got := settlement.CalendarOf(terms, workdays, ends, taken)
		drawBy := ends.AddDays(terms.StatementDays)
		issued := drawBy
		if !taken.Issued.IsZero() {
			issued, drawBy = taken.Issued, calendar.Earlier(drawBy, taken.Issued)
		}
		confirmBy := issued.AddDays(terms.QueryDays)
		approved := confirmBy
		if !taken.Approved.IsZero() {
			approved, confirmBy = taken.Approved, calendar.Earlier(confirmBy, taken.Approved)
		}
		if got.DrawBy != drawBy || got.ConfirmBy != confirmBy {
			t.Errorf("issued on %s: drawn by %s, confirmed by %s", issued, got.DrawBy, got.ConfirmBy)
		}
		if got.DrawBy.After(got.ConfirmBy) || got.ConfirmBy.After(got.PayBy) {
			t.Errorf("the calendar runs backwards: %+v", got)
		}
		last, counted := approved, 0
		for counted < terms.ReimburseDays {
			last = last.AddDays(1)
			if works, _ := workdays.Works(last); works {
				counted++
			}
		}
		if last != got.PayBy {
			t.Errorf("approved on %s, paid by %s, counted %s", approved, got.PayBy, last)
		}
	})
}
