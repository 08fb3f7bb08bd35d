package insurance

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gongbao/internal/calendar"
	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// ImportColumns are the columns a file of policies may have; the header names them, in any order. Those with a star
// are needed.
var ImportColumns = append([]ImportColumn{
	{"pool", true, "code of the pool"},
	{"number", true, "policy number; begins with the pool's code and a dash"},
	{"line", true, "product line"},
	{"insured", true, "name of the insured"},
	{"start", true, "first day, YYYY-MM-DD"},
	{"end", true, "last day, YYYY-MM-DD"},
	{"premium", true, "net of VAT, in yuan"},
	{"limit", true, "limit of liability, in yuan"},
	{"deductible", false, "in yuan; 0 when left out"},
	{"vat", false, "rate; 6% when left out"},
	{"commission", false, "rate; 0% when left out"},
	{"instalments", false, "day:amount, net of VAT, separated by semicolons"},
	{"received", false, "premium taken in, gross of VAT; all of it when left out"},
	{"issued", false, "day from which the books count it, YYYY-MM-DD; the first day when left out"},
	{"equipment_value", false, "in yuan"},
	{"contract_value", false, "in yuan"},
	{"catalogue", false, "edition and item"},
	{"qualification", false, "id of the qualification"},
	{"retroactive", false, "YYYY-MM-DD"},
	{"consent", false, "reference of the insured's consent to several insurers"},
	{"sections", false, "section:limit:deductible, separated by semicolons; the line's own when left out"},
}, factColumns()...)

func factColumns() []ImportColumn {
	columns := make([]ImportColumn, 0, len(AllFacts))
	for _, f := range AllFacts {
		columns = append(columns, ImportColumn{f.Name, false, f.Help})
	}
	return columns
}

// ImportColumn is one column of a file of policies.
type ImportColumn struct {
	Name   string
	Needed bool
	Help   string
}

// BadRow is a row that cannot be imported, with the column that is at fault.
type BadRow struct {
	Row    int    `json:"row"`    // line of the file, the header is 1
	Column string `json:"column"` // "" when the row as a whole is refused
	Reason string `json:"reason"`
}

const cellMax = 4096 // bytes

// importRow is one policy to import.
type importRow struct {
	row      int
	quote    QuotePolicy
	received *money.Amount // nil: all of it
	issued   calendar.Date
}

// rowReader reads policies from CSV; it never holds more than one row.
type rowReader struct {
	csv     *csv.Reader
	columns map[string]int
	row     int
}

func newRowReader(source io.Reader, allowed []ImportColumn) (*rowReader, error) {
	reader := csv.NewReader(source)
	reader.ReuseRecord = true
	header, err := reader.Read()
	if err != nil {
		return nil, ErrImportUnreadable.With("the header cannot be read: %v", err)
	}
	columns := make(map[string]int, len(header))
	for i, name := range header {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
		if !slices.ContainsFunc(allowed, func(c ImportColumn) bool { return c.Name == name }) {
			return nil, ErrImportUnreadable.With("there is no column %q", name)
		}
		if _, twice := columns[name]; twice {
			return nil, ErrImportUnreadable.With("the column %q stands there twice", name)
		}
		columns[name] = i
	}
	for _, column := range allowed {
		if _, there := columns[column.Name]; column.Needed && !there {
			return nil, ErrImportUnreadable.With("the column %q is needed", column.Name)
		}
	}
	return &rowReader{csv: reader, columns: columns, row: 1}, nil
}

// cells gives the next row, or why it cannot be read; io.EOF after the last.
func (r *rowReader) cells() (*cellReader, []BadRow, error) {
	record, err := r.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, io.EOF
	}
	r.row, _ = r.csv.FieldPos(0)
	if failure, ok := errors.AsType[*csv.ParseError](err); ok {
		r.row = failure.StartLine
		return nil, []BadRow{{Row: r.row, Reason: failure.Err.Error()}}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return &cellReader{record: record, columns: r.columns, row: r.row}, nil, nil
}

// next gives the next policy, or what is wrong with its row; io.EOF after the last.
func (r *rowReader) next() (importRow, []BadRow, error) {
	cells, bad, err := r.cells()
	if err != nil || len(bad) > 0 {
		return importRow{}, bad, err
	}
	row := cells.policy()
	return row, cells.bad, nil
}

// cellReader reads the cells of one row and notes every fault.
type cellReader struct {
	record  []string
	columns map[string]int
	row     int
	bad     []BadRow
}

func (c *cellReader) text(column string) string {
	at, there := c.columns[column]
	if !there {
		return ""
	}
	text := strings.TrimSpace(c.record[at])
	if len(text) > cellMax {
		c.fault(column, "the cell is longer than %d bytes", cellMax)
		return ""
	}
	return strings.Clone(text)
}

