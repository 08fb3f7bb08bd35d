package schedule

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"

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

// outlines are the font's, to know which characters it has.
var outlines = sync.OnceValue(func() *sfnt.Font {
	parsed, err := sfnt.Parse(font())
	if err != nil {
		panic("schedule: the font: " + err.Error())
	}
	return parsed
})

// Measures of the page, in millimetres and points.
const (
	margin     = 18
	pageWidth  = 210
	lineWidth  = pageWidth - 2*margin
	labelWidth = 46
	lineHeight = 5.2
	footerAt   = -14

	pageHeight  = 297
	bottom      = margin + 4
	rowHeight   = 6
	headingRoom = 26 // with the lines below it

	signatureRoom = 26 // without the names
	gap           = 2

	titleSize   = 17
	headingSize = 10.5
	textSize    = 9
	smallSize   = 7.5
)

// sheetOf is a document that is being written.
type sheetOf struct {
	*fpdf.Fpdf

	print   *insurance.Printable
	glyphs  sfnt.Buffer
	lacking map[rune]bool // characters that were asked for and that the font does not have
}

// box stands for a character that the font lacks; it has this one.
const box = '□'

// drawable is a text with a box for each character that the font lacks, which are noted: the library cannot draw them,
// and some it cannot even pass over.
func (d *sheetOf) drawable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		const drawn = 0xFFFF // the library's fonts end there
		index, err := outlines().GlyphIndex(&d.glyphs, r)
		if err == nil && index != 0 && r <= drawn {
			return r
		}
		d.lacking[r] = true
		return box
	}, text)
}

// CellFormat is the library's, of what can be drawn.
func (d *sheetOf) CellFormat(
	w, h float64, text, border string, line int, align string, fill bool, link int, to string,
) {
	d.Fpdf.CellFormat(w, h, d.drawable(text), border, line, align, fill, link, to)
}

// MultiCell is the library's, of what can be drawn.
func (d *sheetOf) MultiCell(w, h float64, text, border, align string, fill bool) {
	d.Fpdf.MultiCell(w, h, d.drawable(text), border, align, fill)
}

func (d *sheetOf) size(points float64) { d.SetFont("noto", "", points) }

func (d *sheetOf) ink(grey int) { d.SetTextColor(grey, grey, grey) }

// room begins a new page, unless there is so much room left on this one, and says whether it did.
func (d *sheetOf) room(height float64) bool {
	if d.GetY()+height <= pageHeight-bottom {
		return false
	}
	d.AddPage()
	return true
}

// roomFor is room for lines and what stands around them.
func (d *sheetOf) roomFor(around int, lines [][]string) bool {
	return d.room(float64(around) + lineHeight*float64(len(lines)))
}

// heading begins a part of the page; it does not stand alone at a page's end.
func (d *sheetOf) heading(chinese, english string) {
	d.room(headingRoom)
	d.Ln(2.5)
	d.size(headingSize)
	d.SetFillColor(232, 238, 243)
	d.CellFormat(lineWidth, 6.4, " "+chinese+"  "+english, "", 1, "L", true, 0, "")
	d.size(textSize)
	d.Ln(1)
}

// fact is a label with its value, on as many lines as it takes; an empty value prints nothing.
func (d *sheetOf) fact(label, value string) {
	if value == "" {
		return
	}
	lines := d.wrapped(value, lineWidth-labelWidth)
	d.room(float64(len(lines)) * lineHeight)
	for at, line := range lines {
		if at > 0 {
			label = ""
		}
		d.ink(90)
		d.CellFormat(labelWidth, lineHeight, label, "", 0, "L", false, 0, "")
		d.ink(0)
		d.CellFormat(lineWidth-labelWidth, lineHeight, line, "", 1, "L", false, 0, "")
	}
}

// table prints rows under a header, which stands on every page again; the first column is text, the others stand to the
// right. What is wider than its cell goes on below.
func (d *sheetOf) table(widths []int, rows [][]string) {
	d.SetDrawColor(190, 200, 208)
	head := func() {
		d.ink(90)
		d.size(smallSize)
		d.row(widths, rows[0])
		d.ink(0)
		d.size(textSize)
	}
	head()
	for _, row := range rows[1:] {
		if d.room(d.height(widths, row)) {
			head()
		}
		d.row(widths, row)
	}
}

// row prints one row, line by line.
func (d *sheetOf) row(widths []int, cells []string) {
	lines := d.lines(widths, cells)
	for at := range lines {
		border := ""
		if at == len(lines)-1 {
			border = "B"
		}
		for i := range cells {
			align := "R"
			if i == 0 {
				align = "L"
			}
			d.CellFormat(float64(widths[i]), d.lineOf(len(lines)), lines[at][i], border, 0, align, false, 0, "")
		}
		d.Ln(-1)
	}
}

// lineOf is the height of a line in a row of so many.
func (d *sheetOf) lineOf(lines int) float64 {
	if lines == 1 {
		return rowHeight
	}
	return lineHeight
}

func (d *sheetOf) height(widths []int, cells []string) float64 {
	lines := len(d.lines(widths, cells))
	return d.lineOf(lines) * float64(lines)
}

// lines are the cells of a row, each on as many lines as the tallest takes.
func (d *sheetOf) lines(widths []int, cells []string) [][]string {
	var lines [][]string
	for i, cell := range cells {
		for at, line := range d.wrapped(cell, float64(widths[i])) {
			if at == len(lines) {
				lines = append(lines, make([]string, len(cells)))
			}
			lines[at][i] = line
		}
	}
	return lines
}

// wrapped breaks a text into lines that fit: at a blank where there is one, else between any two characters, as Chinese
// text breaks. Nothing is left out.
func (d *sheetOf) wrapped(text string, width float64) []string {
	var lines []string
	for part := range strings.SplitSeq(d.drawable(text), "\n") {
		rest := []rune(part)
		for {
			fits := d.fitting(rest, width-gap)
			lines = append(lines, strings.TrimRight(string(rest[:fits]), " "))
			if rest = rest[fits:]; len(rest) == 0 {
				break
			}
		}
	}
	return lines
}

// fitting is how many of the characters fit on one line; at least one, if there is any.
func (d *sheetOf) fitting(text []rune, width float64) int {
	blank := 0
	for i := range text {
		if d.GetStringWidth(string(text[:i+1])) > width && i > 0 {
			if blank > 0 && text[i] != ' ' {
				return blank
			}
			return i
		}
		if text[i] == ' ' {
			blank = i + 1
		}
	}
	return len(text)
}
