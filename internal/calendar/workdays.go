package calendar

import (
	_ "embed"
	"encoding/csv"
	"maps"
	"strings"
	"sync"
	"time"
)

//go:embed cn-workdays.csv
var workdaysFile string

// DayKind says how a day differs from what its place in the week says.
type DayKind string

// The two kinds of exception that the State Council announces for each year 节假日安排.
const (
	Holiday DayKind = "holiday" // a day of the week that is off
	Worked  DayKind = "workday" // a day of a weekend that is worked
)

// Exception is one day that is announced to differ from its place in the week.
type Exception struct {
	Day  Date
	Kind DayKind
	Name string // of the holiday it belongs to
}

// Workdays is the calendar of working days in China as far as it is announced. It never changes once made.
type Workdays struct {
	days map[Date]DayKind
	last Date // last day of the last year announced
}

// Announced is the calendar that comes with the program. A file that cannot be read is a fault of the build, and a test
// reads it.
var Announced = sync.OnceValue(func() Workdays {
	rows, err := csv.NewReader(strings.NewReader(workdaysFile)).ReadAll()
	if err != nil {
		panic("calendar: cn-workdays.csv: " + err.Error())
	}
	var exceptions []Exception
	for _, row := range rows[1:] {
		exceptions = append(exceptions, Exception{Day: MustDate(row[0]), Kind: DayKind(row[1]), Name: row[2]})
	}
	return Workdays{}.With(exceptions)
})

// With is the calendar with further days announced; a day that is known already is replaced. A year counts as announced
// as soon as one of its days is.
func (w Workdays) With(exceptions []Exception) Workdays {
	days := maps.Clone(w.days)
	if days == nil {
		days = make(map[Date]DayKind, len(exceptions))
	}
	for _, e := range exceptions {
		days[e.Day] = e.Kind
		w.last = Later(w.last, NewDate(e.Day.utc().Year(), time.December, 31))
	}
	return Workdays{days: days, last: w.last}
}

// Works says whether people work on a day. Beyond the years announced it is Monday to Friday, and provisional.
func (w Workdays) Works(day Date) (working, provisional bool) {
	switch w.days[day] {
	case Worked:
		return true, false
	case Holiday:
		return false, false
	}
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday, day.After(w.last)
}

// Add counts n working days on from a day; the day itself is not counted. The answer is provisional when a day that was
// counted, or passed over, lies beyond the years announced.
func (w Workdays) Add(from Date, n int) (day Date, provisional bool) {
	for day = from; n > 0; {
		day = day.AddDays(1)
		working, beyond := w.Works(day)
		provisional = provisional || beyond
		if working {
			n--
		}
	}
	return day, provisional
}
