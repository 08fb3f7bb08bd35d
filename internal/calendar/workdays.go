package calendar

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"
	"time"
)

//go:embed cn-workdays.csv
var workdaysFile string

// workCalendar is what the State Council announced for each year 节假日安排: days off in the week, and weekends worked.
type workCalendar struct {
	off, worked map[Date]bool
	last        Date // last day of the last year announced
}

// workdays reads the embedded calendar once; a file that cannot be read is a fault of the build, and a test reads it.
var workdays = sync.OnceValue(func() workCalendar {
	rows, err := csv.NewReader(strings.NewReader(workdaysFile)).ReadAll()
	if err != nil {
		panic("calendar: cn-workdays.csv: " + err.Error())
	}
	known := workCalendar{off: map[Date]bool{}, worked: map[Date]bool{}}
	for _, row := range rows[1:] {
		day := MustDate(row[0])
		if row[1] == "workday" {
			known.worked[day] = true
		} else {
			known.off[day] = true
		}
		known.last = Later(known.last, NewDate(day.utc().Year(), time.December, 31))
	}
	return known
})

// IsWorkday says whether people work on a day in China. Beyond the years announced it is Monday to Friday, and
// provisional.
func (d Date) IsWorkday() (working, provisional bool) {
	known := workdays()
	weekday := d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
	return known.worked[d] || weekday && !known.off[d], d.After(known.last)
}

// AddWorkdays counts working days on; the day itself is not counted. The answer is provisional when a day that was
// counted lies beyond the years announced.
func (d Date) AddWorkdays(n int) (day Date, provisional bool) {
	for day = d; n > 0; {
		day = day.AddDays(1)
		working, beyond := day.IsWorkday()
		provisional = provisional || beyond
		if working {
			n--
		}
	}
	return day, provisional
}
