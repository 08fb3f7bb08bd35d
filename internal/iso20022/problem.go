package iso20022

import "fmt"

// Problem says why a file cannot be read.
type Problem string

// The closed list of problems.
const (
	NotXML           Problem = "not_xml"            // the text is no well-formed XML, or ends too early
	UnknownEncoding  Problem = "unknown_encoding"   // neither UTF-8 nor GB 18030 (GBK, GB 2312), or not what it says it is
	DocumentType     Problem = "document_type"      // a DOCTYPE, which a bank has no use for
	TooDeep          Problem = "too_deep"           // beyond Limits.Depth
	TooLong          Problem = "too_long"           // a text beyond Limits.Text
	TooMany          Problem = "too_many"           // elements of one entry beyond Limits.Elements
	TooLarge         Problem = "too_large"          // beyond Limits.Size
	WrongMessage     Problem = "wrong_message"      // another message than was asked for
	OldVersion       Problem = "old_version"        // a version of the message that is not read
	Missing          Problem = "missing"            // an element that has to be there
	Repeated         Problem = "repeated"           // an element that may be there once
	NoAmount         Problem = "no_amount"          // not an amount of whole fen
	OtherCurrency    Problem = "other_currency"     // not renminbi
	NoDay            Problem = "no_day"             // neither a day nor a time
	UnknownCode      Problem = "unknown_code"       // a code of a closed list that is not on it
	CountsDisagree   Problem = "counts_disagree"    // the entries are not as many as the message says
	NothingInside    Problem = "nothing_inside"     // a message without a statement
	AfterTheDocument Problem = "after_the_document" // something follows the message
)

// Unreadable is a file that is not read: where, and why.
type Unreadable struct {
	Problem Problem
	Line    int    // from 1
	Element string // the path of local names, such as "Stmt/Ntry/Amt"
	Said    string // what stands there, shortened; "" when nothing does
	cause   error
}

// Error says it in English, for a log.
func (u *Unreadable) Error() string {
	text := fmt.Sprintf("line %d, %s: %s", u.Line, u.Element, u.Problem)
	if u.Said != "" {
		text += fmt.Sprintf(" %q", u.Said)
	}
	if u.cause != nil {
		text += ": " + u.cause.Error()
	}
	return text
}

// Unwrap gives what the XML reader said.
func (u *Unreadable) Unwrap() error { return u.cause }

// Unwritable is a payment that cannot be written as a bank takes it.
type Unwritable struct {
	Field string // "payments[0].transfers[2].creditor.name"
	Fault Fault
	Most  int // of a text that is too long: how many characters may be
}

// Fault says what is wrong with a field of a payment.
type Fault string

// The closed list of faults.
const (
	Absent      Fault = "absent"       // what has to be there
	Long        Fault = "too_long"     // more characters than a bank takes; nothing is cut
	Unprintable Fault = "unprintable"  // characters that nobody sees
	NotAnID     Fault = "not_an_id"    // other than letters, digits and dashes of ASCII
	NotABank    Fault = "not_a_bank"   // not the twelve digits of a bank's number 联行号
	NotPositive Fault = "not_positive" // an amount of nothing or less
	Foreign     Fault = "foreign"      // not renminbi
	Twice       Fault = "twice"        // an id that another of the file has
)

// Error says it in English, for a log.
func (u *Unwritable) Error() string {
	if u.Fault == Long {
		return fmt.Sprintf("%s: %s, at most %d", u.Field, u.Fault, u.Most)
	}
	return fmt.Sprintf("%s: %s", u.Field, u.Fault)
}
