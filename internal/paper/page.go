package paper

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"

	"gongbao/internal/money"
)

// Measures of a page, in millimetres and points.
const (
	LineHeight  = 5.2
	TitleSize   = 17
	HeadingSize = 10.5
	TextSize    = 9
	SmallSize   = 7.5

	short, long = 210, 297 // the sides of A4
	margin      = 18
	labelWidth  = 46
	footerAt    = -14
	bottom      = margin + 4
	rowHeight   = 6
	headingRoom = 26 // with the lines below it
	gap         = 2
)

// Orientation is how a sheet of A4 is held.
type Orientation string

// Orientations.
const (
	Upright Orientation = "P"
	Across  Orientation = "L"
)

// Widths are those of a table's columns, in millimetres.
type Widths []float64

// Document is one that is being written. What it draws is what the font can draw.
type Document struct {
	*fpdf.Fpdf

	Width float64 // of a line
	Texts int     // the first so many columns of a table are texts and stand to the left, the others to the right

	foot    float64 // where the lines of a page end
	glyphs  sfnt.Buffer
	lacking map[rune]bool // characters that were asked for and that the font does not have
}

// New begins a document with its first page. The same document at the same instant is the same bytes. Foot says what
// stands below each page; {nb} in it is the number of pages.
func New(held Orientation, title string, at time.Time, foot func(page int) string) *Document {
	d := &Document{Fpdf: fpdf.New(string(held), "mm", "A4", ""), Texts: 1, lacking: map[rune]bool{}}
	d.Width, d.foot = short-2*margin, long-bottom
	if held == Across {
		d.Width, d.foot = long-2*margin, short-bottom
	}
	d.SetCatalogSort(true)
	d.SetCreationDate(at.UTC())
	d.SetModificationDate(at.UTC())
	d.SetTitle(title, true)
	d.SetProducer("gongbao", true)
	d.SetLang("zh-CN")
	d.AddUTF8FontFromBytes("noto", "", bytes.Clone(font())) // the library writes into it
	d.SetMargins(margin, margin, margin)
	d.SetAutoPageBreak(true, bottom)
	d.AliasNbPages("")
	d.SetFooterFunc(func() {
		d.SetY(footerAt)
		d.Size(SmallSize)
		d.Ink(footerInk)
		d.CellFormat(d.Width, footerHeight, foot(d.PageNo()), "", 0, "C", false, 0, "")
		d.Ink(0)
	})
	d.AddPage()
	return d
}

const (
	footerInk    = 120
	footerHeight = 4
)

// Finish ends the document, and gives the characters for which a box stands, because the font lacks them.
func (d *Document) Finish(to io.Writer) (lacking string, err error) {
	return string(slices.Sorted(maps.Keys(d.lacking))), d.Output(to)
}

// box stands for a character that the font lacks; it has this one.
const box = '□'

// drawable is a text with a box for each character that the font lacks, which are noted: the library cannot draw them,
// and some it cannot even pass over.
func (d *Document) drawable(text string) string {
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
func (d *Document) CellFormat(
	w, h float64, text, border string, line int, align string, fill bool, link int, to string,
) {
	d.Fpdf.CellFormat(w, h, d.drawable(text), border, line, align, fill, link, to)
}

// MultiCell is the library's, of what can be drawn.
func (d *Document) MultiCell(w, h float64, text, border, align string, fill bool) {
	d.Fpdf.MultiCell(w, h, d.drawable(text), border, align, fill)
}

// Size sets the size of the letters, in points.
func (d *Document) Size(points float64) { d.SetFont("noto", "", points) }

// Ink sets how grey the letters are, from 0 for black to 255.
func (d *Document) Ink(grey int) { d.SetTextColor(grey, grey, grey) }

// Room begins a new page, unless there is so much room left on this one, and says whether it did.
func (d *Document) Room(height float64) bool {
	if d.GetY()+height <= d.foot {
		return false
	}
	d.AddPage()
	return true
}

// RoomFor is room for lines and what stands around them.
func (d *Document) RoomFor(around int, lines [][]string) bool {
	return d.Room(float64(around) + LineHeight*float64(len(lines)))
}

// Heading begins a part of the page; it does not stand alone at a page's end.
func (d *Document) Heading(chinese, english string) {
	d.Room(headingRoom)
	d.Ln(2.5)
	d.Size(HeadingSize)
	d.SetFillColor(232, 238, 243)
	d.CellFormat(d.Width, 6.4, " "+chinese+"  "+english, "", 1, "L", true, 0, "")
	d.Size(TextSize)
	d.Ln(1)
}

// Fact is a label with its value, on as many lines as it takes; an empty value prints nothing.
func (d *Document) Fact(label, value string) {
	if value == "" {
		return
	}
	lines := d.wrapped(value, d.Width-labelWidth)
	d.Room(float64(len(lines)) * LineHeight)
	for at, line := range lines {
		if at > 0 {
			label = ""
		}
		d.Ink(90)
		d.CellFormat(labelWidth, LineHeight, label, "", 0, "L", false, 0, "")
		d.Ink(0)
		d.CellFormat(d.Width-labelWidth, LineHeight, line, "", 1, "L", false, 0, "")
	}
}

// Table prints rows under a header, which stands on every page again; What is wider than its cell goes on below.
func (d *Document) Table(widths Widths, rows [][]string) {
	d.SetDrawColor(190, 200, 208)
	head := func() {
		d.Ink(90)
		d.Size(SmallSize)
		d.row(widths, rows[0])
		d.Ink(0)
		d.Size(TextSize)
	}
	head()
	for _, row := range rows[1:] {
		if d.Room(d.tall(widths, row)) {
			head()
		}
		d.row(widths, row)
	}
}

// row prints one row, line by line.
func (d *Document) row(widths Widths, cells []string) {
	lines := d.Lines(widths, cells)
	for at := range lines {
		border := ""
		if at == len(lines)-1 {
			border = "B"
		}
		for i := range cells {
			align := "R"
			if i < d.Texts {
				align = "L"
			}
			d.CellFormat(widths[i], d.lineOf(len(lines)), lines[at][i], border, 0, align, false, 0, "")
		}
		d.Ln(-1)
	}
}

// lineOf is the height of a line in a row of so many.
func (d *Document) lineOf(lines int) float64 {
	if lines == 1 {
		return rowHeight
	}
	return LineHeight
}

func (d *Document) tall(widths Widths, cells []string) float64 {
	lines := len(d.Lines(widths, cells))
	return d.lineOf(lines) * float64(lines)
}

// Lines are the cells of a row, each on as many lines as the tallest takes.
func (d *Document) Lines(widths Widths, cells []string) [][]string {
	var lines [][]string
	for i, cell := range cells {
		for at, line := range d.wrapped(cell, widths[i]) {
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
func (d *Document) wrapped(text string, width float64) []string {
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
func (d *Document) fitting(text []rune, width float64) int {
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

// Grouped is an amount with its thousands apart.
func Grouped(amount money.Amount) string {
	text := amount.Abs().String()
	whole := len(text) - len(".00")
	for at := whole - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	if amount.IsNegative() {
		return "-" + text
	}
	return text
}
