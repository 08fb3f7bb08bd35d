package notice

import (
	"time"

	"github.com/uptrace/bun"

	"gongbao/claims/deadline"
	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// Kind is what a member is told or asked.
type Kind string

// The closed list of notices.
const (
	LargeLoss     Kind = "large_loss"  // 大额赔案通知: read it
	JointSurvey   Kind = "survey"      // 联合查勘: come, or let the servicer do it alone
	SecondLead    Kind = "second_lead" // you decide beside the leader: agree up to an amount
	AskForConsent Kind = "consent"     // consent or object; silence is consent when the time is over
	CashCall      Kind = "cash_call"   // 现金摊赔: pay ahead
)

// State is where a notice stands with one member.
type State string

// States of a notice.
const (
	Sent      State = "sent"
	Read      State = "read"
	Attending State = "attending"
	Declined  State = "declined"
	Agreed    State = "agreed"
	Consented State = "consented"
	Objected  State = "objected"
	Deemed    State = "deemed" // consented by silence
	Paid      State = "paid"
	Lapsed    State = "lapsed" // no answer is wanted any longer
)

// Purposes of a question for consent.
const (
	ForExGratia   = "ex_gratia"  // 通融赔付: pay what the policy does not
	ForRescission = "rescission" // 解除合同 (Insurance Law of the PRC, art. 16)
)

// Notice is one notice to one member, and what it answered.
type Notice struct {
	bun.BaseModel `bun:"table:claim_notice"`

	Pool     string        `bun:"pool,pk"   json:"-"`
	Claim    string        `bun:"claim,pk"  json:"-"`
	Number   int           `bun:"number,pk" json:"number"` // counted per claim; one notice goes to several members
	Member   string        `bun:"member,pk" json:"member"`
	Kind     Kind          `bun:"kind"      json:"kind"`
	Purpose  string        `bun:"purpose"   json:"purpose,omitempty"`
	Amount   *money.Amount `bun:"amount"    json:"amount,omitempty"` // called for; asked consent for, at 100 %
	Reason   string        `bun:"reason"    json:"reason,omitempty"`
	Sent     calendar.Date `bun:"sent"      json:"sent"`
	Due      calendar.Date `bun:"due"       json:"due"`
	State    State         `bun:"state"     json:"state"`
	Paid     money.Amount  `bun:"paid"      json:"paid,omitzero"` // of a call
	Note     string        `bun:"note"      json:"note,omitempty"`
	Answerer string        `bun:"answerer"  json:"answered_by,omitempty"`
	Answered *time.Time    `bun:"answered"  json:"answered,omitempty"`
}

// Open is what a cash call asks for and was not paid.
func (n *Notice) Open() money.Amount { return n.Amount.Sub(n.Paid) }

// deadlines are those that notices start.
var deadlines = map[Kind]deadline.Name{
	LargeLoss: deadline.NoticeDue, JointSurvey: deadline.SurveyDue, AskForConsent: deadline.ConsentDue,
	CashCall: deadline.CashCallDue,
}

// days are the working days that the agreement gives a member to answer.
func days(agreement *coinsurance.Agreement, kind Kind) int {
	return map[Kind]int{
		LargeLoss: agreement.NoticeDays, JointSurvey: agreement.SurveyDays, AskForConsent: agreement.ConsentDays,
		CashCall: agreement.CashCallDays,
	}[kind]
}

// Answers to notices.
const (
	AnswerRead    = "read"    // of a large loss
	AnswerAttend  = "attend"  // a joint survey
	AnswerDecline = "decline" // it: the servicer surveys alone
	AnswerAgree   = "agree"   // as second lead, up to an amount of indemnity
	AnswerConsent = "consent"
	AnswerObject  = "object"
)

// answers say what each kind of notice can be answered with, and what it stands at then.
var answers = map[Kind]map[string]State{
	LargeLoss:     {AnswerRead: Read},
	JointSurvey:   {AnswerAttend: Attending, AnswerDecline: Declined},
	SecondLead:    {AnswerAgree: Agreed},
	AskForConsent: {AnswerConsent: Consented, AnswerObject: Objected},
}

// StateAfter is where a notice of this kind stands after an answer; false for an answer to another kind.
func (k Kind) StateAfter(answer string) (state State, fits bool) {
	state, fits = answers[k][answer]
	return state, fits
}
