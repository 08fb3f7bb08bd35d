package sheet

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Reader reads a table row by row; neither a CSV nor a workbook is ever held in memory.
type Reader struct {
	from   source
	head   *header
	notes  *notes
	titled *Titled
}

// source is a kind of file.
type source interface {
	// next gives the cells of the next row, until it is called again, and its number; a *rowError is of that row alone.
	next() ([]cell, int, error)
	offset() int64 // bytes that have been read, of a workbook in proportion to its rows
	close() error
}

// Open reads the header. What the file is, is known by its first bytes. A workbook is read to its end before its first
// row is given; it is read where it lies when the source is a file, and put into one otherwise. The error is an
// *Unreadable where the file is to blame.
func Open(from io.Reader, ways Ways, allowed []Column) (*Reader, error) {
	if _, known := encodings[strings.ToLower(ways.Encoding)]; !known {
		return nil, unreadable("the encoding %s is not known; there are utf-8 and gb18030 (gbk, gb2312)",
			quoted(ways.Encoding))
	}
	reader := &Reader{notes: &notes{guessed: ways.Encoding == ""}, titled: ways.Titled}
	buffered := bufio.NewReaderSize(from, sniffed)
	start, err := buffered.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) && len(start) == 0 {
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	}
	if isZip(start) {
		reader.from, err = openWorkbook(from, buffered, ways.Sheet, reader.notes)
	} else {
		reader.from, err = openCSV(buffered, start, ways, reader.notes)
	}
	if err != nil {
		return nil, err
	}
	if ways.Titled != nil {
		reader.head, err = readTitledHeader(reader.from, allowed, ways.Titled)
	} else {
		reader.head, err = readHeader(reader.from, allowed)
	}
	if err != nil {
		return nil, errors.Join(err, reader.Close())
	}
	return reader, nil
}

func readHeader(from source, allowed []Column) (*header, error) {
	for {
		cells, _, err := from.next()
		bad, isRow := errors.AsType[*rowError](err)
		switch {
		case isRow:
			return nil, unreadable("the header cannot be read: %s", bad.message)
		case errors.Is(err, io.EOF):
			return nil, unreadable("the file is empty")
		case err != nil:
			return nil, err
		}
		for _, c := range cells {
			if reason := c.fault(); reason != "" {
				return nil, unreadable("the header cannot be read: %s", reason)
			}
		}
		if !blank(cells) {
			return headerOf(cells, allowed, false)
		}
	}
}

// readTitledHeader goes to the first row that names all columns which are needed.
func readTitledHeader(from source, allowed []Column, titled *Titled) (*header, error) {
	for range titlesMax {
		cells, _, err := from.next()
		if bad, isRow := errors.AsType[*rowError](err); isRow {
			return nil, unreadable("the titles cannot be read: %s", bad.message)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if names(cells, allowed) {
			if file, is := from.(*csvFile); is {
				file.width = len(cells) // a comma within a number would move what stands behind it
			}
			return headerOf(cells, allowed, true)
		}
		if titled.Titles != nil {
			titled.Titles(textsOf(cells))
		}
	}
	var needed []string
	for _, column := range allowed {
		if column.Needed {
			needed = append(needed, column.Name)
		}
	}
	return nil, unreadable("no row names the columns %s", strings.Join(needed, ", "))
}

// Next gives the next row that is not empty, or why it cannot be read; io.EOF after the last.
func (r *Reader) Next() (*Row, []BadRow, error) {
	for {
		cells, number, err := r.from.next()
		if bad, ok := errors.AsType[*rowError](err); ok {
			if r.titled.total(bad.begins) {
				continue
			}
			return nil, []BadRow{{Row: bad.row, Reason: bad.message}}, nil
		}
		if err != nil {
			return nil, nil, err
		}
		if blank(cells) || r.titled.total(begins(cells)) {
			continue
		}
		row := &Row{Number: number, cells: cells, head: r.head, notes: r.notes}
		row.check()
		return row, nil, nil
	}
}

// Each reads a whole file, of at most so many rows: take is given every row that can be read. The faults of rows and
// what there is to say of the file go into the report.
func Each(from io.Reader, ways Ways, allowed []Column, most int, report *Report, take func(*Row)) error {
	reader, err := Open(from, ways, allowed)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }()
	for {
		row, bad, err := reader.Next()
		if errors.Is(err, io.EOF) {
			report.Notes = reader.Notes()
			return nil
		}
		if err != nil {
			return err
		}
		if report.Rows++; report.Rows > most {
			return unreadable("a file has at most %d rows", most)
		}
		if len(bad) == 0 {
			take(row)
			bad = row.Bad
		}
		if len(bad) > 0 {
			report.Refuse(bad)
		}
	}
}

// Notes is what there is to say of the file beside its rows, once the last has been read.
func (r *Reader) Notes() []string { return r.notes.all() }

// Offset is how many bytes of the file have been read.
func (r *Reader) Offset() int64 { return r.from.offset() }

// Close lets go of what the file took.
func (r *Reader) Close() error { return r.from.close() }
