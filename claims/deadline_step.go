package claims

import (
	"slices"
	"time"

	"gongbao/coinsurance"
	"gongbao/internal/calendar"
)

// dial is a claim's clocks while a step is made: what starts, is met and stops, to be written and announced with it.
type dial struct {
	clocks []Deadline
	days   func() (calendar.Workdays, error) // read once, when it is needed
	failed error                             // to read it; nothing that was turned may be kept then
	now    time.Time
	today  calendar.Date
	turned []int // indexes of the clocks that are written again

	started, soon, met, missed, stopped []Deadline
}

func (d *dial) find(name DeadlineName, member string, number int) int {
	return slices.IndexFunc(d.clocks, func(c Deadline) bool {
		return c.Name == name && c.Member == member && c.Number == number
	})
}

// start lets a clock run, or run anew; one that runs to the same day already goes on.
func (d *dial) start(c Deadline) {
	c.State, c.Started = Running, d.today
	if at := d.find(c.Name, c.Member, c.Number); at >= 0 {
		if old := d.clocks[at]; old.State == Running && old.Due == c.Due {
			return
		}
		d.clocks[at] = c
		d.turn(at)
	} else {
		d.clocks = append(d.clocks, c)
		d.turn(len(d.clocks) - 1)
	}
	d.started = append(d.started, c)
}

// civil starts a clock of the whole claim that is counted in civil days from a day on.
func (d *dial) civil(name DeadlineName, from calendar.Date, days int) {
	d.start(Deadline{Name: name, Due: from.AddDays(days)})
}

// working starts a clock that is counted in working days from today on.
func (d *dial) working(name DeadlineName, member string, number, days int) {
	due, provisional := d.after(days)
	d.start(Deadline{Name: name, Member: member, Number: number, Due: due, Provisional: provisional})
}

// after is so many working days after today.
func (d *dial) after(days int) (due calendar.Date, provisional bool) {
	announced, err := d.days()
	if err != nil {
		d.failed = err
	}
	return announced.Add(d.today, days)
}

// meet ends a clock that runs: what it waited for has come, in time or late.
func (d *dial) meet(name DeadlineName, member string, number int, reference string) bool {
	at := d.find(name, member, number)
	if at < 0 || d.clocks[at].State != Running {
		return false
	}
	c := &d.clocks[at]
	c.Missed = c.late(d.now)
	c.State, c.Ended, c.Reference = Met, d.today, reference
	d.turn(at)
	d.met = append(d.met, *c)
	return true
}

// stop ends clocks that run: what they wait for is not wanted any longer.
func (d *dial) stop(names ...DeadlineName) {
	for at := range d.clocks {
		c := &d.clocks[at]
		if c.State == Running && slices.Contains(names, c.Name) {
			d.end(at)
		}
	}
}

// stopOne ends one clock that runs.
func (d *dial) stopOne(name DeadlineName, member string, number int) {
	if at := d.find(name, member, number); at >= 0 && d.clocks[at].State == Running {
		d.end(at)
	}
}

func (d *dial) end(at int) {
	c := &d.clocks[at]
	c.State, c.Ended = Stopped, d.today
	d.turn(at)
	d.stopped = append(d.stopped, *c)
}

func (d *dial) turn(at int) {
	if !slices.Contains(d.turned, at) {
		d.turned = append(d.turned, at)
	}
}

// turnClocks is what a step of a claim's life does to its clocks: the one place that says what starts and ends them.
func (h *held) turnClocks(d *dial, kind string, before, after *Claim) {
	if before.Version == 0 {
		d.civil(DecideDue, after.DocumentsCompleteOn, decideDays)
		d.civil(AdvanceDue, after.DocumentsCompleteOn, advanceDays)
	}
	if before.MajorOn.IsZero() && !after.MajorOn.IsZero() {
		d.working(MajorReportDue, "", 0, majorDays)
	}
	switch kind {
	case EventClaimApproved:
		d.meet(DecideDue, "", 0, "")
		d.meet(AdvanceDue, "", 0, "")
		d.civil(PayDue, d.today, payDays)
		d.working(AgreementPayDue, "", 0, h.agreement.PayDays)
	case EventClaimImported:
		h.turnImported(d, after)
	case EventClaimRefused:
		d.meet(DecideDue, "", 0, "")
		d.stop(AdvanceDue, PayDue, AgreementPayDue)
		d.civil(RefuseDue, d.today, refuseDays)
		if after.Ground == groundRescission {
			d.meet(RescindDue, "", 0, "")
		}
	case EventClaimWithdrawn, EventClaimClosed:
		d.stop(DecideDue, AdvanceDue, PayDue, AgreementPayDue, RescindDue)
		if kind == EventClaimClosed && !after.MajorOn.IsZero() {
			d.working(MajorClosingDue, "", 0, majorDays)
		}
	case EventClaimReopened:
		d.stop(RefuseDue, MajorClosingDue)
	case EventPaymentReversed:
		if after.PaidIndemnity.Cmp(before.PaidIndemnity) < 0 && !after.ApprovedOn.IsZero() {
			d.civil(PayDue, after.ApprovedOn, payDays)
		}
	default: // the others move figures, and the figures turn the clocks below
	}
	if after.PaidIndemnity.Cmp(before.PaidIndemnity) > 0 {
		d.meet(AdvanceDue, "", 0, "")
	}
	if !after.Ended() && !after.ApprovedOn.IsZero() && after.PaidIndemnity == after.ApprovedIndemnity {
		d.meet(PayDue, "", 0, "")
		d.meet(AgreementPayDue, "", 0, "")
	}
	h.turnReimbursements(d, before, after)
}

// turnImported starts only what an imported claim still has ahead of it.
func (h *held) turnImported(d *dial, c *Claim) {
	if !c.ApprovedOn.IsZero() || c.Status == Refused {
		d.meet(DecideDue, "", 0, "")
		d.meet(AdvanceDue, "", 0, "")
	}
	if c.Ended() {
		d.stop(DecideDue, AdvanceDue)
	} else if !c.ApprovedOn.IsZero() && c.PaidIndemnity != c.ApprovedIndemnity {
		d.civil(PayDue, c.ApprovedOn, payDays)
	}
}

// turnReimbursements: where the servicer pays for all, the others have some working days from the first payment they
// have not yet reimbursed.
func (h *held) turnReimbursements(d *dial, before, after *Claim) {
	if h.agreement.Claims == coinsurance.ByEach || after.paid().Cmp(before.paid()) <= 0 {
		return
	}
	for _, member := range h.others() {
		at := d.find(ReimbursementDue, member, 0)
		if at >= 0 && d.clocks[at].State == Running {
			continue
		}
		d.working(ReimbursementDue, member, 0, h.agreement.ReimburseDays)
	}
}
