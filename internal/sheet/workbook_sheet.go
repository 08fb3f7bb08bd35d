package sheet

import (
	"encoding/xml"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"gongbao/internal/calendar"
)

// Bounds of a sheet, as spreadsheets have them.
const (
	rowMax     = 1_048_576
	widthMax   = 16_384 // columns
	mergedMax  = 10_000 // merged ranges
	mergedOpen = 64     // of one row
)

// span is a range of cells that are merged, from 0 in columns and from 1 in rows.
type span struct{ left, right, top, bottom int }

// sheetReading reads a sheet's part from its first tag to its last, and puts its rows where they can be read again.
type sheetReading struct {
	texts  *texts
	looks  []look
	epoch  int
	into   *spool
	notes  *notes
	rows   int // that have been put
	number int // of the row at hand
	cells  []cell
	merged []span

	hideAll, hidesColumns bool
	hidden, firstHidden   int // rows
}

func (s *sheetReading) read(x *parser) error {
	sheet := false
	err := x.each(func(start xml.StartElement) error {
		switch {
		case x.at("worksheet"):
			sheet = true
		case x.at("worksheet", "sheetFormatPr"):
			s.hideAll = isTrue(attribute(start, "zeroHeight"))
		case x.at("worksheet", "cols", "col"):
			s.hidesColumns = s.hidesColumns || isTrue(attribute(start, "hidden"))
		case x.at("worksheet", "sheetData", "row"):
			return s.row(x, start)
		case x.at("worksheet", "mergeCells", "mergeCell"):
			return s.merge(attribute(start, "ref"))
		case len(x.path) > 2 && x.path[0] == "worksheet" && x.path[1] == "sheetData":
			return unreadable("the sheet has something else among its rows, behind row %d", s.number)
		}
		return nil
	})
	if err == nil && !sheet {
		return unreadable("the workbook's sheet is none")
	}
	slices.SortFunc(s.merged, func(a, b span) int { return a.top - b.top })
	return err
}

// tell notes what people do not see when they look at the sheet.
func (s *sheetReading) tell() {
	if s.hidden > 0 {
		s.notes.say("read hidden rows as well: %d, the first is row %d", s.hidden, s.firstHidden)
	}
	if s.hidesColumns {
		s.notes.say("read hidden columns as well")
	}
}

// row reads a row and its cells. Rows stand in order and each once: else nobody knows which are meant.
func (s *sheetReading) row(x *parser, start xml.StartElement) error {
	number := s.number + 1
	if r := attribute(start, "r"); r != "" {
		var err error
		if number, err = strconv.Atoi(r); err != nil || number < 1 || number > rowMax {
			return unreadable("the sheet has a row whose number cannot be read, behind row %d", s.number)
		}
	}
	if number <= s.number {
		return unreadable("the sheet's rows are out of order: row %d stands behind row %d", number, s.number)
	}
	s.number, s.cells = number, s.cells[:0]
	hidden := attribute(start, "hidden")
	depth, column := len(x.path), 0
	for len(x.path) >= depth {
		token, err := x.next()
		if err != nil {
			return err
		}
		start, is := token.(xml.StartElement)
		if !is || len(x.path) != depth+1 || x.name() == "extLst" {
			continue
		}
		if x.name() != "c" {
			return unreadable("row %d has something else among its cells", s.number)
		}
		at, err := s.place(start, column)
		if err != nil {
			return err
		}
		if s.cells[at], err = s.cell(x, start); err != nil {
			return err
		}
		column = at + 1
	}
	if blank(s.cells) {
		return nil
	}
	if isTrue(hidden) || s.hideAll && hidden == "" {
		if s.hidden++; s.hidden == 1 {
			s.firstHidden = number
		}
	}
	s.rows++
	return s.into.putRow(number, s.cells)
}

// place finds where in the row a cell stands, and makes room for it.
func (s *sheetReading) place(start xml.StartElement, column int) (int, error) {
	if r := attribute(start, "r"); r != "" {
		at, row, ok := coordinates(r)
		if !ok || row != s.number {
			return 0, unreadable("row %d has a cell that belongs elsewhere", s.number)
		}
		if at < column {
			return 0, unreadable("the cells of row %d are out of order, or one stands there twice", s.number)
		}
		column = at
	}
	if column >= widthMax {
		return 0, unreadable("row %d has more than %d cells", s.number, widthMax)
	}
	for len(s.cells) <= column {
		s.cells = append(s.cells, cell{})
	}
	return column, nil
}

