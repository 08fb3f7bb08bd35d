package insurance

import (
	"fmt"
	"strings"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
	"gongbao/product"
)

// contractColumn is a column of a file of policies, with what it says of the contract.
type contractColumn struct {
	sheet.Column
	read func(r *sheet.Row, column string, c *Contract)
}

// contractColumns are those of the contract. What an empty cell would leave to us, a rate, stands in columns that have
// no empty cells.
var contractColumns = []contractColumn{
	{sheet.Needs("line", "product line"), textTerm(func(c *Contract) *string { return &c.Line })},
	{sheet.Needs("insured", "name of the insured"), textTerm(func(c *Contract) *string { return &c.Insured })},
	{sheet.Needs("start", "first day, YYYY-MM-DD"), dayTerm(func(c *Contract) *calendar.Date { return &c.Starts })},
	{sheet.Needs("end", "last day, YYYY-MM-DD"), dayTerm(func(c *Contract) *calendar.Date { return &c.Ends })},
	{sheet.Needs("premium", "net of VAT, in yuan"), amountTerm(func(c *Contract) *money.Amount { return &c.Premium })},
	{
		sheet.Needs("limit", "limit of liability, in yuan"),
		amountTerm(func(c *Contract) *money.Amount { return &c.SumInsured }),
	},
	{
		sheet.Fills("deductible", "in yuan; 0 when left out"),
		amountTerm(func(c *Contract) *money.Amount { return &c.Deductible }),
	},
	{sheet.Fills("vat", "rate; 6% when left out"), func(r *sheet.Row, column string, c *Contract) {
		c.VAT = sheet.Cell(r, column, defaultVAT, money.ParseRate)
	}},
	{sheet.Fills("commission", "rate; 0% when left out"), func(r *sheet.Row, column string, c *Contract) {
		c.Commission = sheet.Cell(r, column, money.Rate{}, money.ParseRate)
	}},
	{
		sheet.May("instalments", "day:amount, net of VAT, separated by semicolons"),
		func(r *sheet.Row, column string, c *Contract) {
			c.Instalments = sheet.Cell(r, column, nil, parseInstalments)
		},
	},
	{sheet.May("equipment_value", "in yuan"), func(r *sheet.Row, column string, c *Contract) {
		c.EquipmentValue = r.Amount(column)
	}},
	{sheet.May("contract_value", "in yuan"), func(r *sheet.Row, column string, c *Contract) {
		c.ContractValue = r.Amount(column)
	}},
	{sheet.May("catalogue", "edition and item"), textTerm(func(c *Contract) *string { return &c.Catalogue })},
	{
		sheet.May("qualification", "id of the qualification"),
		textTerm(func(c *Contract) *string { return &c.Qualification }),
	},
	{sheet.May("retroactive", "YYYY-MM-DD"), dayTerm(func(c *Contract) *calendar.Date { return &c.Retroactive })},
	{
		sheet.May("consent", "reference of the insured's consent to several insurers"),
		textTerm(func(c *Contract) *string { return &c.Consent }),
	},
	{
		sheet.May("consent_digest", "SHA-256 of the consent"),
		textTerm(func(c *Contract) *string { return &c.ConsentDigest }),
	},
	{sheet.May("renews", "number of the policy it renews"), textTerm(func(c *Contract) *string { return &c.Renews })},
}

func textTerm(place func(*Contract) *string) func(*sheet.Row, string, *Contract) {
	return func(r *sheet.Row, column string, c *Contract) { *place(c) = r.Text(column) }
}

func dayTerm(place func(*Contract) *calendar.Date) func(*sheet.Row, string, *Contract) {
	return func(r *sheet.Row, column string, c *Contract) { *place(c) = r.Day(column, calendar.Date{}) }
}

// amountTerm leaves nothing where the column is not there, or its cell is at fault.
func amountTerm(place func(*Contract) *money.Amount) func(*sheet.Row, string, *Contract) {
	return func(r *sheet.Row, column string, c *Contract) {
		if given := r.Amount(column); given != nil {
			*place(c) = *given
		}
	}
}

// ImportColumns are the columns a file of policies may have; the header names them, in any order. What was taken in
// and when it was signed stand in columns that have no empty cells.
var ImportColumns = importColumns()

func importColumns() []sheet.Column {
	columns := []sheet.Column{
		sheet.Needs("pool", "code of the pool"),
		sheet.Needs("number", "policy number; begins with the pool's code and a dash"),
	}
	for _, column := range contractColumns {
		columns = append(columns, column.Column)
	}
	return append(append(columns,
		sheet.Fills("received", "premium taken in, gross of VAT; all of it when left out"),
		sheet.Fills("issued", "day it was signed, YYYY-MM-DD; the first day or today, the earlier, when left out"),
		sheet.May("sections", "section:limit:deductible, separated by semicolons; the line's own when left out"),
	), product.FactColumns()...)
}

// importRow is one policy to import.
type importRow struct {
	row      int
	quote    QuotePolicy
	received *money.Amount // nil: all of it
	issued   calendar.Date // zero when the file does not say: the first day or today, the earlier
}

// takenIn is the premium that came in for the row's policy.
func (row *importRow) takenIn() money.Amount {
	if row.received != nil {
		return *row.received
	}
	return row.quote.Premium.Add(money.Apply(row.quote.VAT, row.quote.Premium))
}

// signed is the day of signature.
func (row *importRow) signed(today calendar.Date) calendar.Date {
	if row.issued.IsZero() {
		return calendar.Earlier(row.quote.Starts, today)
	}
	return row.issued
}

// agreed is the contract that the row asks for.
func (row *importRow) agreed() quotedDetail {
	line, _ := product.FindLine(row.quote.Line)
	return quotedDetail{
		Contract: row.quote.Contract, Sections: line.Cover(row.quote.SumInsured, row.quote.Sections),
	}
}

var defaultVAT = money.MustRate("6%") // VAT Law of the PRC, art. 10: services

// policyOf reads a policy; what is wrong with the row stands in it.
func policyOf(r *sheet.Row) importRow {
	row := importRow{row: r.Number}
	row.quote.Pool, row.quote.Number = r.Text("pool"), r.Text("number")
	for _, column := range contractColumns {
		column.read(r, column.Name, &row.quote.Contract)
	}
	row.quote.Sections = sheet.Cell(r, "sections", nil, product.ParseSections)
	product.ReadFacts(r, &row.quote.Facts)
	row.received = r.Amount("received")
	row.issued = r.Day("issued", calendar.Date{})
	if len(r.Bad) == 0 {
		r.Refuse(row.quote.Check())
	}
	return row
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
