package claims

import (
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
)

// DeadlineName is one of the terms that run for a claim.
type DeadlineName string

// The clocks, with what starts each. Civil days are not extended by a holiday: the earlier, safer day is shown.
const (
	DecideDue        DeadlineName = "decide_due"        // papers + 30 days: decide (Insurance Law of the PRC, art. 23)
	PayDue           DeadlineName = "pay_due"           // latest approval + 10 days: pay (art. 23)
	RefuseDue        DeadlineName = "refuse_due"        // refusal + 3 days: say why (art. 24)
	AdvanceDue       DeadlineName = "advance_due"       // papers + 60 days: pay what is certain (art. 25)
	MajorReportDue   DeadlineName = "major_report_due"  // major claim + 5 working days: report (保监产险〔2012〕571号)
	MajorClosingDue  DeadlineName = "major_closing_due" // its closing + 5 working days: report again (the same)
	EmergencyDue     DeadlineName = "emergency_due"     // emergency + 2 hours: first report (2011 notice on emergencies)
	AgreementPayDue  DeadlineName = "agreement_pay_due" // latest approval + pay_days working days (the pool's agreement)
	ReimbursementDue DeadlineName = "reimbursement_due" // payment + reimburse_days working days, of each other member
	NoticeDue        DeadlineName = "notice_due"        // large-loss notice + notice_days working days: read it
	SurveyDue        DeadlineName = "survey_due"        // call to a joint survey + survey_days working days: answer it
	ConsentDue       DeadlineName = "consent_due"       // question + consent_days working days: silence is consent then
	CashCallDue      DeadlineName = "cash_call_due"     // cash call + cash_call_days working days: pay it
	QueryDue         DeadlineName = "query_due"         // query + answer_days working days: answer it
	EscalationDue    DeadlineName = "escalation_due"    // query passed on + answer_days working days: decide it
	RescindDue       DeadlineName = "rescind_due"       // knowledge of the ground + 30 days: rescind (art. 16)
)

// DeadlineNames are those of the law, which a scenario asks for.
var DeadlineNames = []DeadlineName{DecideDue, PayDue, RefuseDue, AdvanceDue, MajorReportDue}

const (
	decideDays    = 30
	payDays       = 10
	refuseDays    = 3
	advanceDays   = 60
	rescindDays   = 30
	majorDays     = 5 // working days
	emergencyTime = 2 * time.Hour
)

// DeadlineState is where a clock stands.
type DeadlineState string

// States of a clock. One that was missed runs on until it is met or stopped.
const (
	Running DeadlineState = "running"
	Met     DeadlineState = "met"
	Stopped DeadlineState = "stopped" // what it waited for will not come, or is no longer wanted
)

// Deadline is a term that runs for a claim: started, due, and how it ended.
type Deadline struct {
	bun.BaseModel `bun:"table:claim_clock"`

	Pool        string        `bun:"pool,pk"     json:"-"`
	Claim       string        `bun:"claim,pk"    json:"-"`
	Name        DeadlineName  `bun:"name,pk"     json:"name"`
	Member      string        `bun:"member,pk"   json:"member,omitempty"` // whose it is; none: the servicer's
	Number      int           `bun:"number,pk"   json:"number,omitempty"` // of the notice it belongs to
	Started     calendar.Date `bun:"started"     json:"started"`
	Due         calendar.Date `bun:"due"         json:"due"`                   // the last good day
	DueAt       *time.Time    `bun:"due_at"      json:"due_at,omitempty"`      // of a clock that is counted in hours
	Provisional bool          `bun:"provisional" json:"provisional,omitempty"` // working days of a year not announced yet
	State       DeadlineState `bun:"state"       json:"state"`
	Warned      bool          `bun:"warned"      json:"-"`                // it was announced that it is due soon
	Missed      bool          `bun:"missed"      json:"missed,omitempty"` // it was announced that it was missed
	Ended       calendar.Date `bun:"ended"       json:"ended,omitzero"`
	Reference   string        `bun:"reference"   json:"reference,omitempty"` // of the report that met it
	Next        *time.Time    `bun:"next"        json:"-"`                   // when the scheduler looks at it again
}

// Warnings come some time before a clock is due: three days for the long ones, the day before for the others, half of
// the time for those counted in hours.
const (
	longDays     = 10
	warnDaysLong = 3
	warnDays     = 1
)

// look says when the scheduler is to look at the clock next: when a warning is due, then when it is missed.
func (c *Deadline) look() *time.Time {
	if c.State != Running || c.Missed {
		return nil
	}
	missed := c.Due.AddDays(1).Start()
	early := warnDays
	if c.Started.DaysUntil(c.Due) >= longDays {
		early = warnDaysLong
	}
	warned := c.Due.AddDays(-early).Start()
	if c.DueAt != nil {
		missed, warned = *c.DueAt, c.DueAt.Add(-emergencyTime/2)
	}
	next := missed
	if !c.Warned {
		next = warned
	}
	return &next
}

// late says that the clock's time is over.
func (c *Deadline) late(now time.Time) bool {
	if c.DueAt != nil {
		return now.After(*c.DueAt)
	}
	return calendar.DateOf(now).After(c.Due)
}

// Due is the day the law sets, as soon as it is known; the zero day when its clock has no start. It stays when the
// clock has been met.
func (c *Claim) Due(name DeadlineName, days calendar.Workdays) calendar.Date {
	after := func(start calendar.Date, days int) calendar.Date {
		if start.IsZero() {
			return start
		}
		return start.AddDays(days)
	}
	switch name {
	case DecideDue:
		return after(c.DocumentsCompleteOn, decideDays)
	case AdvanceDue:
		return after(c.DocumentsCompleteOn, advanceDays)
	case PayDue:
		return after(c.ApprovedOn, payDays)
	case RefuseDue:
		return after(c.RefusedOn, refuseDays)
	case MajorReportDue:
		if !c.MajorOn.IsZero() {
			due, _ := days.Add(c.MajorOn, majorDays)
			return due
		}
	default: // the agreement's clocks are counted from their own starts
	}
	return calendar.Date{}
}
