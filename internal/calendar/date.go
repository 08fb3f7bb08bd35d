// Package calendar has the civil day and the month as values of their own, so that a day can never be mistaken for an
// instant.
package calendar

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"gongbao/internal/clock"
)

const (
	layoutDate  = "2006-01-02"
	unixEpoch   = 719163 // days from 0001-01-01 to 1970-01-01, plus one: day 1 is 0001-01-01
	secondsADay = 24 * 60 * 60
)

// Date is a civil day. The zero Date is no day at all.
type Date struct{ day int32 }

// NewDate is the given day; months and days out of range carry over as in time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return fromUTC(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf is the day on which the instant falls in China.
func DateOf(instant time.Time) Date {
	year, month, day := instant.In(clock.Zone).Date()
	return NewDate(year, month, day)
}

// ParseDate reads an ISO day, "2026-01-31".
func ParseDate(text string) (Date, error) {
	parsed, err := time.Parse(layoutDate, text)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date of the form YYYY-MM-DD", text)
	}
	if parsed.Year() < 1 {
		return Date{}, fmt.Errorf("%q lies before the year 1", text)
	}
	return fromUTC(parsed), nil
}

// MustDate is ParseDate for constants in tests and tables; it panics on bad text.
func MustDate(text string) Date {
	date, err := ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

func fromUTC(t time.Time) Date {
	seconds := t.Unix()
	days := seconds / secondsADay
	if seconds%secondsADay < 0 {
		days--
	}
	return Date{day: int32(days) + unixEpoch} //nolint:gosec // years 1 to 9999 fit with room to spare
}

func (d Date) utc() time.Time { return time.Unix((int64(d.day)-unixEpoch)*secondsADay, 0).UTC() }

// IsZero says that there is no day.
func (d Date) IsZero() bool { return d.day == 0 }

// String is the ISO day, or "" for none.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format(layoutDate)
}

// AddDays counts civil days on (or back).
func (d Date) AddDays(n int) Date { return Date{day: d.day + int32(n)} } //nolint:gosec // n is a term in days

// AddYears is the same day n years later; the 29th of February becomes the 1st of March where there is none.
func (d Date) AddYears(n int) Date { return fromUTC(d.utc().AddDate(n, 0, 0)) }

// DaysUntil is the number of civil days from d to later: 0 for the same day.
func (d Date) DaysUntil(later Date) int { return int(later.day - d.day) }

// Before says that d lies before other.
func (d Date) Before(other Date) bool { return d.day < other.day }

// After says that d lies after other.
func (d Date) After(other Date) bool { return d.day > other.day }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// SQL is the day as database drivers write it in parameters and COPY: 00:00 UTC, nil for none.
func (d Date) SQL() any {
	if d.IsZero() {
		return nil
	}
	return d.utc()
}

// Start is 00:00 of the day in China.
func (d Date) Start() time.Time {
	year, month, day := d.utc().Date()
	return time.Date(year, month, day, 0, 0, 0, 0, clock.Zone)
}

// Noon is 12:00 of the day in China, when a scenario records its statements.
func (d Date) Noon() time.Time { return d.Start().Add(12 * time.Hour) }

// Earlier is the earlier of two days.
func Earlier(a, b Date) Date {
	if b.Before(a) {
		return b
	}
	return a
}

// Later is the later of the two days.
func Later(a, b Date) Date {
	if a.After(b) {
		return a
	}
	return b
}

// Value writes the day as an SQL date, NULL for none.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil //nolint:nilnil // a NULL date is this type's zero value
	}
	return d.String(), nil
}

// Scan reads an SQL date.
func (d *Date) Scan(source any) error {
	switch value := source.(type) {
	case nil:
		*d = Date{}
	case time.Time:
		year, month, day := value.Date()
		*d = NewDate(year, month, day)
	case string:
		return d.scanText(value)
	case []byte:
		return d.scanText(string(value))
	default:
		return fmt.Errorf("cannot read %T as a date", source)
	}
	return nil
}

func (d *Date) scanText(text string) error {
	parsed, err := ParseDate(text)
	*d = parsed
	return err
}

// MarshalJSON writes "2026-01-31", or null for none.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Date) UnmarshalJSON(data []byte) error {
	var text *string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("a date is a JSON string: %w", err)
	}
	if text == nil {
		*d = Date{}
		return nil
	}
	return d.scanText(*text)
}

// UnmarshalText reads an ISO day, and no text as no day; it is how a day stands in an address.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	return d.scanText(string(text))
}
