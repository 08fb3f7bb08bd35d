package schedule

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"sync"

	"codeberg.org/go-pdf/fpdf"

	"gongbao/insurance"
)

//go:embed font/NotoSansSC-GBK.ttf.gz
var fontFile []byte

// font unpacks the font once; a font that cannot be unpacked is a fault of the build, and a test prints with it.
var font = sync.OnceValue(func() []byte {
	unpacked, err := gzip.NewReader(bytes.NewReader(fontFile))
	if err != nil {
		panic("schedule: the font: " + err.Error())
	}
	content, err := io.ReadAll(unpacked)
	if err != nil {
		panic("schedule: the font: " + err.Error())
	}
	return content
})

// Measures of the page, in millimetres and points.
const (
	margin     = 18
	pageWidth  = 210
	lineWidth  = pageWidth - 2*margin
	labelWidth = 46
	lineHeight = 5.2
	footerAt   = -14

	signaturesFit = 243 // from the top: below it they would be torn apart

	titleSize   = 17
	headingSize = 10.5
	textSize    = 9
	smallSize   = 7.5
)

// sheetOf is a document that is being written.
type sheetOf struct {
	*fpdf.Fpdf

	print *insurance.Printable
}

func (d *sheetOf) size(points float64) { d.SetFont("noto", "", points) }

func (d *sheetOf) ink(grey int) { d.SetTextColor(grey, grey, grey) }

// heading begins a part of the page.
func (d *sheetOf) heading(chinese, english string) {
	d.Ln(2.5)
	d.size(headingSize)
	d.SetFillColor(232, 238, 243)
	d.CellFormat(lineWidth, 6.4, " "+chinese+"  "+english, "", 1, "L", true, 0, "")
	d.size(textSize)
	d.Ln(1)
}

// fact is a label with its value; an empty value prints nothing.
func (d *sheetOf) fact(label, value string) {
	if value == "" {
		return
	}
	top := d.GetY()
	d.ink(90)
	d.CellFormat(labelWidth, lineHeight, label, "", 0, "L", false, 0, "")
	d.ink(0)
	d.MultiCell(lineWidth-labelWidth, lineHeight, value, "", "L", false)
	if d.GetY() < top+lineHeight {
		d.SetY(top + lineHeight)
	}
}

// table prints rows under a header; the first column is text, the others stand to the right.
func (d *sheetOf) table(widths []int, rows [][]string) {
	d.SetDrawColor(190, 200, 208)
	for at, row := range rows {
		if at == 0 {
			d.ink(90)
			d.size(smallSize)
		}
		for i, cell := range row {
			align := "R"
			if i == 0 {
				align = "L"
			}
			d.CellFormat(float64(widths[i]), 6, d.fitted(cell, float64(widths[i])), "B", 0, align, false, 0, "")
		}
		d.Ln(-1)
		d.ink(0)
		d.size(textSize)
	}
}

// fitted cuts a text that is wider than its cell.
func (d *sheetOf) fitted(text string, width float64) string {
	const gap = 2
	if d.GetStringWidth(text) <= width-gap {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && d.GetStringWidth(string(runes)+"…") > width-gap {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
