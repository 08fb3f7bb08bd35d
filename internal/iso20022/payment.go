package iso20022

import (
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/text"
)

// What every bank takes, by the message's schema.
const (
	idMax        = 35
	accountMax   = 34
	nameMax      = 140
	referenceMax = 140
)

// File is one pain.001: what a payer, or somebody with its mandate, asks a bank to pay.
type File struct {
	ID        string    // of the message, unique for its sender
	Made      time.Time // shown in Shanghai's time
	Initiator string    // who sends the file
	Payments  []Payment
}

// Payment is what one payer pays on one day (PmtInf).
type Payment struct {
	ID        string
	Day       calendar.Date // on which the bank is to execute it
	Debtor    Party
	Transfers []Transfer
}

// Transfer is one credit transfer (CdtTrfTxInf).
type Transfer struct {
	EndToEndID string // comes back in every answer; no other transfer has ever had it
	Amount     money.Amount
	Creditor   Party
	Reference  string // what the payee reads; may be empty
}

// Party is who pays or is paid.
type Party struct {
	Name     string
	Account  string
	Bank     string // the twelve digits of its bank in CNAPS 联行号
	BankName string // may be empty
}

// Profile is what one bank takes less of than the message allows; the zero Profile is what the message allows.
type Profile struct {
	Name      int // characters of a name
	Reference int // characters of what the payee reads
	ID        int // characters of an end-to-end id
}

var (
	idForm      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*$`)
	accountForm = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
	bankForm    = regexp.MustCompile(`^[0-9]{12}$`)
)

// check finds the first thing that a bank would not take: *Unwritable.
func (f *File) check(profile Profile) error {
	c := checker{profile: profile, seen: make(map[string]bool)}
	c.id("id", f.ID, idMax)
	c.name("initiator", f.Initiator)
	if len(f.Payments) == 0 {
		c.refuse("payments", Absent)
	}
	for i := range f.Payments {
		c.payment(fmt.Sprintf("payments[%d]", i), &f.Payments[i])
	}
	return c.result()
}

// checker keeps the first fault it finds.
type checker struct {
	profile Profile
	seen    map[string]bool // ids of the file's payments and transfers
	fault   *Unwritable
}

func (c *checker) result() error {
	if c.fault == nil {
		return nil
	}
	return c.fault
}

func (c *checker) refuse(field string, fault Fault) {
	if c.fault == nil {
		c.fault = &Unwritable{Field: field, Fault: fault}
	}
}

func (c *checker) payment(field string, p *Payment) {
	c.id(field+".id", p.ID, idMax)
	c.once(field+".id", "payment "+p.ID)
	if p.Day.IsZero() {
		c.refuse(field+".day", Absent)
	}
	c.party(field+".debtor", &p.Debtor)
	if len(p.Transfers) == 0 {
		c.refuse(field+".transfers", Absent)
	}
	for i := range p.Transfers {
		c.transfer(fmt.Sprintf("%s.transfers[%d]", field, i), &p.Transfers[i])
	}
}

func (c *checker) transfer(field string, t *Transfer) {
	c.id(field+".end_to_end_id", t.EndToEndID, least(idMax, c.profile.ID))
	c.once(field+".end_to_end_id", "transfer "+t.EndToEndID)
	switch {
	case t.Amount.Currency() != money.CNY:
		c.refuse(field+".amount", Foreign)
	case t.Amount.Sign() <= 0:
		c.refuse(field+".amount", NotPositive)
	}
	c.party(field+".creditor", &t.Creditor)
	if t.Reference != "" {
		c.line(field+".reference", t.Reference, least(referenceMax, c.profile.Reference))
	}
}

func (c *checker) party(field string, p *Party) {
	c.name(field+".name", p.Name)
	c.form(field+".account", p.Account, accountForm, NotAnID, accountMax)
	c.form(field+".bank", p.Bank, bankForm, NotABank, idMax)
	if p.BankName != "" {
		c.name(field+".bank_name", p.BankName)
	}
}

func (c *checker) name(field, name string) { c.line(field, name, least(nameMax, c.profile.Name)) }

func (c *checker) id(field, id string, most int) { c.form(field, id, idForm, NotAnID, most) }

func (c *checker) form(field, value string, form *regexp.Regexp, fault Fault, most int) {
	switch {
	case value == "":
		c.refuse(field, Absent)
	case !form.MatchString(value):
		c.refuse(field, fault)
	default:
		c.length(field, value, most)
	}
}

// line wants a text that is printed as it is: a character that a bank may not take is never left out or replaced,
// because a payee by another name is another payee.
func (c *checker) line(field, value string, most int) {
	switch {
	case value == "":
		c.refuse(field, Absent)
	case text.LineFault(value).Any():
		c.refuse(field, Unprintable)
	default:
		c.length(field, value, most)
	}
}

func (c *checker) length(field, value string, most int) {
	if utf8.RuneCountInString(value) > most && c.fault == nil {
		c.fault = &Unwritable{Field: field, Fault: Long, Most: most}
	}
}

func (c *checker) once(field, key string) {
	if c.seen[key] {
		c.refuse(field, Twice)
	}
	c.seen[key] = true
}

// least is what both allow; 0 allows everything.
func least(most, profile int) int {
	if profile > 0 {
		return min(most, profile)
	}
	return most
}
