package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
)

// Bounds of what is read.
const (
	workbookMax = 64 << 20  // bytes of a workbook as it is sent
	unzippedMax = 512 << 20 // and unpacked: what swells more is no table
	cellMax     = 4096      // bytes
	columnsMax  = 256
)

// Column is one column a table may have; the header names them, in any order.
type Column struct {
	Name   string
	Needed bool
	Help   string
}

// Needs is a column that must be there.
func Needs(name, help string) Column { return Column{Name: name, Needed: true, Help: help} }

// May is a column that may be left out.
func May(name, help string) Column { return Column{Name: name, Help: help} }

// Reader reads a table row by row; a CSV is never held in memory.
type Reader struct {
	from    source
	columns map[string]int
}

// source is a kind of file.
type source interface {
	// next gives the cells of the next row and its number; a *rowError is of that row alone.
	next() ([]string, int, error)
	offset() int64 // bytes that have been read, of a workbook in proportion to its rows
	serialDays() (int, bool)
	close() error
}

type rowError struct {
	row     int
	message string
}

func (e *rowError) Error() string { return fmt.Sprintf("row %d: %s", e.row, e.message) }

// Open reads the header. sheet names a workbook's sheet, its first when empty. A workbook is known by its first bytes.
func Open(from io.Reader, sheet string, allowed []Column) (*Reader, error) {
	buffered := bufio.NewReader(from)
	var table source
	start, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	}
	if bytes.Equal(start, []byte("PK\x03\x04")) {
		if table, err = openWorkbook(buffered, sheet); err != nil {
			return nil, err
		}
	} else {
		table = openCSV(buffered)
	}
	header, _, err := table.next()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the header cannot be read: %w", err), table.close())
	}
	columns, err := columnsOf(header, allowed)
	if err != nil {
		return nil, errors.Join(err, table.close())
	}
	return &Reader{from: table, columns: columns}, nil
}

func columnsOf(header []string, allowed []Column) (map[string]int, error) {
	if len(header) > columnsMax {
		return nil, fmt.Errorf("a table has at most %d columns", columnsMax)
	}
	columns := make(map[string]int, len(header))
	for i, name := range header {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
		if !slices.ContainsFunc(allowed, func(c Column) bool { return c.Name == name }) {
			return nil, fmt.Errorf("there is no column %q", name)
		}
		if _, twice := columns[name]; twice {
			return nil, fmt.Errorf("the column %q stands there twice", name)
		}
		columns[name] = i
	}
	for _, column := range allowed {
		if _, there := columns[column.Name]; column.Needed && !there {
			return nil, fmt.Errorf("the column %q is needed", column.Name)
		}
	}
	return columns, nil
}

// Next gives the next row, or why it cannot be read; io.EOF after the last.
func (r *Reader) Next() (*Row, []BadRow, error) {
	cells, number, err := r.from.next()
	if bad, ok := errors.AsType[*rowError](err); ok {
		return nil, []BadRow{{Row: bad.row, Reason: bad.message}}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	row := &Row{Number: number, cells: cells, columns: r.columns}
	row.epoch, row.serial = r.from.serialDays()
	return row, nil, nil
}

// Offset is how many bytes of the file have been read.
func (r *Reader) Offset() int64 { return r.from.offset() }

// Close lets go of what a workbook took.
func (r *Reader) Close() error { return r.from.close() }

// csvFile is a CSV.
type csvFile struct{ csv *csv.Reader }

func openCSV(from io.Reader) *csvFile {
	reader := csv.NewReader(from)
	reader.ReuseRecord = true
	return &csvFile{csv: reader}
}

func (f *csvFile) next() ([]string, int, error) {
	record, err := f.csv.Read()
	if failure, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, 0, &rowError{row: failure.StartLine, message: failure.Err.Error()}
	}
	if err != nil {
		return nil, 0, err
	}
	row, _ := f.csv.FieldPos(0)
	return record, row, nil
}

func (f *csvFile) offset() int64           { return f.csv.InputOffset() }
func (f *csvFile) serialDays() (int, bool) { return 0, false }
func (f *csvFile) close() error            { return nil }

// workbook is one sheet of an XLSX.
type workbook struct {
	file  *excelize.File
	rows  *excelize.Rows
	row   int
	total int   // rows, as the sheet says; 0 when it does not
	size  int64 // bytes
	epoch int   // days by which its serial days differ from those of 1900
}

// days1904 lie between the two epochs a workbook may count its days from.
const days1904 = 1462

func openWorkbook(from io.Reader, sheet string) (*workbook, error) {
	content, err := io.ReadAll(io.LimitReader(from, workbookMax+1))
	if err != nil {
		return nil, fmt.Errorf("the workbook cannot be read: %w", err)
	}
	if len(content) > workbookMax {
		return nil, fmt.Errorf("a workbook has at most %d bytes; send a CSV", workbookMax)
	}
	file, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		UnzipSizeLimit: unzippedMax, UnzipXMLSizeLimit: workbookMax, RawCellValue: true,
	})
	if err != nil {
		return nil, fmt.Errorf("the workbook cannot be read: %w", err)
	}
	book := &workbook{file: file, size: int64(len(content))}
	if sheet == "" {
		sheet = file.GetSheetName(0)
	}
	if book.rows, err = file.Rows(sheet); err != nil {
		return nil, errors.Join(fmt.Errorf("the workbook has no sheet %q", sheet), file.Close())
	}
	if props, err := file.GetWorkbookProps(); err == nil && props.Date1904 != nil && *props.Date1904 {
		book.epoch = days1904
	}
	if dimension, err := file.GetSheetDimension(sheet); err == nil {
		_, last, _ := strings.Cut(dimension, ":")
		if _, row, err := excelize.CellNameToCoordinates(last); err == nil {
			book.total = row
		}
	}
	return book, nil
}

// longNumber is how a workbook writes a number it could not hold exactly: with 17 digits, of which it shows 15.
var longNumber = regexp.MustCompile(`^-?[0-9]+\.[0-9]+$`)

const shownDigits = 15

func (b *workbook) next() ([]string, int, error) {
	for b.rows.Next() {
		b.row++
		cells, err := b.rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, 0, fmt.Errorf("row %d cannot be read: %w", b.row, err)
		}
		if len(cells) > columnsMax {
			return nil, 0, &rowError{row: b.row, message: "the row is too long"}
		}
		empty := true
		for i, cell := range cells {
			empty = empty && strings.TrimSpace(cell) == ""
			if len(cell) > shownDigits && longNumber.MatchString(cell) {
				cells[i] = shown(cell)
			}
		}
		if !empty {
			return cells, b.row, nil
		}
	}
	if err := b.rows.Error(); err != nil {
		return nil, 0, fmt.Errorf("the workbook cannot be read: %w", err)
	}
	return nil, 0, io.EOF
}

// shown is a number as the workbook shows it to people: 1234.56 for 1234.5599999999999.
func shown(cell string) string {
	exact, err := decimal.NewFromString(cell)
	if err != nil || exact.NumDigits() <= shownDigits {
		return cell
	}
	places := shownDigits - (exact.NumDigits() + int(exact.Exponent()))
	return exact.Round(int32(places)).String() //nolint:gosec // between -15 and 15 digits
}

func (b *workbook) offset() int64 {
	if b.total == 0 {
		return 0
	}
	return b.size * int64(min(b.row, b.total)) / int64(b.total)
}

func (b *workbook) serialDays() (int, bool) { return b.epoch, true }
func (b *workbook) close() error            { return errors.Join(b.rows.Close(), b.file.Close()) }
