package sheet_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
)

var header = []string{"name", "day", "amount", "count"}

func written(t *testing.T, format sheet.Format, rows ...sheet.Cells) *bytes.Buffer {
	t.Helper()
	var file bytes.Buffer
	err := sheet.Write(&file, format, header, func(row func(sheet.Cells) error) error {
		for _, cells := range rows {
			if err := row(cells); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &file
}

func TestNoTextIsAFormula(t *testing.T) {
	t.Parallel()
	for _, begins := range []string{
		"=", "+", "-", "@", "＝", "＋", "－", "＠", " =", "\t", "\r", "\n", "\u3000=", "\u200b=", "\ufeff-", "\u00a0+", "\u202e@",
	} {
		if text := begins + "1+cmd"; sheet.Harmless(text) != "'"+text {
			t.Errorf("%q stays %q", text, sheet.Harmless(text))
		}
	}
	for _, plain := range []string{"", "武汉", "a=b", " 甲", "1-2", "'=1", "（甲）", "IC-1"} {
		if sheet.Harmless(plain) != plain {
			t.Errorf("%q became %q", plain, sheet.Harmless(plain))
		}
	}
}

func TestACSVAsPeopleOpenIt(t *testing.T) {
	t.Parallel()
	file := written(t, sheet.CSV, sheet.Cells{"=甲", calendar.MustDate("2026-02-01"), money.MustAmount("-1234.50"), -2},
		sheet.Cells{"甲,\"乙\"", calendar.Date{}, money.Amount{}, 0})
	want := "\ufeffname,day,amount,count\n'=甲,2026-02-01,-1234.50,-2\n\"甲,\"\"乙\"\"\",,0.00,0\n"
	if file.String() != want {
		t.Errorf("%q", file)
	}
}

// A workbook keeps days and amounts as numbers with a look of their own; what it could not keep exactly is text.
func TestAWorkbookKeepsNumbersAndDays(t *testing.T) {
	t.Parallel()
	file := written(t, sheet.XLSX,
		sheet.Cells{"=甲", calendar.MustDate("2026-02-01"), money.MustAmount("-1234.50"), -2},
		sheet.Cells{"乙", calendar.MustDate("1899-01-01"), money.MustAmount("99999999999999.99"), 3},
		sheet.Cells{"丙", calendar.Date{}, money.MustAmount("9999999999999.99"), 0})
	book, err := excelize.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]struct {
		kind       excelize.CellType
		raw, shown string
	}{
		"A2": {excelize.CellTypeInlineString, "'=甲", "'=甲"},
		"B2": {excelize.CellTypeNumber, "46054", "2026-02-01"},
		"C2": {excelize.CellTypeNumber, "-1234.5", "-1,234.50"},
		"D2": {excelize.CellTypeNumber, "-2", "-2"},
		"B3": {excelize.CellTypeInlineString, "1899-01-01", "1899-01-01"},
		"C3": {excelize.CellTypeInlineString, "99999999999999.99", "99999999999999.99"},
		"B4": {excelize.CellTypeNumber, "", ""}, // nothing stands there
		"C4": {excelize.CellTypeNumber, "9999999999999.99", "9,999,999,999,999.99"},
	} {
		kind, err := book.GetCellType("Sheet1", cell)
		if err == nil && kind == excelize.CellTypeUnset {
			kind = excelize.CellTypeNumber // which is what a cell without a type is
		}
		raw, errRaw := book.GetCellValue("Sheet1", cell, excelize.Options{RawCellValue: true})
		shown, errShown := book.GetCellValue("Sheet1", cell)
		if err = errors.Join(err, errRaw, errShown); err != nil || kind != want.kind || raw != want.raw ||
			shown != want.shown {
			t.Errorf("%s: %v %q shown as %q, %v", cell, kind, raw, shown, err)
		}
		if formula, err := book.GetCellFormula("Sheet1", cell); err != nil || formula != "" {
			t.Errorf("%s is the formula %q, %v", cell, formula, err)
		}
	}
}

// What is written is read back as it was, from either format.
func TestWrittenTablesAreRead(t *testing.T) {
	t.Parallel()
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		file := written(t, format, sheet.Cells{"甲", calendar.MustDate("2026-02-01"), money.MustAmount("1234.50"), 7})
		reader, err := sheet.Open(file, sheet.Ways{}, []sheet.Column{
			sheet.Needs("name", ""), sheet.Needs("day", ""), sheet.Needs("amount", ""), sheet.Needs("count", ""),
		})
		if err != nil {
			t.Fatal(err)
		}
		row, bad, err := reader.Next()
		if err != nil || len(bad) > 0 {
			t.Fatal(bad, err)
		}
		day, amount := row.Day("day", calendar.Date{}), row.Amount("amount")
		if row.Text("name") != "甲" || day.String() != "2026-02-01" || amount.String() != "1234.50" || len(row.Bad) > 0 {
			t.Errorf("%s: %+v", format, row)
		}
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestACellOfAnotherTypeIsSaid(t *testing.T) {
	t.Parallel()
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		err := sheet.Write(io.Discard, format, header, func(row func(sheet.Cells) error) error {
			return row(sheet.Cells{1.5})
		})
		if err == nil || !strings.Contains(err.Error(), "a cell cannot be a float64") {
			t.Errorf("%s: %v", format, err)
		}
	}
}
