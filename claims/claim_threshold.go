package claims

import (
	"gongbao/claims/cashcall"
	"gongbao/claims/notice"
	"gongbao/coinsurance"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// A claim is a major one from 50 million of indemnity, or 30 million for bodily injury, at 100 %, co-insured or not
// (保监产险〔2012〕571号).
var (
	majorFrom       = money.MustAmount("50000000.00")
	majorInjuryFrom = money.MustAmount("30000000.00")
)

func reached(amount money.Amount, from *money.Amount) bool {
	return from != nil && amount.Cmp(*from) >= 0
}

// cross announces that a figure has reached an amount, or no longer does.
func (o *Outcome) cross(event string, from money.Amount, told map[string]memberData) {
	o.follow(event, thresholdDetail{From: from, SecondLead: o.after.SecondLead}, told)
}

// notifyLargeLoss tells the others of a large loss, once.
func notifyLargeLoss(o *Outcome) error {
	if !o.after.Noticed && reached(o.after.EstimateIndemnity, o.agreement.NoticeFrom) {
		o.after.Noticed = true
		told := o.send(notice.Notice{Kind: notice.LargeLoss}, notice.ToAll(o.others()))
		o.cross(notice.EventLargeLoss, *o.agreement.NoticeFrom, told)
	}
	return nil
}

// callSurvey calls the others to survey the loss together, once.
func callSurvey(o *Outcome) error {
	if !o.after.Surveyed && reached(o.after.EstimateIndemnity, o.agreement.SurveyFrom) {
		o.after.Surveyed = true
		told := o.send(notice.Notice{Kind: notice.JointSurvey}, notice.ToAll(o.others()))
		o.cross(notice.EventSurveyCalled, *o.agreement.SurveyFrom, told)
	}
	return nil
}

// flagMajor flags a claim as a major one for itself, once.
func flagMajor(o *Outcome) error {
	c := &o.after
	if !c.MajorOn.IsZero() {
		return nil
	}
	switch {
	case reached(c.EstimateIndemnity, &majorFrom):
		c.MajorOn = o.today
		o.cross(EventMajor, majorFrom, nil)
	case reached(c.Injury, &majorInjuryFrom):
		c.MajorOn = o.today
		o.cross(EventMajor, majorInjuryFrom, nil)
	}
	return nil
}

// aggregateOccurrence flags a claim as a major one when it makes the claims of its occurrence reach the amount
// together. One claim of an occurrence is flagged for that, once: it carries the report for all.
func aggregateOccurrence(o *Outcome) error {
	c := &o.after
	if c.Occurrence == "" || c.EstimateIndemnity == o.before.EstimateIndemnity && c.Occurrence == o.before.Occurrence {
		return nil
	}
	if o.found.occurrence == nil || o.found.occurrence.Code != c.Occurrence {
		return errForgotten
	}
	sum := o.found.others.Add(c.EstimateIndemnity)
	if !o.found.occurrence.Major.IsZero() || !reached(sum, &majorFrom) {
		return nil
	}
	aggregated := *o.found.occurrence
	aggregated.Major, o.aggregated = o.today, &aggregated
	if !c.MajorOn.IsZero() || reached(c.EstimateIndemnity, &majorFrom) {
		return nil // it is, or is about to be, flagged for itself
	}
	c.MajorOn = o.today
	o.follow(EventMajor, thresholdDetail{From: majorFrom, Aggregate: &sum, Occurrence: c.Occurrence}, nil)
	return nil
}

// makeFirstCall calls the others for cash by itself when enough is approved, once; with claims=each it only says so.
func makeFirstCall(o *Outcome) error {
	if o.after.Called || !reached(o.after.ApprovedIndemnity, o.agreement.CashCallFrom) {
		return nil
	}
	o.after.Called = true
	var told map[string]memberData
	if amounts := o.callable(); o.agreement.Claims != coinsurance.ByEach && len(amounts) > 0 {
		told = o.send(notice.Notice{Kind: notice.CashCall}, amounts)
	}
	o.cross(cashcall.EventMade, *o.agreement.CashCallFrom, told)
	return nil
}

// callable is what each other member can be called for: its portion of what is approved, less its portion of what is
// paid, less what it has paid ahead or is called for already.
func (o *Outcome) callable() map[string]money.Amount {
	stands := balancesOf(o.agreement, &o.after, o.calls.All)
	indemnity := o.agreement.Divide(ledger.Indemnity, o.after.ApprovedIndemnity)
	expense := o.agreement.Divide(ledger.ClaimCost, o.after.ApprovedExpense)
	amounts := map[string]money.Amount{}
	for i, member := range o.agreement.Members() {
		ahead := at(stands.Calls, i).Sub(at(stands.Used, i)).Sub(at(stands.Left, i))
		amount := indemnity[i].Add(expense[i]).Sub(stands.paid(i)).Sub(ahead).Sub(o.calls.Open(member))
		if member != o.servicer() && amount.Sign() > 0 {
			amounts[member] = amount
		}
	}
	return amounts
}
