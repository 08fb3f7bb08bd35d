package crash

import (
	"fmt"
	"hash/fnv"
	"strings"

	"gongbao/internal/calendar"
	"gongbao/internal/lab/bank"
	"gongbao/internal/money"
)

// transfer is what a bank reads in a payment file, and is asked to pay.
type transfer struct {
	endToEnd     string
	amount       money.Amount
	payer, payee string // accounts
}

// order is the order that a transfer pays: its number without the attempt.
func (t transfer) order() string { return t.endToEnd[:strings.LastIndexByte(t.endToEnd, '-')] }

// handed is a payment file as its bank has it.
type handed struct {
	file  *bank.File
	asked []transfer
}

func handedOut(content []byte) (*handed, error) {
	file, err := bank.Read(content)
	if err != nil {
		return nil, err
	}
	read := &handed{file: file}
	for i := range file.Payments {
		payment := &file.Payments[i]
		for j := range payment.Transfers {
			t := &payment.Transfers[j]
			amount, err := money.ParseAmount(t.Amount.Value)
			if err != nil {
				return nil, err
			}
			read.asked = append(read.asked, transfer{t.EndToEndID, amount, payment.Account, t.Account})
		}
	}
	return read, nil
}

// status is what the bank says of a file: so many of the first payments are rejected, the others accepted.
func (h *handed) status(day calendar.Date, rejects int) ([]byte, error) {
	why, err := bank.Because("AC04")
	if err != nil {
		return nil, err
	}
	rejected := map[string]bank.Reason{}
	for _, t := range h.asked[:rejects] {
		rejected[t.endToEnd] = why
	}
	answer, err := h.file.Answer(day.Noon(), rejected, nil)
	if err != nil {
		return nil, err
	}
	return answer.Status()
}

// movement is what a bank has booked on an account.
type movement struct {
	account, reference, endToEnd string
	amount                       money.Amount
	credited, returned           bool
}

// debit is a movement on the payer's account.
func (t transfer) debit(of string, amount money.Amount) movement {
	return movement{account: t.payer, reference: referenceOf(t.endToEnd + of), endToEnd: t.endToEnd, amount: amount}
}

// credit is the whole payment on the payee's account.
func (t transfer) credit() movement {
	return movement{
		account: t.payee, reference: referenceOf(t.endToEnd + "c"), endToEnd: t.endToEnd, amount: t.amount, credited: true,
	}
}

// referenceOf is a bank's own number of a movement, which tells nothing of our order.
func referenceOf(of string) string {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(of)) // it cannot fail
	return fmt.Sprintf("B%016X", sum.Sum64())
}

// accountOf is the account number of a member: digits made of its code.
func accountOf(member string) string {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(member)) // it cannot fail
	return fmt.Sprintf("622200%010d", sum.Sum32())
}

// camtOf is a camt.054: one movement of an account.
func camtOf(day calendar.Date, account string, m movement) []byte {
	sign, details := "DBIT", ""
	if m.credited {
		sign = "CRDT"
	}
	if m.endToEnd != "" {
		details = "<Refs><EndToEndId>" + m.endToEnd + "</EndToEndId></Refs>"
	}
	if m.returned {
		details += "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
	}
	if details != "" {
		details = "<NtryDtls><TxDtls>" + details + "</TxDtls></NtryDtls>"
	}
	return fmt.Appendf(nil, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>`+
		`<GrpHdr><MsgId>N</MsgId></GrpHdr><Ntfctn><Id>N</Id><Acct><Id><Othr><Id>%s</Id></Othr></Id></Acct>`+
		`<Ntry><Amt Ccy="CNY">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>`+
		`<BookgDt><Dt>%s</Dt></BookgDt><AcctSvcrRef>%s</AcctSvcrRef>%s</Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>`,
		account, m.amount, sign, day, m.reference, details)
}
