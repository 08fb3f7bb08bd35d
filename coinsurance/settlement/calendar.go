package settlement

import (
	"gongbao/coinsurance"
	"gongbao/internal/calendar"
)

// Calendar says by when each step of a period's settlement is due 结算日程. A step is counted from the day on which the
// one before was taken; until then, from the day by which that is due. A step that was taken early bears the day on
// which it was, so that no step is due before the one before it.
type Calendar struct {
	DrawBy    calendar.Date `json:"draw_by"`    // the statement is drawn and issued
	ConfirmBy calendar.Date `json:"confirm_by"` // each member has confirmed it, or queried what it disputes
	PayBy     calendar.Date `json:"pay_by"`     // the payment orders are paid
	// Provisional says that pay_by counts working days of a year of which the State Council has not announced them yet.
	Provisional bool `json:"provisional,omitempty"`
}

// Steps are the days on which steps of a period's settlement were taken; zero for those that are still to come.
type Steps struct {
	Issued calendar.Date // the statement, to the members
	// ConfirmBy is the day that the members were told with it.
	ConfirmBy calendar.Date
	Approved  calendar.Date // the settlement of it
	Partly    bool          // of those alone that have confirmed: the others still may
}

// CalendarOf is the calendar of a period that ends on a day, by the terms of its agreement.
func CalendarOf(
	terms coinsurance.Terms, workdays calendar.Workdays, ends calendar.Date, taken Steps,
) (due Calendar) {
	due.DrawBy = ends.AddDays(terms.StatementDays)
	issued := taken.Issued
	if issued.IsZero() {
		issued = due.DrawBy
	}
	due.DrawBy = calendar.Earlier(due.DrawBy, issued)
	if due.ConfirmBy = taken.ConfirmBy; due.ConfirmBy.IsZero() {
		due.ConfirmBy = ConfirmBy(terms, issued)
	}
	approved := taken.Approved
	if approved.IsZero() {
		approved = due.ConfirmBy
	}
	if !taken.Partly {
		due.ConfirmBy = calendar.Earlier(due.ConfirmBy, approved)
	}
	due.PayBy, due.Provisional = PayBy(terms, workdays, approved)
	return due
}

// ConfirmBy is the last day on which a member may confirm or query a statement that was issued on a day: query_days are
// civil days, and the day of issue is not counted. Issue starts them, also while the period still runs.
func ConfirmBy(terms coinsurance.Terms, issued calendar.Date) calendar.Date {
	return issued.AddDays(terms.QueryDays)
}

// PayBy is the last day on which an order of a settlement approved on a day is paid in time: reimburse_days are working
// days, and the day of approval is not counted.
func PayBy(
	terms coinsurance.Terms, workdays calendar.Workdays, approved calendar.Date,
) (day calendar.Date, provisional bool) {
	return workdays.Add(approved, terms.ReimburseDays)
}
