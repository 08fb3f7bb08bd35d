package calendar

import (
	"database/sql/driver"
	"fmt"
	"time"
)

const layoutMonth = "2006-01"

// Month is a calendar month, the accounting period of a book. The zero Month is none.
type Month struct{ first Date }

// ParseMonth reads "2026-01".
func ParseMonth(text string) (Month, error) {
	parsed, err := time.Parse(layoutMonth, text)
	if err != nil {
		return Month{}, fmt.Errorf("%q is not a month of the form YYYY-MM", text)
	}
	return fromUTC(parsed).Month(), nil
}

// MustMonth is ParseMonth for constants in tests and tables; it panics on bad text.
func MustMonth(text string) Month {
	month, err := ParseMonth(text)
	if err != nil {
		panic(err)
	}
	return month
}

// IsZero says that there is no month.
func (m Month) IsZero() bool { return m.first.IsZero() }

// First is the month's first day; it is also how a month is stored.
func (m Month) First() Date { return m.first }

// Last is the month's last day.
func (m Month) Last() Date { return m.Next().first.AddDays(-1) }

// Next is the month after.
func (m Month) Next() Month {
	year, month, _ := m.first.utc().Date()
	return Month{first: NewDate(year, month+1, 1)}
}

// Before says that m lies before other.
func (m Month) Before(other Month) bool { return m.first.Before(other.first) }

// After says that m lies after other.
func (m Month) After(other Month) bool { return m.first.After(other.first) }

// String is "2026-01", or "" for none.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return m.first.utc().Format(layoutMonth)
}

// MarshalText writes "2026-01".
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (m *Month) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Month{}
		return nil
	}
	parsed, err := ParseMonth(string(text))
	*m = parsed
	return err
}

// SQL is the first of the month as the driver takes a date; NULL when there is none.
func (m Month) SQL() any { return m.first.SQL() }

// Value writes the month as the SQL date of its first day, NULL for none.
func (m Month) Value() (driver.Value, error) { return m.first.Value() }

// Scan reads an SQL date that is the first of a month.
func (m *Month) Scan(source any) error {
	var day Date
	if err := day.Scan(source); err != nil {
		return err
	}
	if day.IsZero() {
		*m = Month{}
		return nil
	}
	*m = day.Month()
	return nil
}

// Month is the month the day lies in.
func (d Date) Month() Month {
	year, month, _ := d.utc().Date()
	return Month{first: NewDate(year, month, 1)}
}
