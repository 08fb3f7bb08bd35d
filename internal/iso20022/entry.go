package iso20022

import (
	"io"
	"strconv"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// Entry is one line of an account: a credit or debit that a bank has booked, or says it will (Ntry).
type Entry struct {
	Message   string // "camt.053", "camt.054", or the profile of a table
	Statement string // its id
	Account   string

	Reference string // the servicing bank's own (AcctSvcrRef); with the account it names the entry; may be empty
	Amount    money.Amount
	Credit    bool // into the account
	Reversal  bool // takes an earlier entry back
	Booked    bool // BOOK; others are promises
	Day       calendar.Date
	Value     calendar.Date // may be none
	Payment   string        // id of the payment whose transfers the entry has together (Btch/PmtInfId)
	Text      string        // AddtlNtryInf
	Balance   *money.Amount // of the account after it, where a table says so
	Transfers []EntryTransfer
	Uneven    bool // its transfers come to another sum than it, so only a person can say what it pays
}

// EntryTransfer is one transfer of an entry (TxDtls).
type EntryTransfer struct {
	EndToEndID   string // "" also where the bank says NOTPROVIDED
	Reference    string // AcctSvcrRef
	Payment      string // PmtInfId
	Amount       money.Amount
	Credit       bool
	Counterparty Counterparty
	Text         string  // what the payer wrote
	Return       *Reason // the transfer came back
}

// Counterparty is who stands on the other side, as far as the bank says.
type Counterparty struct{ Name, Account string }

const notProvided = "NOTPROVIDED"

// entryMessages: the message's element → its kind. camt.052, the report of a day that is not over, is none: its entries
// come again in the statement.
var entryMessages = map[string]string{"BkToCstmrStmt": "camt.053", "BkToCstmrDbtCdtNtfctn": "camt.054"}

const entryVersionMin = 2

// ReadEntries hands on every entry of a camt.053 or camt.054, in its order, one at a time, so that a file's size is not
// memory. It returns how many there were; *Unreadable when the file is none or breaks off, after which what was handed
// on is not to be kept.
func ReadEntries(from io.Reader, limits Limits, each func(Entry) error) (entries int, err error) {
	r := newReader(from, limits)
	message, err := r.open(entryMessages)
	if err != nil {
		return 0, err
	}
	if message.version > 0 && message.version < entryVersionMin {
		return 0, r.unreadable(OldVersion, strconv.Itoa(message.version))
	}
	depth, statements := len(r.path), 0
	for {
		start, more, err := r.next(depth)
		if err != nil {
			return entries, r.early(err)
		}
		if !more {
			break
		}
		if start.Name.Local != "Stmt" && start.Name.Local != "Ntfctn" {
			if _, err := r.read(start); err != nil {
				return entries, err
			}
			continue
		}
		statements++
		read, err := r.statement(message.kind, each)
		if entries += read; err != nil {
			return entries, err
		}
	}
	if statements == 0 {
		return 0, r.unreadable(NothingInside, "")
	}
	return entries, r.close()
}

// statement hands on the entries of one account. Its id and account stand before them.
func (r *reader) statement(kind string, each func(Entry) error) (entries int, err error) {
	depth, said, paged := len(r.path), -1, false
	head := Entry{Message: kind}
	for {
		start, more, err := r.next(depth)
		if err != nil {
			return entries, r.early(err)
		}
		if !more {
			break
		}
		part, err := r.read(start)
		if err != nil {
			return entries, err
		}
		var p picker
		switch part.name {
		case "Id":
			head.Statement = part.text
		case "Acct":
			head.Account = p.must(part, "Id/Othr/Id", "Id/IBAN")
		case "TxsSummry":
			said = p.count(part, "TtlNtries/NbOfNtries")
		case "StmtPgntn", "NtfctnPgntn":
			paged = p.text(part, "PgNb") != "1" || !p.truth(part, "LastPgInd")
		case "Ntry":
			entries++
			entry := p.entry(head, part)
			if p.problem == nil {
				if err := each(entry); err != nil {
					return entries, err
				}
			}
		}
		if err := p.result(); err != nil {
			return entries, err
		}
	}
	switch {
	case head.Account == "":
		return entries, r.unreadable(Missing, "Acct")
	case said >= 0 && said != entries && !paged: // a page may count the entries of them all
		return entries, r.unreadable(CountsDisagree, strconv.Itoa(said))
	}
	return entries, nil
}

func (p *picker) count(e *element, path string) int {
	found := p.first(e, path)
	if found == nil {
		return -1
	}
	count, err := strconv.Atoi(found.text)
	if err != nil || count < 0 {
		p.refuse(found, UnknownCode, "", found.text)
	}
	return count
}

// entry reads one entry of an account.
func (p *picker) entry(head Entry, e *element) Entry {
	entry := head
	if head.Account == "" {
		p.refuse(e, Missing, "/../Acct", "")
	}
	entry.Reference = p.text(e, "AcctSvcrRef")
	entry.Amount = p.amountAt(e, "Amt")
	entry.Credit = p.credit(e, false, true)
	entry.Reversal = p.truth(e, "RvslInd")
	entry.Booked = p.must(e, "Sts/Cd", "Sts/Prtry", "Sts") == "BOOK" // a word before version 04, a choice since
	if day := p.find(e, "BookgDt"); day != nil {
		entry.Day = p.day(day)
	} else if entry.Booked {
		p.refuse(e, Missing, "/BookgDt", "")
	}
	if day := p.find(e, "ValDt"); day != nil {
		entry.Value = p.day(day)
	}
	entry.Text = p.text(e, "AddtlNtryInf")
	var details []*element
	for _, group := range all(e, "NtryDtls") {
		if batch := p.text(group, "Btch/PmtInfId"); batch != "" {
			entry.Payment = batch
		}
		details = append(details, all(group, "TxDtls")...)
	}
	for _, detail := range details {
		entry.Transfers = append(entry.Transfers, p.transfer(&entry, detail, len(details) == 1))
	}
	entry.Uneven = len(details) > 0 && !entry.even()
	return entry
}

// even says that the transfers of an entry come to it. A bank may name only some of them, or take its charges off.
func (e *Entry) even() bool {
	var sum money.Amount
	for _, t := range e.Transfers {
		amount := t.Amount
		if t.Credit != e.Credit {
			amount = amount.Neg()
		}
		var err error
		if sum, err = sum.AddChecked(amount); err != nil {
			return false
		}
	}
	return sum == e.Amount
}

// transfer reads one transfer of an entry; alone, it has the entry's amount where it says none of its own.
func (p *picker) transfer(entry *Entry, e *element, alone bool) EntryTransfer {
	t := EntryTransfer{
		EndToEndID: p.text(e, "Refs/EndToEndId"), Reference: p.text(e, "Refs/AcctSvcrRef"),
		Payment: p.text(e, "Refs/PmtInfId"), Credit: p.credit(e, entry.Credit, false),
	}
	if t.EndToEndID == notProvided {
		t.EndToEndID = ""
	}
	switch said := p.first(e, "Amt", "AmtDtls/TxAmt/Amt"); {
	case said != nil:
		t.Amount = p.amount(said)
	case alone:
		t.Amount = entry.Amount
	default:
		p.refuse(e, Missing, "/Amt", "")
	}
	side := "Cdtr"
	if t.Credit {
		side = "Dbtr"
	}
	t.Counterparty = Counterparty{
		Name:    p.text(e, "RltdPties/"+side+"/Pty/Nm", "RltdPties/"+side+"/Nm"), // the choice came with version 08
		Account: p.text(e, "RltdPties/"+side+"Acct/Id/Othr/Id", "RltdPties/"+side+"Acct/Id/IBAN"),
	}
	if remittance := p.find(e, "RmtInf"); remittance != nil {
		for _, line := range all(remittance, "Ustrd") {
			t.Text += line.text
		}
	}
	if back := p.find(e, "RtrInf"); back != nil {
		t.Return = &Reason{Code: p.text(back, "Rsn/Cd", "Rsn/Prtry")}
		for _, more := range all(back, "AddtlInf") {
			t.Return.Text += more.text
		}
	}
	return t
}

func (p *picker) amountAt(e *element, path string) money.Amount {
	found := p.first(e, path)
	if found == nil {
		p.refuse(e, Missing, "/"+path, "")
		return money.Amount{}
	}
	return p.amount(found)
}

// credit reads CdtDbtInd; where it may be left out, otherwise is what holds then.
func (p *picker) credit(e *element, otherwise, must bool) bool {
	switch said := p.text(e, "CdtDbtInd"); said {
	case "CRDT":
		return true
	case "DBIT":
		return false
	case "":
		if must {
			p.refuse(e, Missing, "/CdtDbtInd", "")
		}
		return otherwise
	default:
		p.refuse(e, UnknownCode, "/CdtDbtInd", said)
		return false
	}
}

func (p *picker) truth(e *element, name string) bool {
	switch said := p.text(e, name); said {
	case "true", "1":
		return true
	case "false", "0", "":
		return false
	default:
		p.refuse(e, UnknownCode, "/"+name, said)
		return false
	}
}
