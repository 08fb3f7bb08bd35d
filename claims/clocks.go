package claims

import "gongbao/internal/calendar"

// ClockName is one of the days the law sets for a claim.
type ClockName string

// The clocks, with what starts each. Civil days are not extended by a holiday: the earlier, safer day is shown.
const (
	DecideDue      ClockName = "decide_due"       // papers + 30 days: decide (Insurance Law of the PRC, art. 23)
	PayDue         ClockName = "pay_due"          // latest approval + 10 days: pay (art. 23)
	RefuseDue      ClockName = "refuse_due"       // refusal + 3 days: say why (art. 24)
	AdvanceDue     ClockName = "advance_due"      // papers + 60 days: pay what is certain (art. 25)
	MajorReportDue ClockName = "major_report_due" // major claim + 5 working days: report (保监产险〔2012〕571号)
)

// ClockNames are all of them.
var ClockNames = []ClockName{DecideDue, PayDue, RefuseDue, AdvanceDue, MajorReportDue}

// Clock is one day the law sets.
type Clock struct {
	Name        ClockName     `json:"name"`
	Due         calendar.Date `json:"due"`
	Provisional bool          `json:"provisional,omitempty"` // the working days of that year are not announced yet
}

const (
	decideDays  = 30
	payDays     = 10
	refuseDays  = 3
	advanceDays = 60
	majorDays   = 5 // working days
)

// Clocks are the days the law sets for a claim, as soon as each is known; one that has no start is not there.
func (c *Claim) Clocks() []Clock {
	var clocks []Clock
	add := func(name ClockName, start calendar.Date, days int) {
		if !start.IsZero() {
			clocks = append(clocks, Clock{Name: name, Due: start.AddDays(days)})
		}
	}
	add(DecideDue, c.Papers, decideDays)
	add(PayDue, c.ApprovedOn, payDays)
	add(RefuseDue, c.RefusedOn, refuseDays)
	add(AdvanceDue, c.Papers, advanceDays)
	if !c.MajorOn.IsZero() {
		due, provisional := c.MajorOn.AddWorkdays(majorDays)
		clocks = append(clocks, Clock{Name: MajorReportDue, Due: due, Provisional: provisional})
	}
	return clocks
}

// Due is the day a clock shows; the zero day when it has not started.
func (c *Claim) Due(name ClockName) calendar.Date {
	for _, clock := range c.Clocks() {
		if clock.Name == name {
			return clock.Due
		}
	}
	return calendar.Date{}
}
