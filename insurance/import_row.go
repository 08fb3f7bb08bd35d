package insurance

import (
	"fmt"
	"strings"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
)

// ImportColumns are the columns a file of policies may have; the header names them, in any order. What an empty cell
// would leave to us, a rate or what was taken in, stands in columns that have no empty cells.
var ImportColumns = append([]sheet.Column{
	sheet.Needs("pool", "code of the pool"),
	sheet.Needs("number", "policy number; begins with the pool's code and a dash"),
	sheet.Needs("line", "product line"),
	sheet.Needs("insured", "name of the insured"),
	sheet.Needs("start", "first day, YYYY-MM-DD"),
	sheet.Needs("end", "last day, YYYY-MM-DD"),
	sheet.Needs("premium", "net of VAT, in yuan"),
	sheet.Needs("limit", "limit of liability, in yuan"),
	sheet.Fills("deductible", "in yuan; 0 when left out"),
	sheet.Fills("vat", "rate; 6% when left out"),
	sheet.Fills("commission", "rate; 0% when left out"),
	sheet.May("instalments", "day:amount, net of VAT, separated by semicolons"),
	sheet.Fills("received", "premium taken in, gross of VAT; all of it when left out"),
	sheet.Fills("issued", "day it was signed, YYYY-MM-DD; the first day or today, the earlier, when left out"),
	sheet.May("equipment_value", "in yuan"),
	sheet.May("contract_value", "in yuan"),
	sheet.May("catalogue", "edition and item"),
	sheet.May("qualification", "id of the qualification"),
	sheet.May("retroactive", "YYYY-MM-DD"),
	sheet.May("consent", "reference of the insured's consent to several insurers"),
	sheet.May("sections", "section:limit:deductible, separated by semicolons; the line's own when left out"),
}, factColumns()...)

func factColumns() []sheet.Column {
	columns := make([]sheet.Column, 0, len(AllFacts))
	for _, f := range AllFacts {
		columns = append(columns, sheet.May(f.Name, f.Help))
	}
	return columns
}

// importRow is one policy to import.
type importRow struct {
	row      int
	quote    QuotePolicy
	received *money.Amount // nil: all of it
	issued   calendar.Date // zero when the file does not say: the first day or today, the earlier
}

var defaultVAT = money.MustRate("6%") // VAT Law of the PRC, art. 10: services

// policyOf reads a policy; what is wrong with the row stands in it.
func policyOf(r *sheet.Row) importRow {
	row := importRow{row: r.Number}
	amount := func(column string) money.Amount {
		if given := r.Amount(column); given != nil {
			return *given
		}
		return money.Amount{} // the column is not there, or its cell is at fault
	}
	row.quote = QuotePolicy{
		Pool: r.Text("pool"), Number: r.Text("number"), Line: r.Text("line"), Insured: r.Text("insured"),
		Starts:         r.Day("start", calendar.Date{}),
		Ends:           r.Day("end", calendar.Date{}),
		Premium:        amount("premium"),
		SumInsured:     amount("limit"),
		Deductible:     amount("deductible"),
		VAT:            sheet.Cell(r, "vat", defaultVAT, money.ParseRate),
		Commission:     sheet.Cell(r, "commission", money.Rate{}, money.ParseRate),
		Instalments:    sheet.Cell(r, "instalments", nil, parseInstalments),
		EquipmentValue: r.Amount("equipment_value"),
		ContractValue:  r.Amount("contract_value"),
		Catalogue:      r.Text("catalogue"), Qualification: r.Text("qualification"), Consent: r.Text("consent"),
		Retroactive: r.Day("retroactive", calendar.Date{}),
		Sections:    sheet.Cell(r, "sections", nil, ParseSections),
	}
	for _, f := range AllFacts {
		if err := f.Set(&row.quote.Facts, f.read(r)); err != nil {
			r.Fault(f.Name, "%v", err)
		}
	}
	row.received = r.Amount("received")
	row.issued = r.Day("issued", calendar.Date{})
	if len(r.Bad) == 0 {
		r.Refuse(row.quote.Check())
	}
	return row
}

// read gives a fact as it is written in a row, "" when it is not given.
func (f Fact) read(r *sheet.Row) string {
	switch {
	case f.isDay:
		if day := r.Day(f.Name, calendar.Date{}); !day.IsZero() {
			return day.String()
		}
		return ""
	case f.isNumber:
		return sheet.Cell(r, f.Name, "", func(number string) (string, error) { return number, nil })
	default:
		return r.Text(f.Name)
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
