package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"gongbao/internal/sheet"
)

// Parts of a workbook as other programs write them.
const (
	mainSpace   = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	office      = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	headerRow   = `<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>day</t>` +
		`</is></c><c r="C1" t="inlineStr"><is><t>amount</t></is></c></row>`
)

// plainParts is a workbook of one sheet with these rows below the header.
func plainParts(rows string) map[string]string {
	return map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels": packageRels + `<Relationship Id="rId1" Type="` + office + `/officeDocument" ` +
			`Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook ` + mainSpace + ` xmlns:r="` + office + `"><sheets>` +
			`<sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": packageRels +
			`<Relationship Id="rId1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + office + `/sharedStrings" Target="/xl/sharedStrings.xml"/>` +
			`<Relationship Id="rId3" Type="` + office + `/styles" Target="styles.xml"/></Relationships>`,
		"xl/sharedStrings.xml": `<sst ` + mainSpace + `><si><r><t>甲</t></r><r><t>乙</t></r><rPh sb="0" eb="1"><t>jia</t>` +
			`</rPh></si><si><t>a_x000D_b</t></si></sst>`,
		"xl/styles.xml": `<styleSheet ` + mainSpace + `><numFmts count="2"><numFmt numFmtId="170" ` +
			`formatCode="[$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/><numFmt numFmtId="171" ` +
			`formatCode="&quot;day&quot; 000000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>` +
			`<xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="10"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml": `<worksheet ` + mainSpace + `><sheetData>` + headerRow + rows +
			`</sheetData></worksheet>`,
	}
}

func packed(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var file bytes.Buffer
	archive := zip.NewWriter(&file)
	for name, content := range parts {
		part, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestCellsAsOtherProgramsWriteThem(t *testing.T) {
	t.Parallel()
	for _, one := range []struct{ rows, want string }{
		{`<row><c t="s"><v>0</v></c><c s="1"><v>46053</v></c><c><v>6.0E7</v></c></row>`, "2 甲乙 2026-01-31 60000000.00"},
		{`<row r="5"><c r="A5" t="s"><v>0</v></c><c r="C5"><v>0.30000000000000004</v></c></row>`, "5 甲乙  0.30"},
		{`~<c t="str"><f>A1</f><v>丙</v></c><c r="C2"><f>1+1</f><v>2</v></c></row>`, "2 丙  2.00"},
		{`@<c s="2"><v>46053.0</v></c></row>`, "2 丙 2026-01-31"},
		{`@<c t="d"><v>2026-01-31T00:00:00.000Z</v></c></row>`, "2 丙 2026-01-31"},
		{`~<c><v>12</v></c><c t="str"><f>""</f><v></v></c></row>`, "2 12  <nil>"},
		{`~<c t="s"><v>1</v></c></row>`, "2 name: the text holds a control character"},
		{`@<c s="1"><v>46053.5</v></c></row>`, `2 day: "46053.5" is not a date`},
		{`@<c s="1"><v>60</v></c></row>`, `2 day: "60" is not a date`},
		{`@<c><v>46053</v></c></row>`, "2 day: the cell holds a number"},
		{`@<c/><c s="1"><v>46053</v></c></row>`, "2 amount: the cell holds a day"},
		{`@<c/><c s="4"><v>0.5</v></c></row>`, "2 amount: the cell is shown as a percentage"},
		{`@<c/><c><v>1e400</v></c></row>`, "2 amount: the number in the cell is too large"},
		{`@<c/><c><v>12345678901234.56</v></c></row>`, "2 amount: a number cell does not keep"},
		{`~<c s="3"><v>123</v></c></row>`, "2 name: the cell holds a number, and how"},
		{`~<c><v>1.0</v></c></row>`, "2 name: the cell holds a number, and how"},
		{`~<c t="b"><v>1</v></c></row>`, "2 name: the cell holds true or false"},
		{`~<c t="e"><v>#REF!</v></c></row>`, "2 name: the cell holds an error value"},
		{`~<c><f>A1</f><v/></c></row>`, "2 name: the cell holds a formula"},
		{`~<c t="str"><f>A1</f></c></row>`, "2 name: the cell holds a formula"},
		{`@</row></sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells><sheetData>`, "2 name: the cell is merged"},
		{`~<c r="D2" t="str"><v>备注</v></c><c r="AB2"><v>1</v></c></row>`, "2 AB: the cell stands outside"},
		{`~<c r="A2" s="1"/></row><row r="9" hidden="1"><c t="str"><v>丙</v></c></row>`, "9 丙"},
	} {
		rows := strings.NewReplacer("@", `<row r="2"><c t="str"><v>丙</v></c>`, "~", `<row r="2">`).Replace(one.rows)
		got, err := read(t, bytes.NewReader(packed(t, plainParts(rows))), "")
		if err != nil || !strings.Contains(got, one.want) {
			t.Errorf("%s\n is %q, %v, not %q", rows, got, err, one.want)
		}
	}
}

