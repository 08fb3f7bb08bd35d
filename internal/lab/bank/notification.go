package bank

import (
	"encoding/xml"
	"fmt"
	"time"
)

// Notification is what the bank has booked, as a camt.054: of each account its entries, in the order of the file. A
// payer's account is debited; a payee's is credited, or the money is back on the payer's at once, with the reason.
func (a *Answer) Notification() ([]byte, error) {
	notice := xmlNotice{ID: a.file.ID + "-N", Made: a.now.Format(time.RFC3339)}
	for i := range a.file.Payments {
		payment := &a.file.Payments[i]
		payer := xmlOther{Name: payment.Name, Account: payment.Account}
		for j := range payment.Transfers {
			transfer := &payment.Transfers[j]
			if _, is := a.Rejected[transfer.EndToEndID]; is {
				continue
			}
			payee := xmlOther{Name: transfer.Name, Account: transfer.Account}
			notice.book(payer.Account, entryOf(payment, transfer, "D", debit, executed).to(payee))
			if why, is := a.Returned[transfer.EndToEndID]; is {
				back := entryOf(payment, transfer, "R", credit, sentBack)
				back.Transfer.Text, back.Transfer.Why = "", &xmlReason{why.Code, why.Text}
				notice.book(payer.Account, back.from(payee))
				continue
			}
			notice.book(payee.Account, entryOf(payment, transfer, "C", credit, received).from(payer))
		}
	}
	return written(notice)
}

const (
	debit  = "DBIT"
	credit = "CRDT"
)

// Kinds of an entry: the family and sub-family of ISO 20022's bank transaction codes.
var (
	executed = [2]string{"ICDT", "DMCT"} // issued, domestic credit transfer
	received = [2]string{"RCDT", "DMCT"}
	sentBack = [2]string{"ICDT", "RRTN"}
)

// entryOf is an entry for a transfer, under a reference that no other has.
func entryOf(payment *Payment, transfer *Transfer, letter, sign string, kind [2]string) xmlEntry {
	return xmlEntry{
		Amount: xmlAmount(transfer.Amount), Sign: sign, State: "BOOK", Booked: payment.Day.String(),
		Value: payment.Day.String(), Reference: transfer.EndToEndID + "-" + letter,
		Domain: "PMNT", Family: kind[0], SubFamily: kind[1],
		Transfer: xmlTransfer{
			Payment: payment.ID, EndToEndID: transfer.EndToEndID, Amount: xmlAmount(transfer.Amount), Sign: sign,
			Text: transfer.Text,
		},
	}
}

func (e xmlEntry) to(other xmlOther) xmlEntry {
	e.Transfer.Parties.Creditor, e.Transfer.Parties.CreditorAccount = &other.Name, &other.Account
	return e
}

func (e xmlEntry) from(other xmlOther) xmlEntry {
	e.Transfer.Parties.Debtor, e.Transfer.Parties.DebtorAccount = &other.Name, &other.Account
	return e
}

// book adds an entry to those of its account, which come in the order in which accounts are met.
func (n *xmlNotice) book(account string, entry xmlEntry) {
	for i := range n.Accounts {
		if n.Accounts[i].Account == account {
			n.Accounts[i].Entries = append(n.Accounts[i].Entries, entry)
			return
		}
	}
	n.Accounts = append(n.Accounts, xmlAccount{
		ID: fmt.Sprintf("%s-%d", n.ID, len(n.Accounts)+1), Made: n.Made, Account: account, Entries: []xmlEntry{entry},
	})
}

// xmlOther is who stands on the other side of an entry.
type xmlOther struct{ Name, Account string }

type xmlNotice struct {
	XMLName  xml.Name     `xml:"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08 Document"`
	ID       string       `xml:"BkToCstmrDbtCdtNtfctn>GrpHdr>MsgId"`
	Made     string       `xml:"BkToCstmrDbtCdtNtfctn>GrpHdr>CreDtTm"`
	Accounts []xmlAccount `xml:"BkToCstmrDbtCdtNtfctn>Ntfctn"`
}

type xmlAccount struct {
	ID      string     `xml:"Id"`
	Made    string     `xml:"CreDtTm"`
	Account string     `xml:"Acct>Id>Othr>Id"`
	Entries []xmlEntry `xml:"Ntry"`
}

type xmlEntry struct {
	Amount    xmlAmount   `xml:"Amt"`
	Sign      string      `xml:"CdtDbtInd"`
	State     string      `xml:"Sts>Cd"`
	Booked    string      `xml:"BookgDt>Dt"`
	Value     string      `xml:"ValDt>Dt"`
	Reference string      `xml:"AcctSvcrRef"`
	Domain    string      `xml:"BkTxCd>Domn>Cd"`
	Family    string      `xml:"BkTxCd>Domn>Fmly>Cd"`
	SubFamily string      `xml:"BkTxCd>Domn>Fmly>SubFmlyCd"`
	Transfer  xmlTransfer `xml:"NtryDtls>TxDtls"`
}

type xmlTransfer struct {
	Payment    string     `xml:"Refs>PmtInfId"`
	EndToEndID string     `xml:"Refs>EndToEndId"`
	Amount     xmlAmount  `xml:"Amt"`
	Sign       string     `xml:"CdtDbtInd"`
	Parties    xmlParties `xml:"RltdPties"`
	Text       string     `xml:"RmtInf>Ustrd,omitempty"`
	Why        *xmlReason `xml:"RtrInf"`
}

type xmlAmount struct {
	Currency string `xml:"Ccy,attr"`
	Value    string `xml:",chardata"`
}

type xmlParties struct {
	Debtor          *string `xml:"Dbtr>Pty>Nm"`
	DebtorAccount   *string `xml:"DbtrAcct>Id>Othr>Id"`
	Creditor        *string `xml:"Cdtr>Pty>Nm"`
	CreditorAccount *string `xml:"CdtrAcct>Id>Othr>Id"`
}
