package banktable_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"gongbao/internal/banktable"
	"gongbao/internal/iso20022"
	"gongbao/internal/lab/golden"
	"gongbao/internal/sheet"
)

const account = "42001865508050000017"

func profile(t *testing.T, code string) banktable.Profile {
	t.Helper()
	found, is := banktable.ProfileOf(code)
	if !is {
		t.Fatalf("no profile %s", code)
	}
	return found
}

func read(t *testing.T, code, account string, source io.Reader) (string, sheet.Report, error) {
	t.Helper()
	var said strings.Builder
	report, err := banktable.Read(banktable.Table{Profile: profile(t, code), Account: account, Source: source},
		func(e iso20022.Entry) {
			transfer := e.Transfers[0]
			fmt.Fprintf(&said, "%s %s %s: %s, credit %t, reversal %t, %s %s, %q, balance %v\n", e.Account, e.Day,
				e.Reference, e.Amount, e.Credit, e.Reversal, transfer.Counterparty.Name, transfer.Counterparty.Account,
				transfer.Text, e.Balance)
		})
	return said.String(), report, err
}

// TestSamples reads tables as two banks export them: GBK, titles above, totals below.
func TestSamples(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	for _, code := range []string{"icbc", "ccb"} {
		text, err := os.ReadFile("testdata/" + code + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		entries, report, err := read(t, code, account, bytes.NewReader(text))
		if err != nil || report.Bad > 0 || report.Imported != report.Rows {
			t.Fatalf("%s: %+v, %v", code, report, err)
		}
		fmt.Fprintf(&said, "%s\n%s", code, entries)
		plain, err := simplifiedchinese.GB18030.NewDecoder().Bytes(text)
		if err != nil {
			t.Fatal(err)
		}
		same, err := banktable.Read(banktable.Table{
			Profile: profile(t, code), Account: account, Encoding: "utf-8", Source: bytes.NewReader(plain),
		}, func(iso20022.Entry) {})
		if err != nil || same.Imported != report.Imported {
			t.Errorf("%s in UTF-8: %+v, %v", code, same, err)
		}
		if _, report, err := read(t, code, "999", bytes.NewReader(text)); err != nil || report.Bad != report.Rows {
			t.Errorf("%s of another account: %+v, %v", code, report, err)
		}
	}
	golden.Same(t, "testdata/samples.txt", said.String())
}

func TestReadWorkbook(t *testing.T) {
	t.Parallel()
	file := excelize.NewFile()
	for i, row := range [][]any{
		{"Statement of July", nil},
		{nil, "date", "amount", "counterparty", "ours", "account"},
		{nil, "2026-07-20", -255000, "南湖人寿", "note", account},
		{nil, "2026-07-21", 0.01, "汤逊湖", "", account},
	} {
		if err := file.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.MergeCell("Sheet1", "A1", "F1"); err != nil {
		t.Fatal(err)
	}
	var workbook bytes.Buffer
	if err := file.Write(&workbook); err != nil {
		t.Fatal(err)
	}
	entries, report, err := read(t, "signed", "", &workbook)
	want := account + " 2026-07-20 : 255000.00, credit false, reversal false, 南湖人寿 , \"\", balance <nil>\n" +
		account + " 2026-07-21 : 0.01, credit true, reversal false, 汤逊湖 , \"\", balance <nil>\n"
	if err != nil || report.Bad > 0 || entries != want {
		t.Errorf("read %s%+v, %v", entries, report, err)
	}
}

// TestBadRowsAreNamed: each row has one fault; nothing of it is taken for zero.
func TestBadRowsAreNamed(t *testing.T) {
	t.Parallel()
	const head = "交易时间,借方发生额（支取）,贷方发生额（收入）,币种,对方户名\n"
	for row, wanted := range map[string]string{
		"20260720,,,人民币,甲":              "of 借方发生额（支取） and 贷方发生额（收入） one has an amount",
		"20260720,1.00,1.00,人民币,甲":      "of 借方发生额（支取） and 贷方发生额（收入） one has an amount",
		"2026-07-20,1.00,,人民币,甲":        "the day is in none of the forms that the bank's profile has",
		"20260720,1.001,,人民币,甲":         "1.001",
		"20260720,\"1,00.00\",,人民币,甲":   "the commas of the number are not where they belong",
		"20260720,1.00,,美元,甲":           "the currency is not renminbi",
		"20260720,1,000.00,,人民币,甲":      "wrong number of fields: the header has 5, the row has 6",
		"20260720,一百,,人民币,甲":            "一百",
		"20260720,1.00,,人民币,\"a\x01b\"": "a control character",
	} {
		text, err := simplifiedchinese.GB18030.NewEncoder().String(head + row + "\n")
		if err != nil {
			t.Fatal(err)
		}
		_, report, err := read(t, "ccb", account, strings.NewReader(text))
		if err != nil || report.Bad != 1 || report.Imported != 0 || !strings.Contains(report.BadRows[0].Reason, wanted) {
			t.Errorf("%s: got %+v, %v, wanted %q", row, report, err, wanted)
		}
	}
	text, err := simplifiedchinese.GB18030.NewEncoder().String(head + "20260720,1.00,,人民币,甲\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, report, err := read(t, "ccb", "", strings.NewReader(text)); err != nil || report.Bad != 1 {
		t.Errorf("of no account: %+v, %v", report, err)
	}
}

func TestATableOfAnotherBankIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"other columns": "date,amount\n2026-07-20,1.00\n", "nothing": "", "titles only": strings.Repeat("title\n", 60),
	} {
		_, _, err := read(t, "ccb", account, strings.NewReader(text))
		var unreadable *sheet.Unreadable
		if !errors.As(err, &unreadable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
