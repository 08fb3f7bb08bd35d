package deadline

import (
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
)

// Name is one of the terms that run for a claim.
type Name string

// The deadlines, with what starts each. Civil days are not extended by a holiday: the earlier, safer day is shown.
const (
	DecideDue        Name = "decide_due"        // documents complete + 30 days: decide (Insurance Law of the PRC, art. 23)
	PayDue           Name = "pay_due"           // latest approval + 10 days: pay (art. 23)
	RefuseDue        Name = "refuse_due"        // refusal + 3 days: say why (art. 24)
	AdvanceDue       Name = "advance_due"       // documents complete + 60 days: pay what is certain (art. 25)
	MajorReportDue   Name = "major_report_due"  // major claim + 5 working days: report (保监产险〔2012〕571号)
	MajorClosingDue  Name = "major_closing_due" // its closing + 5 working days: report again (the same)
	EmergencyDue     Name = "emergency_due"     // emergency + 2 hours: first report (2011 notice on emergencies)
	AgreementPayDue  Name = "agreement_pay_due" // latest approval + pay_days working days (the pool's agreement)
	ReimbursementDue Name = "reimbursement_due" // payment + reimburse_days working days, of each other member
	NoticeDue        Name = "notice_due"        // large-loss notice + notice_days working days: read it
	SurveyDue        Name = "survey_due"        // call to a joint survey + survey_days working days: answer it
	ConsentDue       Name = "consent_due"       // question + consent_days working days: silence is consent then
	CashCallDue      Name = "cash_call_due"     // cash call + cash_call_days working days: pay it
	QueryDue         Name = "query_due"         // query + answer_days working days: answer it
	EscalationDue    Name = "escalation_due"    // query passed on + answer_days working days: decide it
	RescindDue       Name = "rescind_due"       // knowledge of the ground + 30 days: rescind (art. 16)
)

// The terms of the law and the regulator.
const (
	DecideDays    = 30
	PayDays       = 10
	RefuseDays    = 3
	AdvanceDays   = 60
	RescindDays   = 30
	MajorDays     = 5 // working days
	EmergencyTime = 2 * time.Hour
)

// State is where a deadline stands.
type State string

// States of a deadline. One that was missed runs on until it is met or stopped.
const (
	Running State = "running"
	Met     State = "met"
	Stopped State = "stopped" // what it waited for will not come, or is no longer wanted
)

// Deadline is a term that runs for a claim: started, due, and how it ended.
type Deadline struct {
	bun.BaseModel `bun:"table:claim_deadline"`

	Pool        string        `bun:"pool,pk"     json:"-"`
	Claim       string        `bun:"claim,pk"    json:"-"`
	Name        Name          `bun:"name,pk"     json:"name"`
	Member      string        `bun:"member,pk"   json:"member,omitempty"` // whose it is; none: the servicer's
	Number      int           `bun:"number,pk"   json:"number,omitempty"` // of the notice it belongs to
	Started     calendar.Date `bun:"started"     json:"started"`
	Due         calendar.Date `bun:"due"         json:"due"`                   // the last good day
	DueAt       *time.Time    `bun:"due_at"      json:"due_at,omitempty"`      // of a term that is counted in hours
	Provisional bool          `bun:"provisional" json:"provisional,omitempty"` // working days of a year not announced yet
	State       State         `bun:"state"       json:"state"`
	Warned      bool          `bun:"warned"      json:"-"`                // it was announced that it is due soon
	Missed      bool          `bun:"missed"      json:"missed,omitempty"` // it was announced that it was missed
	Ended       calendar.Date `bun:"ended"       json:"ended,omitzero"`
	Reference   string        `bun:"reference"   json:"reference,omitempty"` // of the report that met it
	Next        *time.Time    `bun:"next"        json:"-"`                   // when the scheduler looks at it again
}

// Warnings come some time before a deadline: three days for the long terms, the day before for the others, half of the
// time for those counted in hours.
const (
	longDays     = 10
	warnDaysLong = 3
	warnDays     = 1
)

// nextLook says when the scheduler is to look at the deadline next: when a warning is due, then when it is missed.
func (d *Deadline) nextLook() *time.Time {
	if d.State != Running || d.Missed {
		return nil
	}
	missed := d.Due.AddDays(1).Start()
	early := warnDays
	if d.Started.DaysUntil(d.Due) >= longDays {
		early = warnDaysLong
	}
	warned := d.Due.AddDays(-early).Start()
	if d.DueAt != nil {
		missed, warned = *d.DueAt, d.DueAt.Add(-EmergencyTime/2)
	}
	next := missed
	if !d.Warned {
		next = warned
	}
	return &next
}

// Late says that the deadline has passed. Its last good day is Due, to midnight; the day is counted from the one after
// the start, in civil days (StartDays) or the zone's working days (StartWorkingDays). A deadline of hours ends at its
// instant.
func (d *Deadline) Late(now time.Time) bool {
	if d.DueAt != nil {
		return now.After(*d.DueAt)
	}
	return calendar.DateOf(now).After(d.Due)
}
