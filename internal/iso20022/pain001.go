package iso20022

import (
	"encoding/xml"
	"io"
	"strconv"
	"time"

	"gongbao/internal/clock"
	"gongbao/internal/money"
)

const (
	clearing  = "CNAPS" // China's national clearing, in the external list of clearing systems
	transfers = "TRF"
)

// Written is what a file came to.
type Written struct {
	Transfers int
	Sum       money.Amount
}

// Write writes a file as pain.001.001.09. What a bank would not take is an *Unwritable, and nothing is written then.
//
// Numbers and sums in the file are counted from what is written below them. Each transfer is booked by itself
// (BtchBookg false), so that every debit says which order it is. Who bears the bank's charges is left to what was
// agreed with the bank.
func Write(w io.Writer, file File, profile Profile) (Written, error) {
	if err := file.check(profile); err != nil {
		return Written{}, err
	}
	document, written := file.document()
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return Written{}, err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return Written{}, err
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return Written{}, err
	}
	return written, nil
}

// document is the file in the message's elements; the order of the fields is the order that the schema wants.
func (f *File) document() (xmlDocument, Written) {
	var all Written
	d := xmlDocument{}
	for i := range f.Payments {
		payment, written := f.Payments[i].element()
		d.Payments = append(d.Payments, payment)
		all.Transfers += written.Transfers
		all.Sum = all.Sum.Add(written.Sum)
	}
	d.Header = xmlHeader{
		ID: f.ID, Made: f.Made.In(clock.Zone).Format(time.RFC3339),
		Count: strconv.Itoa(all.Transfers), Sum: all.Sum.String(), Initiator: xmlParty{Name: f.Initiator},
	}
	return d, all
}

func (p *Payment) element() (xmlPayment, Written) {
	var written Written
	x := xmlPayment{
		ID: p.ID, Method: transfers, Day: p.Day.String(), Debtor: xmlParty{Name: p.Debtor.Name},
		Account: accountOf(&p.Debtor), Bank: bankOf(&p.Debtor),
	}
	for i := range p.Transfers {
		t := &p.Transfers[i]
		x.Transfers = append(x.Transfers, xmlTransfer{
			EndToEndID: t.EndToEndID, Amount: xmlAmount{Currency: t.Amount.Currency().Code(), Value: t.Amount.String()},
			Bank: bankOf(&t.Creditor), Creditor: xmlParty{Name: t.Creditor.Name}, Account: accountOf(&t.Creditor),
			Reference: referenceOf(t.Reference),
		})
		written.Transfers++
		written.Sum = written.Sum.Add(t.Amount)
	}
	x.Count, x.Sum = strconv.Itoa(written.Transfers), written.Sum.String()
	return x, written
}

func accountOf(p *Party) xmlAccount { return xmlAccount{ID: p.Account} }

func bankOf(p *Party) xmlBank {
	return xmlBank{System: clearing, Member: p.Bank, Name: p.BankName}
}

func referenceOf(text string) *xmlReference {
	if text == "" {
		return nil
	}
	return &xmlReference{Text: text}
}

type xmlDocument struct {
	XMLName  xml.Name     `xml:"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09 Document"`
	Header   xmlHeader    `xml:"CstmrCdtTrfInitn>GrpHdr"`
	Payments []xmlPayment `xml:"CstmrCdtTrfInitn>PmtInf"`
}

type xmlHeader struct {
	ID        string   `xml:"MsgId"`
	Made      string   `xml:"CreDtTm"`
	Count     string   `xml:"NbOfTxs"`
	Sum       string   `xml:"CtrlSum"`
	Initiator xmlParty `xml:"InitgPty"`
}

type xmlPayment struct {
	ID        string        `xml:"PmtInfId"`
	Method    string        `xml:"PmtMtd"`
	Batch     bool          `xml:"BtchBookg"`
	Count     string        `xml:"NbOfTxs"`
	Sum       string        `xml:"CtrlSum"`
	Day       string        `xml:"ReqdExctnDt>Dt"`
	Debtor    xmlParty      `xml:"Dbtr"`
	Account   xmlAccount    `xml:"DbtrAcct"`
	Bank      xmlBank       `xml:"DbtrAgt"`
	Transfers []xmlTransfer `xml:"CdtTrfTxInf"`
}

type xmlTransfer struct {
	EndToEndID string        `xml:"PmtId>EndToEndId"`
	Amount     xmlAmount     `xml:"Amt>InstdAmt"`
	Bank       xmlBank       `xml:"CdtrAgt"`
	Creditor   xmlParty      `xml:"Cdtr"`
	Account    xmlAccount    `xml:"CdtrAcct"`
	Reference  *xmlReference `xml:"RmtInf,omitempty"`
}

type xmlAmount struct {
	Currency string `xml:"Ccy,attr"`
	Value    string `xml:",chardata"`
}

type xmlParty struct {
	Name string `xml:"Nm"`
}

type xmlAccount struct {
	ID string `xml:"Id>Othr>Id"`
}

type xmlBank struct {
	System string `xml:"FinInstnId>ClrSysMmbId>ClrSysId>Cd"`
	Member string `xml:"FinInstnId>ClrSysMmbId>MmbId"`
	Name   string `xml:"FinInstnId>Nm,omitempty"`
}

type xmlReference struct {
	Text string `xml:"Ustrd"`
}