// TestABrokenWorkbookIsRefusedAsAWhole: nothing of it is read, wherever it is broken.
func TestABrokenWorkbookIsRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	const good = `<row r="2"><c t="str"><v>丙</v></c></row>`
	parts := func(name, content string) map[string]string {
		changed := plainParts(good)
		if changed[name] = content; content == "" {
			delete(changed, name)
		}
		return changed
	}
	rows := func(rows string) map[string]string { return plainParts(good + rows) }
	book := plainParts(good)["xl/workbook.xml"]
	body := plainParts(good)["xl/worksheets/sheet1.xml"]
	for name, one := range map[string]struct {
		parts map[string]string
		says  string
	}{
		"out of order":        {rows(`<row r="1"><c t="str"><v>丁</v></c></row>`), "out of order"},
		"a row twice":         {rows(good), "row 2 stands behind row 2"},
		"a row beyond":        {rows(`<row r="1048577"/>`), "number cannot be read"},
		"cells out of order":  {rows(`<row r="3"><c r="B3"/><c r="A3"/></row>`), "cells of row 3 are out of order"},
		"a cell twice":        {rows(`<row r="3"><c r="A3"/><c r="A3"/></row>`), "cells of row 3 are out of order"},
		"a cell of elsewhere": {rows(`<row r="3"><c r="A4"/></row>`), "belongs elsewhere"},
		"no such text":        {rows(`<row r="3"><c t="s"><v>2</v></c></row>`), "a text that is not there"},
		"a kind unknown":      {rows(`<row r="3"><c t="x"><v>2</v></c></row>`), "a kind that is not known"},
		"wrapped rows":        {rows(`<mc:x xmlns:mc="urn:x"><row r="3"/></mc:x>`), "something else among its rows"},
		"wrapped cells":       {rows(`<row r="3"><x><c/></x></row>`), "something else among its cells"},
		"no last tag": {
			parts("xl/worksheets/sheet1.xml", strings.TrimSuffix(body, "</worksheet>")), "well-formed",
		},
		"cut off":     {parts("xl/worksheets/sheet1.xml", body[:len(body)-60]), "well-formed"},
		"two roots":   {parts("xl/worksheets/sheet1.xml", body+body), "well-formed"},
		"text behind": {parts("xl/worksheets/sheet1.xml", body+"x"), "text outside"},
		"entities": {
			parts("xl/worksheets/sheet1.xml", `<!DOCTYPE x [<!ENTITY a "b">]>`+body), "declares entities",
		},
		"an element too long": {
			parts("xl/worksheets/sheet1.xml", "<!--"+strings.Repeat("<x", 1<<20)+"-->"+body), "too long",
		},
		"a tower":          {parts("xl/worksheets/sheet1.xml", strings.Repeat("<x>", 100)), "where none may be"},
		"another encoding": {parts("xl/worksheets/sheet1.xml", `<?xml version="1.0" encoding="GBK"?>`+body), "not UTF-8"},
		"texts cut off":    {parts("xl/sharedStrings.xml", "<sst "+mainSpace+"><si><t>x"), "well-formed"},
		"no texts":         {parts("xl/sharedStrings.xml", ""), "lacks a part"},
		"no sheet":         {parts("xl/worksheets/sheet1.xml", ""), "lacks a part"},
		"a sheet of none":  {parts("xl/worksheets/sheet1.xml", "<x/>"), "sheet is none"},
		"all hidden": {
			parts("xl/workbook.xml", strings.Replace(book, `sheetId`, `state="veryHidden" sheetId`, 1)), "no visible sheet",
		},
		"no workbook": {map[string]string{"a.txt": "x"}, "a ZIP archive and no workbook"},
		"XLSB":        {map[string]string{"xl/workbook.bin": "x"}, "XLSB"},
		"ODS":         {map[string]string{"content.xml": "x"}, "OpenDocument"},
		"a Word text": {map[string]string{"word/document.xml": "x"}, "Word"},
		"merged, hazily": {
			rows(`</sheetData><mergeCells><mergeCell ref="B2:A1"/></mergeCells><sheetData>`), "cannot be told",
		},
	} {
		got, err := read(t, bytes.NewReader(packed(t, one.parts)), "")
		if file, is := errors.AsType[*sheet.Unreadable](err); !is || !strings.Contains(file.Reason, one.says) {
			t.Errorf("%s: %v, %q", name, err, got)
		}
	}
	whole := packed(t, plainParts(good))
	for at := 30; at < len(whole)-400; at += 97 {
		broken := bytes.Clone(whole)
		broken[at] ^= 0x55
		got, err := read(t, bytes.NewReader(broken), "")
		if err == nil && got != "2 丙  <nil>\n" {
			t.Errorf("with byte %d turned it is read as %q", at, got)
		}
	}
	for _, end := range []int{4, 100, len(whole) / 2, len(whole) - 1} {
		if got, err := read(t, bytes.NewReader(whole[:end]), ""); err == nil {
			t.Errorf("cut off at %d it is read as %q", end, got)
		}
	}
}