// cell reads a cell to its end.
func (s *sheetReading) cell(x *parser, start xml.StartElement) (cell, error) {
	kind, style := attribute(start, "t"), attribute(start, "s")
	var value strings.Builder
	formula, valued := false, false
	depth := len(x.path)
	for len(x.path) >= depth {
		token, err := x.next()
		if err != nil {
			return cell{}, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			formula = formula || len(x.path) == depth+1 && x.name() == "f"
			valued = valued || len(x.path) == depth+1 && x.name() == "v"
		case xml.CharData:
			inside := x.path[depth:]
			if len(inside) == 1 && inside[0] == "v" && kind != "inlineStr" ||
				len(inside) > 1 && inside[0] == "is" && kind == "inlineStr" && isRun(inside[1:]) {
				value.Write(token)
			}
		}
	}
	read, err := s.value(kind, style, value.String())
	if err == nil && formula && read.kind == kindEmpty && (kind != "str" || !valued) {
		read.kind = kindFormula
	}
	return read, err
}

func (s *sheetReading) value(kind, style, raw string) (cell, error) {
	trimmed := strings.TrimSpace(raw)
	switch kind {
	case "inlineStr", "str":
		return written(unescaped(raw)), nil
	case "s":
		if trimmed == "" {
			return cell{}, nil
		}
		at, err := strconv.Atoi(trimmed)
		if err != nil {
			return cell{}, unreadable("row %d has a cell that cannot be read", s.number)
		}
		text, err := s.texts.get(at)
		return written(text), err
	case "", "n":
		return s.numeric(style, trimmed), nil
	case "d":
		return dayCell(strings.TrimSuffix(trimmed, "T00:00:00")), nil
	case "b":
		return cell{kind: kindTruth, text: trimmed}, nil
	case "e":
		return cell{kind: kindError, text: trimmed}, nil
	}
	return cell{}, unreadable("row %d has a cell of a kind that is not known", s.number)
}

// dayCell is a day as the strict form writes it.
func dayCell(text string) cell {
	if text == "" {
		return cell{}
	}
	text, fraction, _ := strings.Cut(text, "T00:00:00.")
	if strings.Trim(fraction, "0Z") != "" {
		text += "T" + fraction
	}
	return cell{kind: kindDay, look: looksDay, text: strings.TrimSuffix(text, "T00:00:00Z")}
}

// numeric is a number, or a day where it is shown as one.
func (s *sheetReading) numeric(style, raw string) cell {
	if raw == "" {
		return cell{}
	}
	shown := looksPlain
	if style != "" {
		at, err := strconv.Atoi(style)
		if err != nil || at < 0 || at >= len(s.looks) {
			shown = looksOther
		} else {
			shown = s.looks[at]
		}
	}
	if shown != looksDay {
		return cell{kind: kindNumber, look: shown, text: raw}
	}
	serial, err := plainNumber(raw)
	if err != nil || !serial.IsInteger() || serial.LessThanOrEqual(decimal.NewFromInt(serialFirst)) ||
		serial.GreaterThanOrEqual(decimal.NewFromInt(int64(serialLast-s.epoch))) {
		return cell{kind: kindDay, look: shown, text: raw} // which is no day, and refused as one
	}
	return cell{kind: kindDay, look: shown, text: serialEpoch.AddDays(int(serial.IntPart()) + s.epoch).String()}
}

// serialEpoch is day 0 of a workbook that counts from 1900: two days early, for the day 0 and for the 29th of February
// 1900, which never was.
var serialEpoch = calendar.MustDate("1899-12-30")

const (
	serialFirst = 60        // the day that never was; those before it are off by one
	serialLast  = 2_958_466 // the day after 9999-12-31
)

func (s *sheetReading) merge(ref string) error {
	from, to, found := strings.Cut(ref, ":")
	left, top, ok := coordinates(from)
	if !found {
		return nil // a cell merged with nothing
	}
	right, bottom, okay := coordinates(to)
	if !ok || !okay || right < left || bottom < top {
		return unreadable("the sheet has merged cells that cannot be told")
	}
	open := 0
	for _, other := range s.merged[max(0, len(s.merged)-mergedOpen):] {
		if other.top <= top && other.bottom >= top {
			open++
		}
	}
	if len(s.merged) >= mergedMax || open >= mergedOpen {
		return unreadable("the sheet has too many merged cells for a table")
	}
	s.merged = append(s.merged, span{left, right, top, bottom})
	return nil
}

// coordinates reads A1: the column from 0 and the row from 1.
func coordinates(name string) (column, row int, ok bool) {
	at := 0
	for at < len(name) && name[at] >= 'A' && name[at] <= 'Z' && at < 3 {
		column = column*alphabet + int(name[at]-'A') + 1
		at++
	}
	row, err := strconv.Atoi(name[at:])
	if at == 0 || err != nil || row < 1 || row > rowMax || column > widthMax || name[at] == '+' {
		return 0, 0, false
	}
	return column - 1, row, true
}
