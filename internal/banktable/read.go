package banktable

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"gongbao/internal/calendar"
	"gongbao/internal/iso20022"
	"gongbao/internal/money"
	"gongbao/internal/sheet"
)

// RowsMax is how many rows a table may have.
const RowsMax = 200_000

// Table is a file with what is known of it.
type Table struct {
	Profile  Profile
	Encoding string // of a CSV, where it is another than the profile's
	Account  string // whose statement it is; where the table says so too, it has to be the same
	Sheet    string // of a workbook; its first visible one when empty
	Source   io.Reader
}

// Read hands on every row of a table as an entry of its account. What is wrong with rows stands in the report, and then
// nothing of the table is to be kept; the error is a *sheet.Unreadable where the file as a whole is to blame.
func Read(table Table, each func(iso20022.Entry)) (sheet.Report, error) {
	r := reading{profile: table.Profile, account: table.Account}
	ways := sheet.Ways{
		Sheet: table.Sheet, Encoding: cmp.Or(table.Encoding, table.Profile.Encoding),
		Titled: &sheet.Titled{Totals: table.Profile.Totals, Titles: r.title},
	}
	var report sheet.Report
	err := sheet.Each(table.Source, ways, table.Profile.columns(), RowsMax, &report, func(row *sheet.Row) {
		if entry := r.entry(row); len(row.Bad) == 0 {
			report.Imported++
			each(entry)
		}
	})
	if report.Bad > 0 {
		report.Imported = 0
	}
	return report, err
}

type reading struct {
	profile Profile
	account string
	titled  string // the account that a title names
}

// title looks for the account among the titles: "账号：4200…" in one cell, or beside one another.
func (r *reading) title(cells []string) {
	if r.profile.Title == "" {
		return
	}
	for i, cell := range cells {
		rest, found := strings.CutPrefix(cell, r.profile.Title)
		if !found {
			continue
		}
		if rest = strings.TrimSpace(strings.TrimLeft(rest, ":： ")); rest == "" && i+1 < len(cells) {
			rest = strings.TrimSpace(cells[i+1])
		}
		r.titled = digits(rest)
	}
}

// digits are the leading letters and digits of a text: an account without what stands behind it.
func digits(text string) string {
	end := strings.IndexFunc(text, func(c rune) bool {
		return c > unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '-'
	})
	if end >= 0 {
		return text[:end]
	}
	return text
}

