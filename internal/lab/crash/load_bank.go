package crash

import (
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"strings"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// transfer is what a bank reads in a payment file, and is asked to pay.
type transfer struct {
	payment      string // the payer's part of the file
	endToEnd     string
	amount       money.Amount
	payer, payee string // accounts
}

// order is the order that a transfer pays: its number without the attempt.
func (t transfer) order() string { return t.endToEnd[:strings.LastIndexByte(t.endToEnd, '-')] }

// payFile is as much of a pain.001 as a bank needs here.
type payFile struct {
	Payments []struct {
		ID        string `xml:"PmtInfId"`
		Debtor    string `xml:"DbtrAcct>Id>Othr>Id"`
		Transfers []struct {
			EndToEnd string `xml:"PmtId>EndToEndId"`
			Amount   string `xml:"Amt>InstdAmt"`
			Creditor string `xml:"CdtrAcct>Id>Othr>Id"`
		} `xml:"CdtTrfTxInf"`
	} `xml:"CstmrCdtTrfInitn>PmtInf"`
}

func transfersOf(file []byte) ([]transfer, error) {
	var read payFile
	if err := xml.Unmarshal(file, &read); err != nil {
		return nil, err
	}
	var transfers []transfer
	for _, payment := range read.Payments {
		for _, asked := range payment.Transfers {
			amount, err := money.ParseAmount(asked.Amount)
			if err != nil {
				return nil, err
			}
			transfers = append(transfers, transfer{payment.ID, asked.EndToEnd, amount, payment.Debtor, asked.Creditor})
		}
	}
	return transfers, nil
}

// statusOf is a pain.002: so many of the first payments are rejected, the others accepted.
func statusOf(message string, asked []transfer, rejects int) []byte {
	var text strings.Builder
	fmt.Fprintf(&text, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>`+
		`<GrpHdr><MsgId>S</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>%s</OrgnlMsgId></OrgnlGrpInfAndSts>`+
		`<OrgnlPmtInfAndSts><OrgnlPmtInfId>%s</OrgnlPmtInfId>`, message, asked[0].payment)
	for i, t := range asked {
		status := "ACCP"
		if i < rejects {
			status = "RJCT"
		}
		fmt.Fprintf(&text, `<TxInfAndSts><OrgnlEndToEndId>%s</OrgnlEndToEndId><TxSts>%s</TxSts></TxInfAndSts>`,
			t.endToEnd, status)
	}
	text.WriteString(`</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`)
	return []byte(text.String())
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
