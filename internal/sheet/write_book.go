package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// Bounds of a sheet. A spreadsheet takes 1,048,576 rows and so many characters in a cell; what is longer it calls
// broken.
const (
	rowsMax = 1_000_000 // of one sheet, with its header; what is more goes to the next
	charMax = 32_767
)

// The looks of cells, by their place in the styles below.
const (
	lookPlain = iota
	lookAmount
	lookDay
	lookShare
	lookHeader
)

const styles = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
	`<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/>` +
	`<numFmt numFmtId="165" formatCode="0.00######%"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>` +
	`<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill>` +
	`<fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` + // #,##0.00
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

const (
	declared      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	relations     = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packageParts  = `http://schemas.openxmlformats.org/package/2006/relationships`
	contentTypes  = `http://schemas.openxmlformats.org/package/2006/content-types`
	spreadsheetML = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
	mainNamespace = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
)

// bookWriter is a workbook that is being written, part by part: nothing of it is kept but the names of its sheets.
type bookWriter struct {
	zip      *zip.Writer
	sheets   []string
	headings []Heading
	most     int // rows of a sheet

	out *bufio.Writer // into the open sheet
	row int           // rows of it so far
}

func writeWorkbook(to io.Writer, headings []Heading, most int, fill func(row func(Cells) error) error) error {
	w := &bookWriter{zip: zip.NewWriter(to), headings: headings, most: most}
	if err := w.begin("Sheet1", codesOf(headings)); err != nil {
		return err
	}
	err := errors.Join(fill(w.add), w.end(), w.legend(), w.frame())
	if err != nil {
		return err
	}
	return w.zip.Close()
}

// begin begins a sheet, whose header stays in sight.
func (w *bookWriter) begin(name string, header Cells) error {
	w.sheets = append(w.sheets, name)
	part, err := w.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(w.sheets)))
	if err != nil {
		return err
	}
	w.out, w.row = bufio.NewWriter(part), 0
	w.put(declared, `<worksheet xmlns="`, mainNamespace, `"><sheetViews><sheetView workbookViewId="0">`,
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`,
		`<cols><col min="1" max="`, strconv.Itoa(max(len(header), 1)), `" width="16" customWidth="1"/></cols><sheetData>`)
	return w.write(header, lookHeader)
}

// end ends the open sheet.
func (w *bookWriter) end() error {
	w.put(`</sheetData></worksheet>`)
	return w.out.Flush()
}

// add writes a row, on a new sheet where the open one is full.
func (w *bookWriter) add(cells Cells) error {
	if w.row == w.most {
		next := fmt.Sprintf("Sheet%d", len(w.sheets)+1)
		if err := errors.Join(w.end(), w.begin(next, codesOf(w.headings))); err != nil {
			return err
		}
	}
	return w.write(cells, lookPlain)
}

// write writes a row; its texts have the look. An error of writing is told when the sheet ends.
func (w *bookWriter) write(cells Cells, texts int) error {
	w.row++
	number := strconv.Itoa(w.row)
	w.put(`<row r="`, number, `">`)
	for i, cell := range cells {
		value, look, isNumber, err := kept(cell)
		if err != nil {
			return err
		}
		if value == "" {
			continue
		}
		w.put(`<c r="`, letters(i), number, `"`)
		if !isNumber {
			look = texts
		}
		if look != lookPlain {
			w.put(` s="`, strconv.Itoa(look), `"`)
		}
		if isNumber {
			w.put(`><v>`, value, `</v></c>`)
			continue
		}
		if utf8.RuneCountInString(value) > charMax {
			return fmt.Errorf("a cell holds %d characters, which no spreadsheet takes", utf8.RuneCountInString(value))
		}
		w.put(` t="inlineStr"><is><t xml:space="preserve">`)
		_ = xml.EscapeText(w.out, []byte(value)) // told when the sheet ends
		w.put(`</t></is></c>`)
	}
	w.put(`</row>`)
	return nil
}

// put writes into the open sheet; the writer keeps its first error and tells it when the sheet ends.
func (w *bookWriter) put(texts ...string) {
	for _, text := range texts {
		_, _ = w.out.WriteString(text)
	}
}

// kept is a cell as a workbook keeps it: amounts are numbers as far as a spreadsheet keeps them apart, and text beyond.
// A number is written in its own digits, which no float has touched.
func kept(cell any) (value string, look int, isNumber bool, err error) {
	switch cell := cell.(type) {
	case money.Amount:
		if _, exact := cell.ToSheet(); exact {
			return strings.TrimSuffix(strings.TrimRight(cell.String(), "0"), "."), lookAmount, true, nil
		}
	case money.Share:
		return cell.String(), lookShare, true, nil
	case decimal.Decimal:
		if cell.NumDigits() <= shownDigits {
			return cell.String(), lookShare, true, nil
		}
	case calendar.Date:
		if !cell.Before(firstSerialDay) {
			return strconv.Itoa(serialEpoch.DaysUntil(cell)), lookDay, true, nil
		}
	case int:
		return strconv.Itoa(cell), lookPlain, true, nil
	}
	value, err = plain(cell)
	return value, lookPlain, false, err
}

// firstSerialDay is the first after the day of 1900 that never was; days before it are not counted alike everywhere.
var firstSerialDay = calendar.MustDate("1900-03-01")

// legend says what the columns are, where they have more names than one.
func (w *bookWriter) legend() error {
	if len(w.headings) == 0 || w.headings[0].Chinese == "" {
		return nil
	}
	err := w.begin("columns", Cells{"column", "中文", "English"})
	for _, heading := range w.headings {
		err = errors.Join(err, w.write(Cells{heading.Code, heading.Chinese, heading.English}, lookPlain))
	}
	return errors.Join(err, w.end())
}

// frame writes the parts that say what the workbook consists of.
func (w *bookWriter) frame() error {
	var types, sheets, related strings.Builder
	for i, name := range w.sheets {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`,
			i+1, spreadsheetML)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, name, i+1, i+1)
		fmt.Fprintf(&related, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`,
			i+1, relations, i+1)
	}
	fmt.Fprintf(&related, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, len(w.sheets)+1, relations)
	for _, part := range []struct{ name, text string }{
		{"xl/styles.xml", styles},
		{"xl/workbook.xml", `<workbook xmlns="` + mainNamespace + `" xmlns:r="` + relations + `"><sheets>` +
			sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packageParts + `">` + related.String() +
			`</Relationships>`},
		{"_rels/.rels", `<Relationships xmlns="` + packageParts + `"><Relationship Id="rId1" Type="` + relations +
			`/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="` + contentTypes + `"><Default Extension="rels" ` +
			`ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + spreadsheetML + `sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + spreadsheetML + `styles+xml"/>` + types.String() + `</Types>`},
	} {
		out, err := w.zip.Create(part.name)
		if err == nil {
			_, err = io.WriteString(out, declared+part.text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
