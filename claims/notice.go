package claims

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// NoticeKind is what a member is told or asked.
type NoticeKind string

// The closed list of notices.
const (
	LargeLoss     NoticeKind = "large_loss"  // 大额赔案通知: read it
	JointSurvey   NoticeKind = "survey"      // 联合查勘: come, or let the servicer do it alone
	SecondLead    NoticeKind = "second_lead" // you decide beside the leader: agree up to an amount
	AskForConsent NoticeKind = "consent"     // consent or object; silence is consent when the time is over
	CashCall      NoticeKind = "cash_call"   // 现金摊赔: pay ahead
)

// NoticeState is where a notice stands with one member.
type NoticeState string

// States of a notice.
const (
	NoticeSent      NoticeState = "sent"
	NoticeRead      NoticeState = "read"
	NoticeAttending NoticeState = "attending"
	NoticeDeclined  NoticeState = "declined"
	NoticeAgreed    NoticeState = "agreed"
	NoticeConsented NoticeState = "consented"
	NoticeObjected  NoticeState = "objected"
	NoticeDeemed    NoticeState = "deemed" // consented by silence
	NoticePaid      NoticeState = "paid"
	NoticeLapsed    NoticeState = "lapsed" // no answer is wanted any longer
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
	Kind     NoticeKind    `bun:"kind"      json:"kind"`
	Purpose  string        `bun:"purpose"   json:"purpose,omitempty"`
	Amount   *money.Amount `bun:"amount"    json:"amount,omitempty"` // called for; asked consent for, at 100 %
	Reason   string        `bun:"reason"    json:"reason,omitempty"`
	Sent     calendar.Date `bun:"sent"      json:"sent"`
	Due      calendar.Date `bun:"due"       json:"due"`
	State    NoticeState   `bun:"state"     json:"state"`
	Paid     money.Amount  `bun:"paid"      json:"paid,omitzero"` // of a call
	Note     string        `bun:"note"      json:"note,omitempty"`
	Answerer string        `bun:"answerer"  json:"answered_by,omitempty"`
	Answered *time.Time    `bun:"answered"  json:"answered,omitempty"`

	changed bool
}

// clockOf is the clock that a notice starts.
var clockOf = map[NoticeKind]DeadlineName{
	LargeLoss: NoticeDue, JointSurvey: SurveyDue, AskForConsent: ConsentDue, CashCall: CashCallDue,
}

// others are the members of the table besides the servicer, in its order.
func (h *held) others() []string {
	return slices.DeleteFunc(h.agreement.Members(), func(member string) bool { return member == h.servicer() })
}

// send writes a notice to members and starts its clock; each may have an amount of its own. It gives their part of the
// event.
func (h *held) send(c *Claim, notice Notice, amounts map[string]money.Amount) map[string]memberData {
	days := map[NoticeKind]int{
		LargeLoss: h.agreement.NoticeDays, JointSurvey: h.agreement.SurveyDays, AskForConsent: h.agreement.ConsentDays,
		CashCall: h.agreement.CashCallDays,
	}[notice.Kind]
	c.Notices++
	told := map[string]memberData{}
	for _, member := range h.agreement.Members() {
		amount, one := amounts[member]
		if !one {
			continue
		}
		sent := notice
		sent.Number, sent.Member, sent.State, sent.Sent, sent.changed = c.Notices, member, NoticeSent, h.today, true
		if !amount.IsZero() {
			sent.Amount = &amount
		}
		sent.Due, _ = h.dial.after(days)
		if clock, runs := clockOf[notice.Kind]; runs {
			h.dial.working(clock, member, c.Notices, days)
		}
		h.notices = append(h.notices, sent)
		told[member] = memberData{Notices: []noticeData{sent.data()}}
	}
	return told
}

// toAll is the list of members a notice without amounts goes to.
func toAll(members []string) map[string]money.Amount {
	amounts := make(map[string]money.Amount, len(members))
	for _, member := range members {
		amounts[member] = money.Amount{}
	}
	return amounts
}

// find gives one member's notice; nil when it has none of that number.
func (h *held) find(number int, member string) *Notice {
	for i := range h.notices {
		if h.notices[i].Number == number && h.notices[i].Member == member {
			return &h.notices[i]
		}
	}
	return nil
}

// answer notes what a member answered and meets the clock.
func (h *held) answer(n *Notice, state NoticeState, note string, by access.Principal) {
	n.State, n.Note, n.Answerer, n.Answered, n.changed = state, note, by.Subject, &h.now, true
	if clock, runs := clockOf[n.Kind]; runs {
		h.dial.meet(clock, n.Member, n.Number, "")
	}
}

// lapse ends the notices of a kind that nobody needs to answer any longer, and stops their clocks.
func (h *held) lapse(kinds ...NoticeKind) {
	for i := range h.notices {
		if n := &h.notices[i]; n.State == NoticeSent && slices.Contains(kinds, n.Kind) {
			n.State, n.changed = NoticeLapsed, true
			h.dial.stopOne(clockOf[n.Kind], n.Member, n.Number)
		}
	}
}

// noticeData is a notice as a member's section tells of it.
type noticeData struct {
	Number  int           `json:"number"`
	Kind    NoticeKind    `json:"kind"`
	Purpose string        `json:"purpose,omitempty"`
	Amount  *money.Amount `json:"amount,omitempty"`
	Due     calendar.Date `json:"due"`
	State   NoticeState   `json:"state"`
	Note    string        `json:"note,omitempty"`
}

func (n *Notice) data() noticeData {
	return noticeData{
		Number: n.Number, Kind: n.Kind, Purpose: n.Purpose, Amount: n.Amount, Due: n.Due, State: n.State, Note: n.Note,
	}
}

// writeNotices queues the notices that changed.
func (h *held) writeNotices(tx *pg.Tx, c *Claim) {
	for _, n := range h.notices {
		if !n.changed {
			continue
		}
		tx.Queue(`INSERT INTO claim_notice (pool, claim, number, member, kind, purpose, amount, reason, sent, due, state,
				paid, note, answerer, answered)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			ON CONFLICT (pool, claim, number, member) DO UPDATE SET amount = $7, state = $11, paid = $12, note = $13,
				answerer = $14, answered = $15`,
			c.Pool, c.Number, n.Number, n.Member, string(n.Kind), n.Purpose, fenOrNil(n.Amount), n.Reason, n.Sent.SQL(),
			n.Due.SQL(), string(n.State), n.Paid.Fen(), n.Note, n.Answerer, n.Answered)
	}
}
