package iso20022

import (
	"io"
	"strconv"
)

// Report is a pain.002: what became of one file.
type Report struct {
	ID       string
	File     string // the file's id (OrgnlMsgId)
	Status   Status // of the file; empty when the bank speaks of payments only
	Payments []PaymentStatus
}

// PaymentStatus is what became of one payment of the file.
type PaymentStatus struct {
	Payment   string
	Status    Status // empty when the bank speaks of transfers only
	Transfers []TransferStatus
}

// TransferStatus is what became of one transfer.
type TransferStatus struct {
	EndToEndID string
	Status     Status
}

// Status is a bank's word with its reasons.
type Status struct {
	Code    string // ACCP, ACSC, RJCT …
	Reasons []Reason
}

// Reason is why; Code is of the external list or the bank's own, Text is what it adds.
type Reason struct{ Code, Text string }

// Outcome is what a status means for an order.
type Outcome string

// The closed list of outcomes.
const (
	Unsaid   Outcome = ""         // the bank has not said, or not for this one
	Pending  Outcome = "pending"  // received, or being checked
	Accepted Outcome = "accepted" // it will be executed; not yet paid: only an entry of an account says so
	Rejected Outcome = "rejected" // it will not be executed
	Partly   Outcome = "partly"   // some of it; each transfer says for itself
)

// outcomes are the codes of ISO 20022's ExternalPaymentTransactionStatus1Code and ExternalPaymentGroupStatus1Code. That
// the payer's account was debited (ACSC) or the payee's credited (ACCC) is a promise too, until an entry shows it.
var outcomes = map[string]Outcome{
	"": Unsaid, "RCVD": Pending, "PDNG": Pending, "PATC": Pending,
	"ACTC": Accepted, "ACCP": Accepted, "ACSP": Accepted, "ACSC": Accepted, "ACWC": Accepted, "ACWP": Accepted,
	"ACFC": Accepted, "ACCC": Accepted, "ACIS": Accepted, "PRES": Accepted,
	"RJCT": Rejected, "CANC": Rejected, "BLCK": Rejected,
	"PART": Partly,
}

// Outcome is what the status means; a code that is not on the list is Unsaid, for a person to read.
func (s Status) Outcome() Outcome { return outcomes[s.Code] }

// Of is what the report says of one transfer: its own status, else its payment's, else the file's. Of a payment or file
// that was accepted in part, it says nothing of a transfer that it does not name.
func (r *Report) Of(payment, endToEndID string) Status {
	found := r.Status
	for i := range r.Payments {
		p := &r.Payments[i]
		if p.Payment != payment {
			continue
		}
		if p.Status.Code != "" {
			found = p.Status
		}
		for _, t := range p.Transfers {
			if t.EndToEndID == endToEndID && t.Status.Code != "" {
				return t.Status
			}
		}
	}
	if found.Outcome() == Partly {
		return Status{}
	}
	return found
}

const statusVersionMin = 3 // earlier ones have their transfers elsewhere

// ReadStatus reads a pain.002; *Unreadable when it is none.
func ReadStatus(from io.Reader, limits Limits) (*Report, error) {
	r := newReader(from, limits)
	message, err := r.open(map[string]string{"CstmrPmtStsRpt": "pain.002"})
	if err != nil {
		return nil, err
	}
	if message.version > 0 && message.version < statusVersionMin {
		return nil, r.unreadable(OldVersion, strconv.Itoa(message.version))
	}
	report := new(Report)
	depth := len(r.path)
	seen := make(map[string]bool)
	for {
		start, more, err := r.next(depth)
		if err != nil {
			return nil, r.early(err)
		}
		if !more {
			break
		}
		part, err := r.read(start)
		if err != nil {
			return nil, err
		}
		if err := report.take(part, seen[part.name]); err != nil {
			return nil, err
		}
		seen[part.name] = true
	}
	if report.File == "" {
		return nil, r.unreadable(Missing, "OrgnlMsgId")
	}
	if err := r.close(); err != nil {
		return nil, err
	}
	return report, nil
}

// take adds one part of the message to the report.
func (r *Report) take(part *element, again bool) error {
	var p picker
	switch part.name {
	case "GrpHdr", "OrgnlGrpInfAndSts":
		if again {
			p.refuse(part, Repeated, "", "")
		}
		if part.name == "GrpHdr" {
			r.ID = p.must(part, "MsgId")
			break
		}
		r.File = p.must(part, "OrgnlMsgId")
		r.Status = p.status(part, "GrpSts")
	case "OrgnlPmtInfAndSts":
		payment := PaymentStatus{Payment: p.must(part, "OrgnlPmtInfId"), Status: p.status(part, "PmtInfSts")}
		for _, transfer := range all(part, "TxInfAndSts") {
			payment.Transfers = append(payment.Transfers, TransferStatus{
				EndToEndID: p.must(transfer, "OrgnlEndToEndId"), Status: p.status(transfer, "TxSts"),
			})
		}
		r.Payments = append(r.Payments, payment)
	}
	return p.result()
}

// status is a status with the reasons beside it.
func (p *picker) status(e *element, name string) Status {
	status := Status{Code: p.text(e, name)}
	for _, reason := range all(e, "StsRsnInf") {
		one := Reason{Code: p.text(reason, "Rsn/Cd", "Rsn/Prtry")}
		for _, more := range all(reason, "AddtlInf") {
			one.Text += more.text
		}
		status.Reasons = append(status.Reasons, one)
	}
	return status
}