// TestWorkbooksOfOtherWriters have prefixes, a byte-order mark in their parts, and no styles.
func TestWorkbooksOfOtherWriters(t *testing.T) {
	t.Parallel()
	parts := plainParts("")
	delete(parts, "xl/styles.xml")
	delete(parts, "xl/sharedStrings.xml")
	parts["xl/_rels/workbook.xml.rels"] = packageRels + `<Relationship Id="rId1" Type="` + office +
		`/worksheet" Target="/XL/worksheets/Sheet1.xml"/></Relationships>`
	parts["xl/worksheets/sheet1.xml"] = "\ufeff" + `<?xml version="1.0" encoding="utf-8"?><x:worksheet xmlns:x="` +
		`http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetFormatPr zeroHeight="1"/><x:cols>` +
		`<x:col min="1" max="1" hidden="true"/></x:cols><x:sheetData><x:row><x:c t="str"><x:v>name</x:v></x:c></x:row>` +
		`<x:row><x:c t="str"><x:v>丙</x:v></x:c></x:row></x:sheetData></x:worksheet>`
	reader, err := sheet.Open(bytes.NewReader(packed(t, parts)), sheet.Ways{}, columns)
	if err != nil {
		t.Fatal(err)
	}
	row, bad, err := reader.Next()
	if err != nil || len(bad)+len(row.Bad) > 0 || row.Text("name") != "丙" {
		t.Errorf("%v %v %+v", err, bad, row)
	}
	if said := fmt.Sprint(reader.Notes()); !strings.Contains(said, "hidden rows as well: 2") ||
		!strings.Contains(said, "hidden columns") {
		t.Error(said)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
}

// TestALargeWorkbookTakesLittleMemory reads a workbook whose texts and rows are more than may be held, from a source
// that can be read once only, and wants all of them.
//
//nolint:paralleltest // what others hold at the same time would be counted
func TestALargeWorkbookTakesLittleMemory(t *testing.T) {
	const count = 120_000
	var texts, rows strings.Builder
	texts.WriteString("<sst " + mainSpace + ">")
	long := strings.Repeat("公司", 30)
	for i := range count {
		fmt.Fprintf(&texts, "<si><t>%d%s</t></si>", i, long)
		fmt.Fprintf(&rows, `<row r="%d"><c t="s"><v>%d</v></c></row>`, i+2, count-1-i)
	}
	texts.WriteString("</sst>")
	parts := plainParts(rows.String())
	parts["xl/sharedStrings.xml"] = texts.String()
	file := packed(t, parts)
	texts.Reset()
	rows.Reset()
	clear(parts)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	reader, err := sheet.Open(io.MultiReader(bytes.NewReader(file)), sheet.Ways{}, columns)
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for ; ; read++ {
		row, _, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprint(count-1-read, long); row.Text("name") != want {
			t.Fatalf("row %d is %q", row.Number, row.Text("name"))
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&now)
	if read != count || reader.Offset() != int64(len(file)) {
		t.Errorf("%d rows, %d bytes", read, reader.Offset())
	}
	if held := int64(now.HeapAlloc) - int64(before.HeapAlloc); held > 16<<20 {
		t.Errorf("%d bytes are held", held)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
}

// TestWhatSwellsIsNoTable: a small file may not unpack to a large one.
func TestWhatSwellsIsNoTable(t *testing.T) {
	t.Parallel()
	parts := plainParts(`<row r="2"><c t="str"><v>丙</v></c></row>`)
	parts["xl/media/image1.png"] = strings.Repeat("\x00", 40<<20)
	_, err := read(t, bytes.NewReader(packed(t, parts)), "")
	if err == nil || !strings.Contains(err.Error(), "unpacks to more") {
		t.Errorf("%v", err)
	}
	for i := range 5000 {
		parts[fmt.Sprint("x", i)] = ""
	}
	parts["xl/media/image1.png"] = ""
	if _, err := read(t, bytes.NewReader(packed(t, parts)), ""); err == nil || !strings.Contains(err.Error(), "part") {
		t.Errorf("%v", err)
	}
}

// TestNothingIsLeftBehind: the files in which a workbook is kept are gone once it is closed or refused.
func TestNothingIsLeftBehind(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	for _, rows := range []string{`<row r="2"><c t="str"><v>丙</v></c></row>`, `<row r="1"/>`} {
		_, err := read(t, io.MultiReader(bytes.NewReader(packed(t, plainParts(rows)))), "")
		t.Log(err)
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("%v %v", err, left)
		}
	}
}
