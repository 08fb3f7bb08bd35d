package claims

import (
	"gongbao/claims/deadline"
	"gongbao/coinsurance"
)

// advanceDeadlines is what a step of a claim's life does to its deadlines. Only a report, an answer to a notice or
// query, and a question for consent start or meet one of their own beside it.
func advanceDeadlines(o *Outcome) error {
	d, before, after := o.deadlines, o.before, &o.after
	if before.Version == 0 {
		d.StartDays(deadline.DecideDue, after.DocumentsCompleteOn, deadline.DecideDays)
		d.StartDays(deadline.AdvanceDue, after.DocumentsCompleteOn, deadline.AdvanceDays)
	}
	if before.MajorOn.IsZero() && !after.MajorOn.IsZero() {
		d.StartWorkingDays(deadline.MajorReportDue, "", 0, deadline.MajorDays)
	}
	o.deadlinesOfEvent()
	if after.PaidIndemnity.Cmp(before.PaidIndemnity) > 0 {
		d.Meet(deadline.AdvanceDue, "", 0, "")
	}
	if !after.Ended() && !after.ApprovedOn.IsZero() && after.PaidIndemnity == after.ApprovedIndemnity {
		d.Meet(deadline.PayDue, "", 0, "")
		d.Meet(deadline.AgreementPayDue, "", 0, "")
	}
	o.deadlinesOfReimbursement()
	return nil
}

// deadlinesOfEvent is what an event does to deadlines by what it is.
func (o *Outcome) deadlinesOfEvent() {
	d, after := o.deadlines, &o.after
	switch o.event {
	case EventClaimApproved:
		d.Meet(deadline.DecideDue, "", 0, "")
		d.Meet(deadline.AdvanceDue, "", 0, "")
		d.StartDays(deadline.PayDue, d.Today, deadline.PayDays)
		d.StartWorkingDays(deadline.AgreementPayDue, "", 0, o.agreement.PayDays)
	case EventClaimImported:
		o.deadlinesOfImport()
	case EventClaimRefused:
		d.Meet(deadline.DecideDue, "", 0, "")
		d.Stop(deadline.AdvanceDue, deadline.PayDue, deadline.AgreementPayDue)
		d.StartDays(deadline.RefuseDue, d.Today, deadline.RefuseDays)
		if after.Ground == groundRescission {
			d.Meet(deadline.RescindDue, "", 0, "")
		}
	case EventClaimWithdrawn, EventClaimClosed:
		d.Stop(deadline.DecideDue, deadline.AdvanceDue, deadline.PayDue, deadline.AgreementPayDue, deadline.RescindDue)
		if o.event == EventClaimClosed && !after.MajorOn.IsZero() {
			d.StartWorkingDays(deadline.MajorClosingDue, "", 0, deadline.MajorDays)
		}
	case EventClaimReopened:
		d.Stop(deadline.RefuseDue, deadline.MajorClosingDue)
	case EventPaymentReversed:
		if after.PaidIndemnity.Cmp(o.before.PaidIndemnity) < 0 && !after.ApprovedOn.IsZero() {
			d.StartDays(deadline.PayDue, after.ApprovedOn, deadline.PayDays)
		}
	default: // the others move figures, and deadlines go by the figures
	}
}

// deadlinesOfImport starts only what an imported claim still has ahead of it.
func (o *Outcome) deadlinesOfImport() {
	d, c := o.deadlines, &o.after
	if !c.ApprovedOn.IsZero() || c.Status == Refused {
		d.Meet(deadline.DecideDue, "", 0, "")
		d.Meet(deadline.AdvanceDue, "", 0, "")
	}
	if c.Ended() {
		d.Stop(deadline.DecideDue, deadline.AdvanceDue)
	} else if !c.ApprovedOn.IsZero() && c.PaidIndemnity != c.ApprovedIndemnity {
		d.StartDays(deadline.PayDue, c.ApprovedOn, deadline.PayDays)
	}
}

// deadlinesOfReimbursement: where the servicer pays for all, the others have some working days from the first payment
// that they have not yet reimbursed.
func (o *Outcome) deadlinesOfReimbursement() {
	if o.agreement.Claims == coinsurance.ByEach || o.after.paid().Cmp(o.before.paid()) <= 0 {
		return
	}
	for _, member := range o.others() {
		if !o.deadlines.Runs(deadline.ReimbursementDue, member, 0) {
			o.deadlines.StartWorkingDays(deadline.ReimbursementDue, member, 0, o.agreement.ReimburseDays)
		}
	}
}

// announceDeadlines announces what happened to the deadlines: to everybody what concerns the whole claim, to each
// member its own.
func announceDeadlines(o *Outcome) error {
	for _, announcement := range o.deadlines.Announcements() {
		told := map[string]memberData{}
		for member, own := range announcement.Own {
			told[member] = memberData{Deadlines: own}
		}
		o.follow(announcement.Event, announcement.Detail, told)
	}
	return nil
}
