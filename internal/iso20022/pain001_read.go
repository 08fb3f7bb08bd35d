package iso20022

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"time"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// ReadFile reads a payment file that Write has written, to hold it against what it was made of. It is an error when the
// numbers and sums that it says are not those of the transfers in it.
func ReadFile(from io.Reader) (File, Written, error) {
	var d xmlDocument
	var all Written
	if err := xml.NewDecoder(from).Decode(&d); err != nil {
		return File{}, all, err
	}
	file := File{ID: d.Header.ID, Initiator: d.Header.Initiator.Name}
	var err error
	if file.Made, err = time.Parse(time.RFC3339, d.Header.Made); err != nil {
		return file, all, err
	}
	for i := range d.Payments {
		payment, written, err := d.Payments[i].read()
		if err != nil {
			return file, all, err
		}
		file.Payments = append(file.Payments, payment)
		all.Transfers, all.Sum = all.Transfers+written.Transfers, all.Sum.Add(written.Sum)
	}
	return file, all, all.said(d.Header.Count, d.Header.Sum)
}

func (x *xmlPayment) read() (Payment, Written, error) {
	var written Written
	p := Payment{ID: x.ID, Debtor: partyOf(x.Debtor, x.Account, x.Bank)}
	var err error
	if p.Day, err = calendar.ParseDate(x.Day); err != nil {
		return p, written, err
	}
	for i := range x.Transfers {
		t := &x.Transfers[i]
		amount, err := money.ParseAmount(t.Amount.Value)
		if err != nil {
			return p, written, err
		}
		if currency := amount.Currency().Code(); currency != t.Amount.Currency {
			return p, written, fmt.Errorf("%s is in %s, not in %s", t.EndToEndID, t.Amount.Currency, currency)
		}
		transfer := Transfer{EndToEndID: t.EndToEndID, Amount: amount, Creditor: partyOf(t.Creditor, t.Account, t.Bank)}
		if t.Reference != nil {
			transfer.Reference = t.Reference.Text
		}
		p.Transfers = append(p.Transfers, transfer)
		written.Transfers, written.Sum = written.Transfers+1, written.Sum.Add(amount)
	}
	return p, written, written.said(x.Count, x.Sum)
}

func partyOf(party xmlParty, account xmlAccount, bank xmlBank) Party {
	return Party{Name: party.Name, Account: account.ID, Bank: bank.Member, BankName: bank.Name}
}

// said wants the number and the sum that stand in the file.
func (w Written) said(count, sum string) error {
	if count != strconv.Itoa(w.Transfers) || sum != w.Sum.String() {
		return fmt.Errorf("it says %s transfers of %s, it has %d of %s", count, sum, w.Transfers, w.Sum)
	}
	return nil
}