func (c *cellReader) fault(column, format string, args ...any) {
	c.bad = append(c.bad, BadRow{Row: c.row, Column: column, Reason: fmt.Sprintf(format, args...)})
}

// cell reads one cell by parse; an empty cell is the fallback.
func cell[T any](c *cellReader, column string, fallback T, parse func(string) (T, error)) T {
	text := c.text(column)
	if text == "" {
		return fallback
	}
	value, err := parse(text)
	if err != nil {
		c.fault(column, "%v", err)
	}
	return value
}

func optional(text string) (*money.Amount, error) {
	amount, err := money.ParseAmount(text)
	return &amount, err
}

var defaultVAT = money.MustRate("6%") // VAT Law of the PRC, art. 10: services

func (c *cellReader) policy() importRow {
	row := importRow{row: c.row}
	row.quote = QuotePolicy{
		Pool: c.text("pool"), Number: c.text("number"), Line: c.text("line"), Insured: c.text("insured"),
		Start:          cell(c, "start", calendar.Date{}, calendar.ParseDate),
		End:            cell(c, "end", calendar.Date{}, calendar.ParseDate),
		Premium:        cell(c, "premium", money.Amount{}, money.ParseAmount),
		Limit:          cell(c, "limit", money.Amount{}, money.ParseAmount),
		Deductible:     cell(c, "deductible", money.Amount{}, money.ParseAmount),
		VAT:            cell(c, "vat", defaultVAT, money.ParseRate),
		Commission:     cell(c, "commission", money.Rate{}, money.ParseRate),
		Instalments:    cell(c, "instalments", nil, parseInstalments),
		EquipmentValue: cell(c, "equipment_value", nil, optional),
		ContractValue:  cell(c, "contract_value", nil, optional),
		Catalogue:      c.text("catalogue"), Qualification: c.text("qualification"), Consent: c.text("consent"),
		Retroactive: cell(c, "retroactive", calendar.Date{}, calendar.ParseDate),
	}
	row.quote.Sections = cell(c, "sections", nil, ParseSections)
	for _, f := range AllFacts {
		if err := f.Set(&row.quote.Facts, c.text(f.Name)); err != nil {
			c.fault(f.Name, "%v", err)
		}
	}
	row.received = cell(c, "received", nil, optional)
	row.issued = cell(c, "issued", row.quote.Start, calendar.ParseDate)
	if len(c.bad) == 0 {
		c.refused(row.quote.Check())
	}
	return row
}

// refused notes a refusal of the whole row, field by field where it names fields.
func (c *cellReader) refused(err error) {
	if err == nil {
		return
	}
	refusal, ok := errors.AsType[*fault.Fault](err)
	if !ok || len(refusal.Fields) == 0 {
		c.fault("", "%v", err)
		return
	}
	for _, field := range refusal.Fields {
		column, _, _ := strings.Cut(strings.TrimPrefix(field.Path, "facts."), "[")
		c.fault(column, "%s: %s", refusal.Code, field.Message)
	}
}

// ParseSections reads sections as files and scenarios write them: "quality:5000000.00:1000.00;liability", where a limit
// or a deductible left out is the line's.
func ParseSections(text string) ([]SectionTerms, error) {
	var sections []SectionTerms
	for part := range strings.SplitSeq(text, ";") {
		words := strings.Split(strings.TrimSpace(part), ":")
		terms := SectionTerms{Code: words[0]}
		for i, place := range []**money.Amount{&terms.Limit, &terms.Deductible} {
			if len(words) > i+1 && words[i+1] != "" {
				amount, err := money.ParseAmount(words[i+1])
				if err != nil {
					return nil, err
				}
				*place = &amount
			}
		}
		if len(words) > 3 || terms.Code == "" {
			return nil, fmt.Errorf("%q is not of the form section:limit:deductible", part)
		}
		sections = append(sections, terms)
	}
	return sections, nil
}

func parseInstalments(text string) ([]Instalment, error) {
	var instalments []Instalment
	for part := range strings.SplitSeq(text, ";") {
		day, amount, found := strings.Cut(strings.TrimSpace(part), ":")
		if !found {
			return nil, fmt.Errorf("%q is not of the form day:amount", part)
		}
		due, err := calendar.ParseDate(day)
		if err != nil {
			return nil, err
		}
		sum, err := money.ParseAmount(amount)
		if err != nil {
			return nil, err
		}
		instalments = append(instalments, Instalment{Due: due, Amount: sum})
	}
	return instalments, nil
}
