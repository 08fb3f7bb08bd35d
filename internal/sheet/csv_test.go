package sheet_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"gongbao/internal/sheet"
)

func TestCSVsAsOtherProgramsWriteThem(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"\ufeff\"name\",day,amount\r\n甲,2026-01-31,1.00\r\n": "2 甲 2026-01-31 1.00\n",
		"name,day,amount,,\n甲,,1.00,,\n":                     "2 甲  1.00\n",
		"name,day,amount,,\n甲,,1.00,备注,\n":                   "2 D: the cell stands outside",
		"name,,amount\n甲,x,1.00\n":                           "2 B: the cell stands outside",
		"name,day\n,,,\n\n \n甲,\n":                           "5 甲  <nil>\n",
		"name,day\n甲\n乙,\n":                                  "2 : wrong number of fields: the header has 2, the row",
		"name,day\n甲,,\n":                                    "2 : wrong number of fields: the header has 2, the row has 3\n",
		"name,day\n甲\"乙,\n丙,\n":                              "2 : bare \" in non-quoted-field\n3 丙  <nil>\n",
		"name,day\n\"甲\n乙\",\n丙,\n":                          "2 name: the text is to be one line without tabs\n4 丙  <nil>\n",
		"name,day\n甲\x00乙,\n":                                "2 name: the text holds a control character (U+0000)",
		"name,day\n甲\r乙,\n":                                  "2 name: the text holds a control character (U+000D)",
		"name,day\n#N/A,\n":                                  "2 name: the cell holds an error value",
		"name,day\n甲,#div/0!\n":                              "2 day: the cell holds an error value",
		"name,day\n,2026-01-31\n":                            "2 name: the cell is empty; a value is needed",
		"name,amount\n甲,true\n":                              `2 amount: "true" is not an amount`,
		"name,amount\n甲,6.0E7\n":                             `2 amount: "6.0E7" is not an amount`,
		"name\n001.10\n":                                     "2 001.10",
	} {
		if got, err := read(t, strings.NewReader(file), ""); err != nil || !strings.Contains(got, want) {
			t.Errorf("%q is %q, %v, not %q", file, got, err, want)
		}
	}
}

// TestAFileThatIsNoTableIsNamed: it is said what it is, and none of its bytes are repeated.
func TestAFileThatIsNoTableIsNamed(t *testing.T) {
	t.Parallel()
	wide := func(s string) string {
		var out strings.Builder
		for _, r := range s {
			out.WriteByte(byte(r))
			out.WriteByte(byte(r >> 8)) //nolint:mnd // little-endian
		}
		return out.String()
	}
	const ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	for file, says := range map[string]string{
		"":                               "is empty",
		"\n \n":                          "is empty",
		"name;day\n甲;\n":                 "separated by semicolons",
		"name\tday\n甲\t\n":               "separated by tabs",
		"name|day\n":                     "separated by bars",
		"name，day\n":                     "separated by full-width commas",
		"name,day\r甲,\r":                 "CR alone",
		"name,day\n\"甲,\n乙,\n":           "quotation mark that opens in row 2",
		"name,day\n\"甲,\n乙\"丙,\n丁,\n":    "quotation mark that opens in row 2",
		"\xff\xfe" + wide("name,day\n甲"): "UTF-16",
		"\xfe\xff\x00n":                  "UTF-16",
		wide("name,day\n甲,\n"):           "UTF-16",
		"\xff\xfe\x00\x00n\x00\x00\x00":  "UTF-32",
		"\x1f\x8b\x08rubbish":            "gzip",
		"PK\x05\x06":                     "empty ZIP",
		"PK\x03\x04rubbish":              "cannot be unpacked",
		"%PDF-1.7":                       "PDF",
		"<html><table>":                  "HTML",
		" <!DOCTYPE html>":               "HTML",
		"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">": "XML spreadsheet of 2003",
		"<x>":                                     "XML",
		`{"a":1}`:                                 "JSON",
		"\x89PNG\r\n":                             "picture",
		"name\x01\x02\x03\x04\x05\x06\x07":        "no text",
		ole + wide("EncryptedPackage"):            "password",
		ole + wide("Workbook"):                    "XLS workbook",
		ole + wide("WordDocument"):                "Word document",
		ole + "rubbish":                           "Microsoft's old kind",
		"name,day\n甲,\n\xbc\xd7\xd2\xd2,\n":       "row 3",
		"name,day\n\xbc\xd7\xd2\xd2,\n":           "GBK (GB18030)",
		"name,day\n" + "caf\xe9\xff" + ",\n":      "not in UTF-8 (row 2); save",
		"name,d\u200bay\n":                        "that holds an invisible character",
		"name," + strings.Repeat("很长", 40) + "\n": "…",
	} {
		got, err := read(t, strings.NewReader(file), "")
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40q: %q, %v", file, got, err)
		}
		if err != nil && (strings.Contains(err.Error(), "rubbish") || !utf8.ValidString(err.Error())) {
			t.Errorf("%.40q is repeated: %v", file, err)
		}
	}
}

