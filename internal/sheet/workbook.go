package sheet

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
)

// workbook is one sheet of an XLSX, unpacked into rows.
type workbook struct {
	rows   *spool
	merged []span
	open   []span // merged cells that reach the row at hand
	cells  []cell
	given  int // rows
	total  int // rows that the sheet has
	size   int64
}

// seekable is a source that can be read anywhere, such as a file.
type seekable interface {
	io.ReaderAt
	io.Seeker
}

// openWorkbook reads a workbook to its end and checks all of it; rows are given only then.
func openWorkbook(from io.Reader, start *bufio.Reader, sheet string, notes *notes) (_ *workbook, err error) {
	at, size, put, err := anywhere(from, start)
	if err != nil {
		return nil, err
	}
	if put != nil {
		defer func() { err = errors.Join(err, put.close()) }()
	}
	if size > workbookMax {
		return nil, unreadable("a workbook has at most %d bytes; send a CSV", workbookMax)
	}
	parts, err := openParts(at, size)
	if err != nil {
		return nil, err
	}
	contents, err := readContents(parts)
	if err != nil {
		return nil, err
	}
	chosen, err := contents.choose(sheet, notes)
	if err != nil {
		return nil, err
	}
	book := &workbook{size: size}
	if book.rows, err = newSpool(); err != nil {
		return nil, err
	}
	if err := book.unpack(parts, contents, chosen, notes); err != nil {
		return nil, errors.Join(err, book.rows.close())
	}
	return book, nil
}

// anywhere gives a source that can be read anywhere: itself when it can, and else a file into which it is put.
func anywhere(from io.Reader, start *bufio.Reader) (io.ReaderAt, int64, *spool, error) {
	if file, can := from.(seekable); can {
		if size, err := file.Seek(0, io.SeekEnd); err == nil {
			return file, size, nil, nil
		}
	}
	put, err := newSpool()
	if err != nil {
		return nil, 0, nil, err
	}
	size, err := io.Copy(put.Writer, io.LimitReader(start, workbookMax+1))
	if err == nil {
		err = put.rewind()
	}
	if err != nil {
		return nil, 0, nil, errors.Join(fmt.Errorf("the workbook cannot be read: %w", err), put.close())
	}
	return put.file, size, put, nil
}

func (b *workbook) unpack(parts *parts, contents *contents, chosen bookSheet, notes *notes) error {
	looks, err := readLooks(parts, contents.styles)
	if err != nil {
		return err
	}
	texts, err := readTexts(parts, contents.texts)
	if err != nil {
		return err
	}
	defer func() { _ = texts.close() }()
	reading := &sheetReading{
		texts: texts, looks: looks, epoch: contents.epoch, into: b.rows, notes: notes,
	}
	if err := parts.parse(chosen.part, reading.read); err != nil {
		return err
	}
	reading.tell()
	b.total, b.merged = reading.rows, reading.merged
	if err := parts.rest(); err != nil {
		return err
	}
	return b.rows.rewind()
}

func (b *workbook) next() ([]cell, int, error) {
	number, cells, err := b.rows.row(b.cells[:0])
	if errors.Is(err, io.EOF) && b.given != b.total {
		return nil, 0, fmt.Errorf("the workbook has %d rows, and %d were read", b.total, b.given)
	}
	if err != nil {
		return nil, 0, err
	}
	b.cells, b.given = cells, b.given+1
	b.merge(number)
	return b.cells, number, nil
}

// merge marks the cells of a row that are merged with others.
func (b *workbook) merge(row int) {
	for len(b.merged) > 0 && b.merged[0].top <= row {
		b.open, b.merged = append(b.open, b.merged[0]), b.merged[1:]
	}
	b.open = slices.DeleteFunc(b.open, func(s span) bool { return s.bottom < row })
	for _, s := range b.open {
		for at := s.left; at <= min(s.right, columnsMax-1); at++ {
			for at >= len(b.cells) {
				b.cells = append(b.cells, cell{})
			}
			b.cells[at] = cell{kind: kindMerged}
		}
	}
}

func (b *workbook) offset() int64 {
	if b.total == 0 {
		return 0
	}
	return b.size * int64(b.given) / int64(b.total)
}

func (b *workbook) close() error { return b.rows.close() }

// contents is what a workbook says of its sheets.
type contents struct {
	sheets []bookSheet
	styles string // names of parts, "" where there is none
	texts  string
	epoch  int // days by which its serial days differ from those of 1900
}

type bookSheet struct {
	name, part string
	hidden     bool
}

