package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
)

var columns = []sheet.Column{sheet.Needs("name", "a name"), sheet.May("day", "a day"), sheet.May("amount", "yuan")}

// read reads a whole table as text, a line for every row.
func read(t *testing.T, file io.Reader, name string) (string, error) {
	t.Helper()
	reader, err := sheet.Open(file, sheet.Ways{Sheet: name}, columns)
	if err != nil {
		return "", err
	}
	defer func() {
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	}()
	var text strings.Builder
	for {
		row, bad, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return text.String(), nil
		}
		if err != nil {
			return "", err
		}
		if row != nil {
			day, amount := row.Day("day", calendar.Date{}), row.Amount("amount")
			fmt.Fprintf(&text, "%d %s %v %v\n", row.Number, row.Text("name"), day, amount)
			bad = row.Bad
		}
		for _, b := range bad {
			fmt.Fprintf(&text, "%d %s: %s\n", b.Row, b.Column, b.Reason)
		}
	}
}

func book(t *testing.T, change func(*excelize.File), rows ...[]any) io.Reader {
	t.Helper()
	file := excelize.NewFile()
	for i, row := range rows {
		if err := file.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(file)
	}
	var written bytes.Buffer
	if err := file.Write(&written); err != nil {
		t.Fatal(err)
	}
	return &written
}

func TestCSVAndXLSXReadAlike(t *testing.T) {
	t.Parallel()
	want := "2 甲 2026-01-31 1234.56\n3 乙  <nil>\n5 丙 2026-02-01 0.30\n"
	fromCSV, err := read(t, strings.NewReader("\ufeffamount,name,day\n1234.56,甲,2026-01-31\n,乙,\n\n"+
		"0.30,丙,2026-02-01\n"), "")
	if err != nil || fromCSV != want {
		t.Errorf("CSV: %v\n%s", err, fromCSV)
	}
	day := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	fromBook, err := read(t, book(t, nil, []any{"amount", "name", "day"}, []any{1234.56, "甲", day}, []any{nil, "乙"},
		[]any{}, []any{0.1 + 0.2, "丙", "2026-02-01"}), "")
	if err != nil || fromBook != want {
		t.Errorf("XLSX: %v\n%s", err, fromBook)
	}
}

func TestADayOfAWorkbookThatCountsFrom1904(t *testing.T) {
	t.Parallel()
	yes := true
	got, err := read(t, book(t, func(f *excelize.File) {
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
		style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStyle("Sheet1", "B2", "B2", style); err != nil {
			t.Fatal(err)
		}
	}, []any{"name", "day"}, []any{"甲", 44591}), "Sheet1")
	if err != nil || got != "2 甲 2026-01-31 <nil>\n" {
		t.Errorf("%v %s", err, got)
	}
}

func TestEveryFaultOfARowIsNoted(t *testing.T) {
	t.Parallel()
	got, err := read(t, strings.NewReader("name,day,amount\nx,46000,1.005\ny,2026-02-30,many\n\"z\n"), "")
	want := []string{"2 day:", "2 amount:", "3 day:", "3 amount:", "4 : "}
	for _, line := range want {
		if !strings.Contains(got, line) {
			t.Errorf("%v: no %q in\n%s", err, line, got)
		}
	}
	row := sheet.Blank(7)
	row.Refuse(fault.New(fault.Invalid, "x.y", "no").At("instalments[1].amount", "too much").At("facts.trader", "no"))
	row.Refuse(errors.New("plain"))
	if fmt.Sprint(row.Bad) != "[{7 instalments x.y: too much} {7 trader x.y: no} {7  plain}]" {
		t.Errorf("%v", row.Bad)
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]io.Reader{
		"empty": strings.NewReader(""), "unknown column": strings.NewReader("name,colour\n"),
		"twice": strings.NewReader("name,name\n"), "missing": strings.NewReader("day\n"),
		"no workbook":  strings.NewReader("PK\x03\x04rubbish"),
		"empty sheet":  book(t, nil),
		"many columns": strings.NewReader("name" + strings.Repeat(",x", 300) + "\n"),
	} {
		if _, err := read(t, file, ""); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	if _, err := read(t, book(t, nil, []any{"name"}), "Elsewhere"); err == nil {
		t.Error("a sheet that is not there is read")
	}
	if _, err := read(t, strings.NewReader("name\n"+strings.Repeat("x", 5000)+"\n"), ""); err != nil {
		t.Errorf("a long cell is a fault of its row, not of the file: %v", err)
	}
}

func TestATemplateIsATableWithoutRows(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	if err := sheet.WriteTemplate(&file, columns); err != nil {
		t.Fatal(err)
	}
	if got, err := read(t, &file, ""); err != nil || got != "" {
		t.Errorf("%v %q", err, got)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("name,day,amount\n甲,2026-01-31,1.00\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		reader, err := sheet.Open(bytes.NewReader(file), sheet.Ways{}, columns)
		if err != nil {
			return
		}
		for {
			row, _, err := reader.Next()
			if err != nil {
				return
			}
			if row != nil {
				_ = sheet.Cell(row, "amount", money.Amount{}, money.ParseAmount)
			}
		}
	})
}