func (r *reading) entry(row *sheet.Row) iso20022.Entry {
	c := &r.profile.Columns
	entry := iso20022.Entry{Message: r.profile.Code, Account: r.accountOf(row), Booked: true}
	entry.Day = row.DayIn(c.Day, r.day)
	entry.Value = entry.Day
	entry.Reference = optional(row, c.Reference, row.Text)
	entry.Balance = optional(row, c.Balance, r.balance(row))
	if c.Currency != "" {
		if said := row.Text(c.Currency); !slices.Contains(r.profile.Currencies, said) {
			row.Fault(c.Currency, "the currency is not renminbi")
		}
	}
	r.amount(row, &entry)
	transfer := iso20022.EntryTransfer{
		Reference: entry.Reference, Amount: entry.Amount, Credit: entry.Credit,
		Counterparty: iso20022.Counterparty{
			Name: optional(row, c.Name, row.Text), Account: optional(row, c.Counterparty, row.Text),
		},
	}
	var texts []string
	for _, column := range c.Text {
		if text := optional(row, column, row.Text); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	transfer.Text = strings.Join(texts, " ")
	entry.Transfers = []iso20022.EntryTransfer{transfer}
	return entry
}

// optional reads a column that the bank may not have.
func optional[V any](row *sheet.Row, column string, read func(string) V) (value V) {
	if column == "" || !row.Has(column) {
		return value
	}
	return read(column)
}

// accountOf is the account of a row: what its column says, or a title, or who sent the file; they may not differ.
func (r *reading) accountOf(row *sheet.Row) string {
	column := r.profile.Columns.Account
	said := optional(row, column, row.Text)
	for _, account := range []string{said, r.titled} {
		if account != "" && r.account != "" && account != r.account {
			row.Fault(column, "the table is of the account %s, not of %s", account, r.account)
			return ""
		}
	}
	for _, account := range []string{said, r.titled, r.account} {
		if account != "" {
			return account
		}
	}
	row.Fault(column, "whose account it is, is said neither in the table nor beside it")
	return ""
}

func (r *reading) day(text string) (calendar.Date, error) {
	text = strings.Join(strings.Fields(text), " ")
	for _, form := range r.profile.Days {
		if day, err := time.Parse(form, text); err == nil {
			return calendar.ParseDate(day.Format(time.DateOnly))
		}
	}
	return calendar.Date{}, errors.New("the day is in none of the forms that the bank's profile has")
}

// amount reads how much went which way. A number below zero takes an earlier entry back 红字冲销, where the bank has a
// column for each way.
func (r *reading) amount(row *sheet.Row, entry *iso20022.Entry) {
	c := &r.profile.Columns
	if c.Amount != "" {
		amount, given := r.number(row, c.Amount)
		if !given {
			row.Fault(c.Amount, "the cell is empty; a value is needed")
		}
		entry.Credit = !amount.IsNegative()
		if c.Direction != "" {
			entry.Credit = r.in(row)
		}
		r.take(row, c.Amount, amount, c.Direction != "", entry)
		return
	}
	debit, out := r.number(row, c.Debit)
	credit, in := r.number(row, c.Credit)
	out, in = out && !debit.IsZero(), in && !credit.IsZero()
	switch {
	case out == in && len(row.Bad) == 0:
		row.Fault("", "of %s and %s one has an amount", c.Debit, c.Credit)
	case in:
		entry.Credit = true
		r.take(row, c.Credit, credit, true, entry)
	default:
		r.take(row, c.Debit, debit, true, entry)
	}
	if c.Direction != "" && len(row.Bad) == 0 && r.in(row) != in {
		row.Fault(c.Direction, "the direction is not that of the column which has the amount")
	}
}

func (r *reading) take(row *sheet.Row, column string, amount money.Amount, reverses bool, entry *iso20022.Entry) {
	switch {
	case amount.IsZero():
		row.Fault(column, "an entry of nothing")
	case amount.IsNegative():
		amount = amount.Neg()
		if reverses {
			entry.Reversal, entry.Credit = true, !entry.Credit
		}
	}
	entry.Amount = amount
}

// in says that the direction is into the account.
func (r *reading) in(row *sheet.Row) bool {
	said := row.Text(r.profile.Columns.Direction)
	in := slices.Contains(r.profile.In, said)
	if !in && !slices.Contains(r.profile.Out, said) {
		row.Fault(r.profile.Columns.Direction, "the direction is none of %s",
			strings.Join(slices.Concat(r.profile.In, r.profile.Out), ", "))
	}
	return in
}

// number reads an amount as banks write it: 1,234.50, with a sign or without; false for an empty cell or a dash.
func (r *reading) number(row *sheet.Row, column string) (amount money.Amount, given bool) {
	if !row.Given(column) {
		return amount, false
	}
	return sheet.Cell(row, column, amount, parseAmount), true
}

func (r *reading) balance(row *sheet.Row) func(string) *money.Amount {
	return func(column string) *money.Amount {
		if amount, given := r.number(row, column); given {
			return &amount
		}
		return nil
	}
}

// parseAmount takes the commas out of a number that has them where they belong.
func parseAmount(text string) (money.Amount, error) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "+")
	if text == "-" || text == "--" {
		return money.Amount{}, nil
	}
	whole, decimals, dotted := strings.Cut(text, ".")
	groups := strings.Split(strings.TrimPrefix(whole, "-"), ",")
	for i, group := range groups {
		if len(groups) > 1 && (len(group) > groupDigits || i > 0 && len(group) != groupDigits) {
			return money.Amount{}, errors.New("the commas of the number are not where they belong")
		}
	}
	plain := strings.ReplaceAll(whole, ",", "")
	if dotted {
		plain += "." + decimals
	}
	return money.ParseAmount(plain)
}

const groupDigits = 3