func TestAnEncodingIsWhatIsSaid(t *testing.T) {
	t.Parallel()
	open := func(file, encoding string) (string, []string, error) {
		reader, err := sheet.Open(strings.NewReader(file), sheet.Ways{Encoding: encoding}, columns)
		if err != nil {
			return "", nil, err
		}
		row, _, err := reader.Next()
		if err != nil {
			return "", nil, err
		}
		name := row.Text("name")
		for _, bad := range row.Bad {
			name += bad.Column + ": " + bad.Reason
		}
		return name, reader.Notes(), nil
	}
	for _, one := range []struct{ file, encoding, name, note string }{
		{"name\n\xbc\xd7\xd2\xd2\n", "gb18030", "甲乙", "read as GB18030"},
		{"name\n\xbc\xd7\xd2\xd2\n", "GBK", "甲乙", "read as GB18030"},
		{"name\n\xbc\xd7\xff\n", "gb18030", "name: the text holds a replacement character", ""},
		{"name\n\xaa\xa1甲\n", "gb18030", "name: the text holds", ""}, // for private use
		{"name\n\xd0\xbe\xc6\xac\n", "", "оƬ", "rare script"},
		{"name\n\xd0\xbe\xc6\xac\n", "utf-8", "оƬ", ""},
		{"name\n\xd0\xbe\xc6\xac\n", "gb2312", "芯片", "read as GB18030"},
		{"name\nÉcole ２号 A&B 示例（武汉）\n", "", "École ２号 A&B 示例（武汉）", ""},
	} {
		name, notes, err := open(one.file, one.encoding)
		said := strings.Join(notes, "; ")
		if err != nil || !strings.HasPrefix(name, one.name) || !strings.Contains(said, one.note) ||
			one.note == "" && strings.Contains(said, "rare") {
			t.Errorf("%q in %s: %q %q %v", one.file, one.encoding, name, said, err)
		}
	}
	for _, one := range []struct{ file, encoding, says string }{
		{"name\n甲\n", "latin1", `the encoding "latin1" is not known`},
		{"\ufeffname\n甲\n", "gb18030", "begins with the mark of UTF-8"},
		{"name\n\xbc\xd7\n", "utf8", "not in UTF-8"},
	} {
		if _, _, err := open(one.file, one.encoding); err == nil || !strings.Contains(err.Error(), one.says) {
			t.Errorf("%q in %s: %v", one.file, one.encoding, err)
		}
	}
}

// TestAlongFileIsCheckedToItsEnd: a byte that is no UTF-8 counts wherever it stands, also where two pieces meet.
func TestALongFileIsCheckedToItsEnd(t *testing.T) {
	t.Parallel()
	table := []byte("name\n" + strings.Repeat("示例企业\n", 5000))
	if got, err := read(t, bytes.NewReader(table), ""); err != nil || strings.Count(got, "示例企业") != 5000 {
		t.Errorf("%v", err)
	}
	for _, at := range []int{8190, 8191, 8192, 8193, 16384, len(table) - 2} {
		broken := bytes.Clone(table)
		broken[at] = 0xff
		if _, err := read(t, bytes.NewReader(broken), ""); err == nil || !strings.Contains(err.Error(), "not in UTF-8") {
			t.Errorf("byte %d: %v", at, err)
		}
	}
}

func TestManyNotesAreCounted(t *testing.T) {
	t.Parallel()
	reader, err := sheet.Open(strings.NewReader("name\n"+strings.Repeat("оƬ\n", 50)), sheet.Ways{}, columns)
	if err != nil {
		t.Fatal(err)
	}
	for row, _, err := reader.Next(); err == nil; row, _, err = reader.Next() {
		row.Text("name")
	}
	notes := reader.Notes()
	if len(notes) != 21 || notes[20] != "and 30 notes more" {
		t.Errorf("%q", notes)
	}
}
