package bank

import (
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"time"

	"gongbao/internal/clock"
)

// Reason is why a payment does not go through: a code of ISO 20022's list with what the bank adds.
type Reason struct{ Code, Text string }

// reasons are those that the bank has words for.
var reasons = map[string]string{
	"AC01": "账号有误", "AC04": "账户已销户", "AC06": "账户已冻结", "AM04": "余额不足", "BE01": "户名不符",
}

// Because is the reason of a code.
func Because(code string) (Reason, error) {
	text, known := reasons[code]
	if !known {
		return Reason{}, fmt.Errorf("the bank knows no reason %q; it knows %v", code, slices.Sorted(maps.Keys(reasons)))
	}
	return Reason{Code: code, Text: text}, nil
}

// Answer is what the bank says of a file.
type Answer struct {
	file *File
	now  time.Time

	Rejected map[string]Reason // transfers by end-to-end id that are not executed
	Returned map[string]Reason // that are executed, and come back
}

// Answer takes a file: all its payments are executed but what the caller then names. It refuses to answer for a
// transfer that is not in the file.
func (f *File) Answer(now time.Time, rejected, returned map[string]Reason) (*Answer, error) {
	ids := map[string]bool{}
	for i := range f.Payments {
		for j := range f.Payments[i].Transfers {
			ids[f.Payments[i].Transfers[j].EndToEndID] = true
		}
	}
	for _, named := range []map[string]Reason{rejected, returned} {
		for _, id := range slices.Sorted(maps.Keys(named)) {
			if !ids[id] {
				return nil, fmt.Errorf("the file %s has no transfer %q; it has %v", f.ID, id, slices.Sorted(maps.Keys(ids)))
			}
		}
	}
	for id := range rejected {
		if _, both := returned[id]; both {
			return nil, fmt.Errorf("%s is rejected, so it cannot come back", id)
		}
	}
	return &Answer{file: f, now: now.In(clock.Zone), Rejected: rejected, Returned: returned}, nil
}

// Status is the answer as a pain.002: which payments are executed.
func (a *Answer) Status() ([]byte, error) {
	report := xmlReport{
		ID: a.file.ID + "-S", Made: a.now.Format(time.RFC3339), File: a.file.ID, Kind: pain001, Status: accepted,
	}
	for i := range a.file.Payments {
		payment := &a.file.Payments[i]
		said := xmlPaymentStatus{ID: payment.ID}
		for j := range payment.Transfers {
			id := payment.Transfers[j].EndToEndID
			status := xmlTransferStatus{EndToEndID: id, Status: accepted}
			if why, is := a.Rejected[id]; is {
				status.Status, status.Why, report.Status = rejected, &xmlReason{why.Code, why.Text}, partly
			}
			said.Transfers = append(said.Transfers, status)
		}
		report.Payments = append(report.Payments, said)
	}
	return written(report)
}

// Words of a bank for what becomes of a payment.
const (
	accepted = "ACSP" // it is being executed
	rejected = "RJCT"
	partly   = "PART"
)

func written(document any) ([]byte, error) {
	text, err := xml.MarshalIndent(document, "", "  ")
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(text, '\n')...), nil
}

type xmlReport struct {
	XMLName  xml.Name           `xml:"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10 Document"`
	ID       string             `xml:"CstmrPmtStsRpt>GrpHdr>MsgId"`
	Made     string             `xml:"CstmrPmtStsRpt>GrpHdr>CreDtTm"`
	File     string             `xml:"CstmrPmtStsRpt>OrgnlGrpInfAndSts>OrgnlMsgId"`
	Kind     string             `xml:"CstmrPmtStsRpt>OrgnlGrpInfAndSts>OrgnlMsgNmId"`
	Status   string             `xml:"CstmrPmtStsRpt>OrgnlGrpInfAndSts>GrpSts"`
	Payments []xmlPaymentStatus `xml:"CstmrPmtStsRpt>OrgnlPmtInfAndSts"`
}

type xmlPaymentStatus struct {
	ID        string              `xml:"OrgnlPmtInfId"`
	Transfers []xmlTransferStatus `xml:"TxInfAndSts"`
}

type xmlTransferStatus struct {
	EndToEndID string     `xml:"OrgnlEndToEndId"`
	Status     string     `xml:"TxSts"`
	Why        *xmlReason `xml:"StsRsnInf"`
}

type xmlReason struct {
	Code string `xml:"Rsn>Cd"`
	Text string `xml:"AddtlInf"`
}
