package auditor

import "fmt"

// Day is a civil day, counted from 1970-01-01. The zero Day is none; nothing here is that old.
type Day int32

// Month is a calendar month, counted from the year 0. The zero Month is none.
type Month int32

// epoch is the number of 1970-01-01 when days are counted from 0000-03-01, so that a leap day ends its year.
const epoch = 719468

// DayOf is the day of a year, month and day.
func DayOf(year, month, day int) Day {
	if month <= 2 {
		year--
	}
	era := year / 400
	yearOfEra := year - era*400
	dayOfYear := (153*((month+9)%12)+2)/5 + day - 1
	days := era*146097 + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear - epoch
	return Day(days) //nolint:gosec // years of four digits fit with room to spare
}

// Civil is the day's year, month and day.
func (d Day) Civil() (year, month, day int) {
	z := int(d) + epoch
	era := z / 146097
	dayOfEra := z - era*146097
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	part := (5*dayOfYear + 2) / 153
	month = (part+2)%12 + 1
	year = yearOfEra + era*400
	if month <= 2 {
		year++
	}
	return year, month, dayOfYear - (153*part+2)/5 + 1
}

// String is the ISO day, "none" for none.
func (d Day) String() string {
	if d == 0 {
		return "none"
	}
	year, month, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}

// ParseDay reads an ISO day; none when it is not one.
func ParseDay(text string) Day {
	var year, month, day int
	if _, err := fmt.Sscanf(text, "%d-%d-%d", &year, &month, &day); err != nil {
		return 0
	}
	return DayOf(year, month, day)
}

// Month is the month the day lies in.
func (d Day) Month() Month {
	year, month, _ := d.Civil()
	return Month(year*12 + month - 1) //nolint:gosec // years of four digits fit with room to spare
}

// First is the month's first day.
func (m Month) First() Day { return DayOf(int(m)/12, int(m)%12+1, 1) }

// Last is the month's last day.
func (m Month) Last() Day { return (m + 1).First() - 1 }

// String is the month as statements write it.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", int(m)/12, int(m)%12+1) }

// weekend says that the day is a Saturday or a Sunday. 1970-01-01 was a Thursday.
func (d Day) weekend() bool { return (int(d)+3)%7 >= 5 }

// span is a first and a last day.
type span struct{ first, last Day }

// The holidays that the State Council announced for 2026, and the weekends worked for them; other years, as far as
// runs go, count Monday to Friday.
var (
	holidays = []span{
		{DayOf(2026, 1, 1), DayOf(2026, 1, 3)},
		{DayOf(2026, 2, 15), DayOf(2026, 2, 23)},
		{DayOf(2026, 4, 4), DayOf(2026, 4, 6)},
		{DayOf(2026, 5, 1), DayOf(2026, 5, 5)},
		{DayOf(2026, 6, 19), DayOf(2026, 6, 21)},
		{DayOf(2026, 9, 25), DayOf(2026, 9, 27)},
		{DayOf(2026, 10, 1), DayOf(2026, 10, 7)},
	}
	worked = []span{
		{DayOf(2026, 1, 4), DayOf(2026, 1, 4)},
		{DayOf(2026, 2, 14), DayOf(2026, 2, 14)},
		{DayOf(2026, 2, 28), DayOf(2026, 2, 28)},
		{DayOf(2026, 5, 9), DayOf(2026, 5, 9)},
		{DayOf(2026, 9, 20), DayOf(2026, 9, 20)},
		{DayOf(2026, 10, 10), DayOf(2026, 10, 10)},
	}
)

func (d Day) among(spans []span) bool {
	for _, s := range spans {
		if s.first <= d && d <= s.last {
			return true
		}
	}
	return false
}

// afterWorkdays counts working days on; the day itself is not counted.
func (d Day) afterWorkdays(n int) Day {
	for n > 0 {
		d++
		if d.among(worked) || !d.weekend() && !d.among(holidays) {
			n--
		}
	}
	return d
}
