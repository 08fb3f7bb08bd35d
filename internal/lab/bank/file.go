package bank

import (
	"encoding/xml"
	"fmt"
	"strconv"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// File is a payment file (pain.001) as the bank has read it.
type File struct {
	ID       string    `xml:"CstmrCdtTrfInitn>GrpHdr>MsgId"`
	Count    string    `xml:"CstmrCdtTrfInitn>GrpHdr>NbOfTxs"`
	Sum      string    `xml:"CstmrCdtTrfInitn>GrpHdr>CtrlSum"`
	Payments []Payment `xml:"CstmrCdtTrfInitn>PmtInf"`
}

// Payment is what one payer pays (PmtInf).
type Payment struct {
	ID        string        `xml:"PmtInfId"`
	Count     string        `xml:"NbOfTxs"`
	Sum       string        `xml:"CtrlSum"`
	Day       calendar.Date `xml:"ReqdExctnDt>Dt"`
	Name      string        `xml:"Dbtr>Nm"`
	Account   string        `xml:"DbtrAcct>Id>Othr>Id"`
	Transfers []Transfer    `xml:"CdtTrfTxInf"`
}

// Transfer is one credit transfer (CdtTrfTxInf).
type Transfer struct {
	EndToEndID string `xml:"PmtId>EndToEndId"`
	Amount     Amount `xml:"Amt>InstdAmt"`
	Name       string `xml:"Cdtr>Nm"`
	Account    string `xml:"CdtrAcct>Id>Othr>Id"`
	Text       string `xml:"RmtInf>Ustrd"`
}

// Amount is an amount with its currency.
type Amount struct {
	Currency string `xml:"Ccy,attr"`
	Value    string `xml:",chardata"`
}

const (
	pain001 = "pain.001.001.09"
	yuan    = "CNY"
)

// Read reads a payment file. It refuses one whose numbers and sums are not those of what is in it, or in which a
// transfer is there twice, as banks do.
func Read(content []byte) (*File, error) {
	var read struct {
		XMLName xml.Name
		File
	}
	if err := xml.Unmarshal(content, &read); err != nil {
		return nil, fmt.Errorf("read the payment file: %w", err)
	}
	if want := "urn:iso:std:iso:20022:tech:xsd:" + pain001; read.XMLName.Space != want {
		return nil, fmt.Errorf("this is no %s but %q", pain001, read.XMLName.Space)
	}
	file := &read.File
	var all counted
	seen := map[string]bool{}
	for i := range file.Payments {
		payment := &file.Payments[i]
		var of counted
		for j := range payment.Transfers {
			transfer := &payment.Transfers[j]
			if seen[transfer.EndToEndID] || transfer.EndToEndID == "" {
				return nil, fmt.Errorf("the end-to-end id %q is there twice, or is none", transfer.EndToEndID)
			}
			seen[transfer.EndToEndID] = true
			if err := of.add(transfer); err != nil {
				return nil, err
			}
		}
		if err := of.holds(payment.ID, payment.Count, payment.Sum); err != nil {
			return nil, err
		}
		all.count, all.sum = all.count+of.count, all.sum.Add(of.sum)
	}
	return file, all.holds(file.ID, file.Count, file.Sum)
}

// counted is what the bank counts in a file.
type counted struct {
	count int
	sum   money.Amount
}

func (c *counted) add(transfer *Transfer) error {
	amount, err := money.ParseAmount(transfer.Amount.Value)
	if err != nil || amount.Sign() <= 0 || transfer.Amount.Currency != yuan {
		return fmt.Errorf("%s is of %q %s", transfer.EndToEndID, transfer.Amount.Value, transfer.Amount.Currency)
	}
	c.count++
	c.sum, err = c.sum.AddChecked(amount)
	return err
}

func (c *counted) holds(id, count, sum string) error {
	if strconv.Itoa(c.count) != count || c.sum.String() != sum {
		return fmt.Errorf("%s says %s transfers of %s and has %d of %s", id, count, sum, c.count, c.sum)
	}
	return nil
}
