package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// csvFile is a CSV.
type csvFile struct {
	csv   *csv.Reader
	width int  // cells of the header
	loose bool // titles above the header have other widths
	cells []cell
}

// Encodings by the names that people have for them.
var encodings = map[string]bool{ // whether it is GB18030
	"": false, "utf-8": false, "utf8": false, "gb18030": true, "gbk": true, "gb2312": true, "cp936": true,
}

func openCSV(from *bufio.Reader, start []byte, ways Ways, notes *notes) (*csvFile, error) {
	encoding := ways.Encoding
	if what := foreign(start, from); what != "" {
		return nil, unreadable("the file is %s", what)
	}
	var plain io.Reader = &utf8Only{from: from}
	if encodings[strings.ToLower(encoding)] {
		if bytes.HasPrefix(start, []byte(bom)) {
			return nil, unreadable("the file begins with the mark of UTF-8, and is said to be in %s", encoding)
		}
		plain = transform.NewReader(from, gb18030.NewDecoder())
		notes.say("read as GB18030, as was said")
	} else if bytes.HasPrefix(start, []byte(bom)) {
		notes.guessed = false // the mark says it
	}
	if what := separated(start); what != "" && ways.Titled == nil {
		return nil, unreadable("the file's %s", what)
	}
	text := bufio.NewReaderSize(plain, sniffed)
	mark, err := text.Peek(len(bom))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if string(mark) == bom {
		if _, err := text.Discard(len(bom)); err != nil {
			return nil, err
		}
	}
	reader := csv.NewReader(text)
	reader.ReuseRecord, reader.FieldsPerRecord = true, -1
	return &csvFile{csv: reader, loose: ways.Titled != nil}, nil
}

func (f *csvFile) next() ([]cell, int, error) {
	record, err := f.csv.Read()
	if failure, ok := errors.AsType[*csv.ParseError](err); ok {
		if failure.Line != failure.StartLine { // the rows between would be lost in one cell
			return nil, 0, unreadable("a quotation mark that opens in row %d is not closed as it should be up to row %d",
				failure.StartLine, failure.Line)
		}
		return nil, 0, &rowError{row: failure.StartLine, message: failure.Err.Error()}
	}
	if err != nil {
		return nil, 0, err
	}
	f.cells = f.cells[:0]
	for _, value := range record {
		f.cells = append(f.cells, written(value))
	}
	row, _ := f.csv.FieldPos(0)
	if f.width == 0 && !f.loose && !blank(f.cells) {
		f.width = len(record)
	}
	if f.width > 0 && len(record) != f.width && !blank(f.cells) {
		return nil, 0, &rowError{row: row, begins: begins(f.cells), message: fmt.Sprintf(
			"wrong number of fields: the header has %d, the row has %d", f.width, len(record),
		)}
	}
	return f.cells, row, nil
}

func (f *csvFile) offset() int64 { return f.csv.InputOffset() }
func (f *csvFile) close() error  { return nil }

// utf8Only passes on what is well-formed UTF-8 and refuses the file at the first byte that is not: half a file in the
// wrong letters is worse than none.
type utf8Only struct {
	from   io.Reader
	behind []byte // the bytes of a character that has not been read to its end
	lines  int
	err    error
}

func (u *utf8Only) Read(into []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	if len(into) < 2*utf8.UTFMax {
		return 0, io.ErrShortBuffer
	}
	have := copy(into, u.behind)
	read, err := u.from.Read(into[have:])
	have += read
	good, well := wellFormed(into[:have], err != nil)
	if !well {
		u.err = u.refusal(into[:have], good)
		return 0, u.err
	}
	u.behind = append(u.behind[:0], into[good:have]...)
	u.lines += bytes.Count(into[:good], []byte{'\n'})
	u.err = err
	if good > 0 {
		return good, nil
	}
	return 0, err
}

// wellFormed gives how many bytes are whole characters; at the end of the file all must be.
func wellFormed(chunk []byte, end bool) (int, bool) {
	if utf8.Valid(chunk) {
		return len(chunk), true
	}
	good := 0
	for good < len(chunk) {
		r, size := utf8.DecodeRune(chunk[good:])
		if r == utf8.RuneError && size == 1 {
			return good, !end && !utf8.FullRune(chunk[good:])
		}
		good += size
	}
	return good, true
}

func (u *utf8Only) refusal(chunk []byte, good int) error {
	row := u.lines + bytes.Count(chunk[:good], []byte{'\n'}) + 1
	line := chunk[bytes.LastIndexByte(chunk[:good], '\n')+1:]
	if likelyGB(line) {
		return unreadable("the file is not in UTF-8 (row %d) but, it seems, in GBK (GB18030); if so, say it: %s", row, sayGB)
	}
	return unreadable("the file is not in UTF-8 (row %d); save it as CSV in UTF-8", row)
}
