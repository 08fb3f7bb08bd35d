package settlement

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
)

// Period is what a statement is drawn for: a month or a quarter.
type Period struct {
	Name   string // 2026-06, 2026-Q1
	Starts calendar.Date
	Ends   calendar.Date
}

var periodForm = regexp.MustCompile(`^(\d{4})-(\d{2}|Q[1-4])$`)

const quarterMonths = 3

// ParsePeriod reads a month (2026-06) or a quarter (2026-Q1); anything else is ErrPeriodUnknown.
func ParsePeriod(text string) (Period, error) {
	parts := periodForm.FindStringSubmatch(text)
	if parts == nil {
		return Period{}, ErrPeriodUnknown.Case(fault.Args{"text": text})
	}
	year, _ := strconv.Atoi(parts[1]) // four digits, says the form
	if parts[2][0] != 'Q' {
		month, err := calendar.ParseMonth(text)
		if err != nil {
			return Period{}, ErrPeriodUnknown.Case(fault.Args{"text": text})
		}
		return Period{Name: text, Starts: month.First(), Ends: month.Last()}, nil
	}
	last := time.Month(quarterMonths * int(parts[2][1]-'0'))
	ends, err := calendar.ParseMonth(fmt.Sprintf("%04d-%02d", year, last))
	if err != nil {
		return Period{}, ErrPeriodUnknown.Case(fault.Args{"text": text})
	}
	return Period{Name: text, Starts: calendar.NewDate(year, last-quarterMonths+1, 1), Ends: ends.Last()}, nil
}

// overlaps says that two periods have a day in common.
func (p Period) overlaps(other Period) bool {
	return !p.Ends.Before(other.Starts) && !other.Ends.Before(p.Starts)
}
