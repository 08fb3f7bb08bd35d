package calendar

import (
	"fmt"
	"strconv"
	"strings"
)

// Months are one month after the other: a month, a quarter, a year, or any from one to another. The zero Months are
// none.
type Months struct{ From, To Month }

const (
	quarterMonths = 3
	yearMonths    = 12
	spanMark      = ".."
)

// ParseMonths reads "2026-06", "2026-Q2", "2026" or "2026-04..2026-06".
func ParseMonths(text string) (Months, error) {
	wrong := fmt.Errorf("%q is no month 2026-06, quarter 2026-Q2, year 2026 or span 2026-04..2026-06", text)
	if first, last, span := strings.Cut(text, spanMark); span {
		from, err := ParseMonth(first)
		if err != nil {
			return Months{}, wrong
		}
		to, err := ParseMonth(last)
		if err != nil || to.Before(from) {
			return Months{}, wrong
		}
		return Months{from, to}, nil
	}
	year, part, _ := strings.Cut(text, "-")
	first, count := 1, yearMonths
	switch {
	case text == year:
	case len(part) == len("Q1") && part[0] == 'Q' && part[1] >= '1' && part[1] <= '4':
		first, count = quarterMonths*int(part[1]-'1')+1, quarterMonths
	default:
		month, err := ParseMonth(text)
		if err != nil {
			return Months{}, wrong
		}
		return Months{month, month}, nil
	}
	from, err := ParseMonth(fmt.Sprintf("%s-%02d", year, first))
	if err != nil {
		return Months{}, wrong
	}
	return Months{from, from.plus(count - 1)}, nil
}

func (m Month) plus(months int) Month {
	for range months {
		m = m.Next()
	}
	return m
}

// String is what ParseMonths reads, as short as it can be.
func (m Months) String() string {
	if m.From.IsZero() {
		return ""
	}
	year, first, _ := m.From.first.utc().Date()
	switch {
	case m.From == m.To:
		return m.From.String()
	case (int(first)-1)%quarterMonths == 0 && m.To == m.From.plus(quarterMonths-1):
		return fmt.Sprintf("%04d-Q%d", year, (int(first)-1)/quarterMonths+1)
	case first == 1 && m.To == m.From.plus(yearMonths-1):
		return strconv.Itoa(year)
	default:
		return m.From.String() + spanMark + m.To.String()
	}
}

// MarshalText writes what String gives.
func (m Months) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what ParseMonths does.
func (m *Months) UnmarshalText(text []byte) error {
	parsed, err := ParseMonths(string(text))
	*m = parsed
	return err
}
