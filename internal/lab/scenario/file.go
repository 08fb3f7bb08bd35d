package scenario

import (
	"fmt"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/product"
)

// File is a scenario that was read.
type File struct {
	Name  string
	Lines []Line
}

// Line is one statement of a file with what it wants to come of it.
type Line struct {
	File      string
	Number    int    // from 1
	Text      string // as it was written, without comment
	Date      calendar.Date
	Effective calendar.Date // none when left out
	As        string        // who does it; "" for a person of the organisation that would
	Statement Statement
	Outcome   string // code of the refusal wanted; "" for ok
	Key       string // with which the service is asked; "" for none, as in every file

	names []name // that it makes, or that must have been made before
}

// Statement is one of the types below.
type Statement interface{ Verb() string }

// ParseError is what is wrong with a file, and where.
type ParseError struct {
	File         string
	Line, Column int // from 1; columns are counted in characters
	Message      string
}

// Error is file, line, column and what is wrong.
func (e *ParseError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// MemberShare is a line of a share table.
type MemberShare struct {
	Member string
	Share  money.Share
}

// Statements on members, pools and policies.
type (
	// Member registers an insurer.
	Member struct {
		Code, Name string
		Capital    *money.Amount
	}
	// Pool opens a pool.
	Pool struct{ Code, Industry string }
	// Agreement proposes and accepts a version of a pool's agreement.
	Agreement struct {
		Pool    string
		Version int
		From    calendar.Date
		Shares  []coinsurance.Participation
		Terms   coinsurance.Terms // what is left out has the service's default
	}
	// Policy quotes a policy.
	Policy struct {
		Name, Pool string
		insurance.Contract
		Sections []product.SectionTerms
	}
	// Accept is a follower's yes to a risk.
	Accept struct{ Policy, Member string }
	// Decline is a follower's no to a risk.
	Decline struct{ Policy, Member string }
	// Receive is premium taken in, at 100 %, gross of VAT.
	Receive struct {
		Policy string
		Amount money.Amount
	}
	// Issue brings a policy into force.
	Issue struct{ Policy string }
	// Endorse changes a policy's net premium.
	Endorse struct {
		Policy, Name string
		Premium      money.Amount
		Basis        string
	}
	// Cancel ends a policy.
	Cancel struct{ Policy string }
	// Reinstate takes a cancellation back.
	Reinstate struct{ Policy string }
	// Refund is premium paid back, at 100 %, gross of VAT.
	Refund struct {
		Policy string
		Amount money.Amount
	}
)

// Statements on claims.
type (
	// Claim is first notice and filing.
	Claim struct {
		Name, Policy string
		Loss, Papers calendar.Date
	}
	// Reserve replaces the gross estimate; nil leaves a stream as it was.
	Reserve struct {
		Claim              string
		Indemnity, Expense *money.Amount
	}
	// Assess gives the assessed loss.
	Assess struct {
		Claim string
		Loss  money.Amount
	}
	// Approve replaces what is approved to date; nil leaves a stream as it was.
	Approve struct {
		Claim              string
		Indemnity, Expense *money.Amount
	}
	// Advance pays before approval.
	Advance struct {
		Claim     string
		Indemnity money.Amount
	}
	// Pay pays; what is left out is zero.
	Pay struct {
		Claim              string
		Indemnity, Expense money.Amount
	}
	// Refuse refuses a claim.
	Refuse struct{ Claim, Reason string }
	// Withdraw is the claimant's.
	Withdraw struct{ Claim string }
	// Recover is cash taken in from third parties, or for salvage.
	Recover struct {
		Claim             string
		Recovery, Salvage *money.Amount
	}
	// PaidCall is a member's cash towards a cash call.
	PaidCall struct {
		Claim, Member string
		Amount        money.Amount
	}
	// Close closes a claim.
	Close struct{ Claim string }
	// Reopen opens a closed claim again.
	Reopen struct{ Claim string }
)

// Statements on settlement and periods; Period is a month or a quarter.
type (
	// DrawStatement draws up the statements of all members.
	DrawStatement struct{ Pool, Period string }
	// Query disputes a subject.
	Query struct{ Pool, Period, Member, Item string }
	// Resolve lifts a dispute.
	Resolve struct{ Pool, Period, Member, Item string }
	// Confirm is a member's word on its statement.
	Confirm struct{ Pool, Period, Member string }
	// Settle makes the payment orders.
	Settle struct{ Pool, Period string }
	// Paid is the bank's word that all orders are paid.
	Paid struct{ Pool, Period string }
	// ClosePeriod closes and seals a month.
	ClosePeriod struct {
		Pool  string
		Month calendar.Month
	}
)

// Expectations.
type (
	// ExpectPortion is a member's to-date portion of a stream of a policy or claim.
	ExpectPortion struct {
		Subject, Stream, Member string
		Amount                  money.Amount
	}
	// ExpectOwes is what one member owes another by the book, net.
	ExpectOwes struct {
		Debtor, Creditor string
		Amount           money.Amount
		Pool             string
		Effective, Known calendar.Date
	}
	// ExpectBalance is the balance of an account in a member's book.
	ExpectBalance struct {
		Member, Account           string
		Amount                    money.Amount
		Pool, Policy, Claim, With string
		Effective, Known          calendar.Date
	}
	// ExpectState is the state of a policy or claim.
	ExpectState struct{ Subject, State string }
	// ExpectStatement is a statement from the member's side.
	ExpectStatement struct {
		Pool, Period, Member       string
		Opening, Movement, Closing money.Amount
	}
	// ExpectNet is a member's net of a settlement's orders.
	ExpectNet struct {
		Pool, Period, Member string
		Amount               money.Amount
	}
	// ExpectPayment is the order from one member to another.
	ExpectPayment struct {
		Pool, Period, From, To string
		Amount                 money.Amount
	}
	// ExpectPayments is how many orders there are.
	ExpectPayments struct {
		Pool, Period string
		Count        int
	}
	// ExpectEvent is how many events of a type were announced.
	ExpectEvent struct {
		Type    string
		Count   int
		Subject string
	}
	// ExpectClock is the due day of a legal clock; none when zero.
	ExpectClock struct {
		Claim, Clock string
		Due          calendar.Date
	}
	// ExpectVerified says that the book adds up.
	ExpectVerified struct{}
)
