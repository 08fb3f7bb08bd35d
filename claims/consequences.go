package claims

import (
	"gongbao/claims/cashcall"
	"gongbao/claims/deadline"
	"gongbao/claims/notice"
)

// consequence is one rule of what follows from a step of a claim's life.
type consequence struct {
	when, then string   // as docs/life-of-a-claim.md prints them
	events     []string // that it may announce
	apply      func(*Outcome) error
}

// consequences are looked at after every decision, one after the other: what one adds to the outcome the next one sees.
var consequences = []consequence{
	{
		"any step", "it is refused when it leaves more recovered than paid (`claims.recovery_exceeds_paid`)", nil,
		checkRecovered,
	},
	{"any step", "the claim is at its next version", nil, countVersion},
	{
		"the claim ends", "open cash calls end with the interest they cost; surveys and questions for consent lapse", nil,
		endNotices,
	},
	{"any step", "every member's portions are divided anew; the book follows by the difference", nil, divide},
	{"the claim ends", "what is left of each cash call is remembered, for a reopening", nil, rebaseCalls},
	{
		"a question for consent is asked or answered", "one objection decides it, and so do all consents",
		[]string{notice.EventConsentGiven, notice.EventConsentRefused}, tallyConsent,
	},
	{
		"estimates of all claims of one occurrence ≥ 50,000,000.00", "the claim that makes it so is a major one, once",
		[]string{EventMajor}, warning(aggregateOccurrence),
	},
	{
		"estimate of indemnity ≥ `notice_from`", "the others get a notice to read, with a receipt, once",
		[]string{notice.EventLargeLoss}, warning(notifyLargeLoss),
	},
	{
		"estimate of indemnity ≥ `survey_from`", "the others are called to come, or to let the servicer do it alone, once",
		[]string{notice.EventSurveyCalled}, warning(callSurvey),
	},
	{
		"estimate ≥ 50,000,000.00, or 30,000,000.00 of bodily injury, at 100 %", "the claim is a major one, once",
		[]string{EventMajor}, warning(flagMajor),
	},
	{
		"estimate or approval ≥ `second_lead_from`", "the second lead is named, and asked to agree up to an amount",
		[]string{notice.EventSecondLeadNamed}, warning(nameSecondLead),
	},
	{
		"both < `second_lead_from`, or the claim ends", "the second lead is lifted",
		[]string{notice.EventSecondLeadLifted}, warning(dropSecondLead),
	},
	{
		"approved indemnity ≥ `cash_call_from`",
		"a call with each member's amount and day, once; further calls by `claim call-cash`",
		[]string{cashcall.EventMade}, warning(makeFirstCall),
	},
	{"any step", "deadlines start, are met and stop, as the table below says", nil, advanceDeadlines},
	{
		"a deadline started, was met or stopped", "everybody hears of the claim's, each member of its own",
		[]string{deadline.EventStarted, deadline.EventMet, deadline.EventStopped}, announceDeadlines,
	},
}

// ensue adds what follows to what a decision made.
func (o *Outcome) ensue() error {
	for _, rule := range consequences {
		if err := rule.apply(o); err != nil {
			return err
		}
	}
	return nil
}

// warning is a rule that an imported claim which has ended is not held to: it warns nobody any longer.
func warning(apply func(*Outcome) error) func(*Outcome) error {
	return func(o *Outcome) error {
		if !o.warns() {
			return nil
		}
		return apply(o)
	}
}

func checkRecovered(o *Outcome) error { return o.after.checkRecovered(o.before) }

func countVersion(o *Outcome) error {
	o.after.Version = o.before.Version + 1
	o.version = o.after.Version
	return nil
}

func endNotices(o *Outcome) error {
	if o.ends() {
		o.calls.End()
		o.notices.Lapse(notice.JointSurvey, notice.AskForConsent)
	}
	return nil
}

func divide(o *Outcome) error {
	o.was = balancesOf(o.agreement, o.before, o.kept.calls)
	o.is = balancesOf(o.agreement, &o.after, o.calls.All)
	return nil
}

func rebaseCalls(o *Outcome) error {
	if !o.ends() {
		return nil
	}
	for _, call := range o.calls.All {
		if member := o.agreement.Index(call.Member); member >= 0 {
			o.calls.Of(call.Member).Rebase(o.is.paid(member))
		}
	}
	return nil
}
