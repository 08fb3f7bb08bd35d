package auditor

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestTheAuditorStandsAlone: it imports nothing of the house, so it cannot make the house's mistakes.
func TestTheAuditorStandsAlone(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no file was found", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			if imported, _ := strconv.Unquote(spec.Path.Value); strings.Contains(imported, ".") ||
				strings.HasPrefix(imported, "gongbao") {
				t.Errorf("%s imports %s", name, imported)
			}
		}
	}
}

// TestDays compares the auditor's calendar with the standard library's.
func TestDays(t *testing.T) {
	t.Parallel()
	for at := time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC); at.Year() < 2110; at = at.AddDate(0, 0, 1) {
		year, month, day := at.Date()
		d := DayOf(year, int(month), day)
		if int64(d) != at.Unix()/86400 || d.String() != at.Format(time.DateOnly) || ParseDay(d.String()) != d {
			t.Fatalf("%s: day %d is %s", at.Format(time.DateOnly), d, d)
		}
		if d.weekend() != (at.Weekday() == time.Saturday || at.Weekday() == time.Sunday) {
			t.Fatalf("%s: weekend %v", d, d.weekend())
		}
		if first := d.Month().First(); first.String() != at.Format("2006-01")+"-01" || d.Month().Last() < d {
			t.Fatalf("%s: the month begins on %s", d, first)
		}
	}
	if due := DayOf(2026, 2, 14).afterWorkdays(1); due != DayOf(2026, 2, 24) {
		t.Errorf("the day after the Spring Festival is %s", due)
	}
}

func TestRounding(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ a, b, c, want int64 }{
		{1, 1, 2, 1}, {-1, 1, 2, -1}, {1, 1, 3, 0}, {-2, 1, 3, -1}, {0, 5, 7, 0}, {7, -3, 2, -11},
		{9_000_000_000_000_000, 50_000_000, Whole, 4_500_000_000_000_000},       // on paper
		{9_000_000_000_000_001, 50_000_000, Whole, 4_500_000_000_000_001},       // a half, away from zero
		{-9_000_000_000_000_001, 33_333_333, Whole, -2_999_999_970_000_000 - 0}, // the third of it, cut
	} {
		if got := scaled(test.a, test.b, test.c); got != test.want {
			t.Errorf("%d × %d ÷ %d is %d, not %d", test.a, test.b, test.c, got, test.want)
		}
	}
}

// TestRoundingTwice: a proportion of a proportion is rounded once, half away from zero.
func TestRoundingTwice(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ a, b, c, d, e, want int64 }{
		{1, 1, 2, 1, 1, 1}, {-1, 1, 2, 1, 1, -1}, {1, 1, 2, 1, 2, 0}, {3, 1, 3, 1, 2, 1}, {-3, 1, 3, 1, 2, -1},
		{100_000, 335, 365, 15_000, 100_000, 13_767}, {7, 0, 365, 1, 1, 0},
		{9_000_000_000_000_000, 364, 365, 8_999_999_999_999_999, 9_000_000_000_000_000, 8_975_342_465_753_424},
	} {
		if got := scaledTwice(test.a, test.b, test.c, test.d, test.e); got != test.want {
			t.Errorf("%d × %d ÷ %d × %d ÷ %d is %d, not %d", test.a, test.b, test.c, test.d, test.e, got, test.want)
		}
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	thirds := []Share{{"A", 33_333_334}, {"B", 33_333_333}, {"C", 33_333_333}}
	for _, test := range []struct {
		residue string
		total   int64
		want    []int64
	}{
		{Leader, 100, []int64{34, 33, 33}},
		{Leader, 2, []int64{0, 1, 1}},
		{Leader, -2, []int64{0, -1, -1}},
		{Leader, 5, []int64{1, 2, 2}},
		{LargestRemainder, 2, []int64{1, 1, 0}}, // the leader, then by the table
		{LargestRemainder, -2, []int64{-1, -1, 0}},
		{LargestRemainder, 100_000_000_000_000, []int64{33_333_334_000_000, 33_333_333_000_000, 33_333_333_000_000}},
	} {
		g := &Agreement{Leader: "A", Residue: test.residue, Shares: thirds}
		if got := g.split(test.total); !slices.Equal(got, test.want) {
			t.Errorf("%s of %d: %v, not %v", test.residue, test.total, got, test.want)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	amount := int64(5)
	for _, test := range []struct {
		move    Move
		refusal string
		want    string
	}{
		{Move{Day: DayOf(2026, 1, 2), Act: Receive{"P1", 100_000}}, "", "2026-01-02 receive P1 1000.00"},
		{
			Move{Day: DayOf(2026, 1, 2), Effective: DayOf(2025, 12, 31), As: "B", Act: Approve{Claim: "C1", Expense: &amount}},
			"claims.claim_closed",
			"2026-01-02 approve C1 expense=0.05 effective=2025-12-31 as=B => error claims.claim_closed",
		},
		{
			Move{Day: DayOf(2026, 1, 2), Act: Endorse{Policy: "P1", Name: "E1", Premium: -7, WholePeriod: true}}, "",
			"2026-01-02 endorse P1 E1 premium=-0.07 basis=period",
		},
	} {
		if got := test.move.Text(test.refusal); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
	for units, text := range map[int64]string{6_000_000: "0.06", Whole: "1", 0: "0", 33_333_333: "0.33333333"} {
		if got := fraction(units); got != text {
			t.Errorf("%d is written %s, not %s", units, got, text)
		}
	}
}
