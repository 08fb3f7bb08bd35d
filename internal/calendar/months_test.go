package calendar_test

import (
	"testing"

	"gongbao/internal/calendar"
)

func TestMonthsAreReadAndWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][3]string{
		"2026-06":          {"2026-06", "2026-06", "2026-06"},
		"2026-Q2":          {"2026-04", "2026-06", "2026-Q2"},
		"2026":             {"2026-01", "2026-12", "2026"},
		"2026-04..2026-06": {"2026-04", "2026-06", "2026-Q2"},
		"2025-11..2026-02": {"2025-11", "2026-02", "2025-11..2026-02"},
		"2026-02..2026-04": {"2026-02", "2026-04", "2026-02..2026-04"},
	} {
		months, err := calendar.ParseMonths(text)
		if got := [3]string{months.From.String(), months.To.String(), months.String()}; err != nil || got != want {
			t.Errorf("%s: %v %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "2026-Q5", "2026-13", "26", "2026-06..2026-05", "2026-06..", "..2026-06", "2026-6", "x",
	} {
		if months, err := calendar.ParseMonths(text); err == nil {
			t.Errorf("%q is read as %s", text, months)
		}
	}
}
