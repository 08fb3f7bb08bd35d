package sheet

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"gongbao/internal/money"
)

// What a sheet has no room for goes on to the next, below the header again; the columns are explained behind.
func TestAFullSheetGoesOnToTheNext(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	headings := []Heading{{"number", "序号", "Number"}, {"share", "份额", "Share"}, {"recorded", "入账时间", "Recorded"}}
	noon := time.Date(2026, 6, 30, 4, 0, 0, 0, time.UTC)
	err := writeWorkbook(&file, headings, 4, func(row func(Cells) error) error {
		for number := range 7 {
			if err := row(Cells{number, money.MustShare("39.999999%"), noon}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string][][]string{
		"Sheet1": {{"number", "share", "recorded"}}, "Sheet2": {{"number", "share", "recorded"}},
		"Sheet3": {{"number", "share", "recorded"}},
		"columns": {
			{"column", "中文", "English"}, {"number", "序号", "Number"}, {"share", "份额", "Share"},
			{"recorded", "入账时间", "Recorded"},
		},
	}
	for number := range 7 {
		sheet := "Sheet" + strconv.Itoa(number/3+1)
		wanted[sheet] = append(wanted[sheet], []string{strconv.Itoa(number), "0.39999999", "2026-06-30T12:00:00+08:00"})
	}
	for sheet, want := range wanted {
		rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil || len(rows) != len(want) {
			t.Fatalf("%s: %v, %v", sheet, rows, err)
		}
		for i, row := range rows {
			for c, cell := range row {
				if cell != want[i][c] {
					t.Errorf("%s: row %d column %d: %q, wanted %q", sheet, i+1, c+1, cell, want[i][c])
				}
			}
		}
	}
}

func TestATextThatNoSpreadsheetTakesIsSaid(t *testing.T) {
	t.Parallel()
	err := writeWorkbook(new(bytes.Buffer), []Heading{{Code: "text"}}, 4, func(row func(Cells) error) error {
		return row(Cells{string(bytes.Repeat([]byte("x"), charMax+1))})
	})
	if err == nil {
		t.Error("nothing was said")
	}
}