// days1904 lie between the two epochs a workbook may count its days from.
const days1904 = 1462

func readContents(parts *parts) (*contents, error) {
	main := "xl/workbook.xml"
	if parts.has("_rels/.rels") {
		related, err := parts.related("", "_rels/.rels")
		if err != nil {
			return nil, err
		}
		main = only(related["officeDocument"], main)
	}
	if !parts.has(main) || strings.HasSuffix(main, ".bin") || strings.HasPrefix(main, "word/") {
		return nil, otherArchive(parts)
	}
	folder, file := path.Split(main)
	related, err := parts.related(folder, folder+"_rels/"+file+".rels")
	if err != nil {
		return nil, err
	}
	c := &contents{styles: only(related["styles"], ""), texts: only(related["sharedStrings"], "")}
	return c, parts.parse(main, func(x *parser) error { return c.read(x, related["worksheet"]) })
}

// only is the part that is related in a way of which there is one, or a fallback.
func only(related map[string]string, fallback string) string {
	for _, id := range slices.Sorted(maps.Keys(related)) {
		return related[id]
	}
	return fallback
}

func (c *contents) read(x *parser, worksheets map[string]string) error {
	return x.each(func(start xml.StartElement) error {
		switch {
		case x.at("workbook", "workbookPr") && isTrue(attribute(start, "date1904")):
			c.epoch = days1904
		case x.at("workbook", "sheets", "sheet"):
			id := ""
			for _, a := range start.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			if part, there := worksheets[id]; there { // else it is a chart
				state := attribute(start, "state")
				c.sheets = append(c.sheets, bookSheet{attribute(start, "name"), part, state != "" && state != "visible"})
			}
		}
		return nil
	})
}

// related reads what a part is related to: by the end of the relation's type, the parts by the relation's id.
func (p *parts) related(folder, name string) (map[string]map[string]string, error) {
	related := map[string]map[string]string{}
	return related, p.parse(name, func(x *parser) error {
		return x.each(func(start xml.StartElement) error {
			kind, target := attribute(start, "Type"), attribute(start, "Target")
			kind = kind[strings.LastIndexByte(kind, '/')+1:]
			if attribute(start, "TargetMode") == "External" {
				return nil
			}
			if !strings.HasPrefix(target, "/") {
				target = folder + target
			}
			if related[kind] == nil {
				related[kind] = map[string]string{}
			}
			related[kind][attribute(start, "Id")] = partName(target)
			return nil
		}, "Relationships", "Relationship")
	})
}

// otherArchive says what an archive is that is no workbook.
func otherArchive(parts *parts) error {
	for _, other := range []struct{ part, what string }{
		{"xl/workbook.bin", "a binary workbook (XLSB); save it as XLSX, or as CSV in UTF-8"},
		{"content.xml", "an OpenDocument file (ODS); save it as XLSX, or as CSV in UTF-8"},
		{"word/document.xml", "a Word document"}, {"ppt/presentation.xml", "a presentation"},
		{"index/document.iwa", "a Numbers document; save it as XLSX, or as CSV in UTF-8"},
	} {
		if parts.has(other.part) {
			return unreadable("the file is %s", other.what)
		}
	}
	return unreadable("the file is a ZIP archive and no workbook; unpack it first")
}

// choose gives the sheet of a name or, where none is named, the first that is visible; what was not read is said.
func (c *contents) choose(name string, notes *notes) (bookSheet, error) {
	var visible, names []string
	for _, sheet := range c.sheets {
		names = append(names, quoted(sheet.name))
		if !sheet.hidden {
			visible = append(visible, sheet.name)
		}
	}
	at := slices.IndexFunc(c.sheets, func(s bookSheet) bool { return s.name == name || name == "" && !s.hidden })
	switch {
	case at < 0 && name == "":
		return bookSheet{}, unreadable("the workbook has no visible sheet; name the one to read")
	case at < 0:
		return bookSheet{}, unreadable("the workbook has no sheet %s; it has %s", quoted(name),
			strings.Join(names[:min(len(names), notesMax)], ", "))
	}
	chosen := c.sheets[at]
	switch {
	case chosen.hidden:
		notes.say("read the sheet %s, which is hidden", quoted(chosen.name))
	case len(c.sheets) == 1:
	case len(visible) == 1:
		notes.say("read the sheet %s; the others are hidden and were not read", quoted(chosen.name))
	default:
		notes.say("read the sheet %s of %d; the others were not read", quoted(chosen.name), len(c.sheets))
	}
	return chosen, nil
}
