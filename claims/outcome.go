package claims

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"gongbao/claims/cashcall"
	"gongbao/claims/deadline"
	"gongbao/claims/notice"
	"gongbao/claims/worksheet"
	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/insurance/indemnity"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/money"
	"gongbao/ledger"
	"gongbao/zone"
	"gongbao/zone/authority"
)

// lockedClaim is a claim under lock with all that a decision on it looks at. Nothing in it changes while it is held.
type lockedClaim struct {
	before    *Claim // as the claim stands; empty of one that is to be opened
	policy    *insurance.Policy
	agreement *coinsurance.Agreement
	period    ledger.Period
	dates     coinsurance.Dates // that a person may write
	workdays  calendar.Workdays
	kept      kept
	found     found

	now       time.Time
	today     calendar.Date
	effective calendar.Date // dates the postings, never before the policy was on risk; states and deadlines go by today
}

// kept is what belongs to a claim.
type kept struct {
	deadlines []deadline.Deadline
	notices   []notice.Notice
	calls     []cashcall.CashCall
	queries   []Query
	worksheet []worksheet.Row
}

// found is what some decisions look at besides; each command says which of it is to be loaded.
type found struct {
	evidence   []Evidence // checked off
	payments   []Payment  // of the claim
	exists     bool       // there is a claim of the number that is to be opened
	used       worksheet.Used
	occurrence *Occurrence  // that the command names, or the claim belongs to; nil when there is none of that code
	others     money.Amount // what the occurrence's other claims are estimated at
	gate       gated
	payers     []string                // in whose books the payment was made that is taken back
	owed       map[string]money.Amount // what each member owes the others for the claim, by its book
}

// gated is what the gate on money looks at besides the amount: what the person decides alone, what a claims handler
// does, and what second persons have agreed to of the claim as it stands.
type gated struct {
	own, handler authority.Limit
	words        []authority.Word
}

// read reads the clock, never before the claim's last event or the last cut of the book.
func (l *lockedClaim) read(now time.Time) {
	l.now = l.period.After(now)
	if l.now.Before(l.before.Recorded) {
		l.now = l.before.Recorded
	}
	l.today = calendar.DateOf(l.now)
	l.dates.Today = l.today
	l.effective = l.today
}

// date sets the day that the postings bear: the one that was written in the field, which it may refuse with
// ledger.date_out_of_range, or another.
func (l *lockedClaim) date(field string, written, otherwise calendar.Date) error {
	if err := l.dates.Check(field, written); err != nil {
		return err
	}
	if written.IsZero() {
		written = otherwise
	}
	l.effective = l.policy.Dated(written)
	return nil
}

// servicer is who handles and pays the claim in this step.
func (l *lockedClaim) servicer() string { return cmp.Or(l.before.Servicer, l.agreement.Servicer) }

// leader is who leads it in this step.
func (l *lockedClaim) leader() string { return cmp.Or(l.before.Leader, l.agreement.Leader) }

// others are the members of the table besides the servicer, in its order.
func (l *lockedClaim) others() []string {
	return slices.DeleteFunc(l.agreement.Members(), func(member string) bool { return member == l.servicer() })
}

// mayHandle lets the claims people of the servicer and of the leader act.
func mayHandle(by access.Principal, l *lockedClaim) error {
	return by.RequireMember(access.Claims, l.servicer(), l.leader())
}

// mayPay lets who handles the claim move its money. Where every member pays its own portion, the servicer alone says
// what all of them paid.
func mayPay(by access.Principal, l *lockedClaim) error {
	if l.agreement.Claims == coinsurance.ByEach {
		return by.RequireMember(access.Claims, l.servicer())
	}
	return mayHandle(by, l)
}

// mayTakePart lets the claims people of any member of the table act, for what concerns their own company.
func mayTakePart(by access.Principal, l *lockedClaim) error {
	return by.RequireMember(access.Claims, l.agreement.Members()...)
}

// lines is the claim's worksheet as last calculated; none of a claim that was assessed as one sum.
func (l *lockedClaim) lines() []indemnity.SheetLine {
	if !l.before.Calculated {
		return []indemnity.SheetLine{}
	}
	return worksheet.Lines(l.kept.worksheet)
}

// Outcome is what a step of a claim's life comes to. A decision makes it out of what was locked, the consequences add
// to it one after the other, and it is written, posted and announced at the end. Until then nothing leaves the memory.
type Outcome struct {
	*lockedClaim

	by     access.Principal
	id     uuid.UUID // of the step's event and journal
	after  Claim
	event  string // type of the step's event
	detail any

	version   int64          // of the step's event
	pass      authority.Pass // of the gate on money; the zero pass posts nothing
	word      *zone.Countersignature
	payment   *Payment
	payer     string                // in whose book the payment stands that is taken back; "" for the servicer
	reverses  *uuid.UUID            // the journal this step takes back
	concerned map[string]memberData // when not nil, the step concerns these members only, and who handles the claim

	deadlines *deadline.Deadlines
	notices   *notice.Notices
	calls     *cashcall.Calls
	queries   []Query
	asked     []int // places of the queries that are written again
	sheet     []indemnity.SheetLine
	evidence  *Evidence // that was checked off

	aggregated *Occurrence // whose claims reached the amount of a major one together
	consent    int         // number of the question for consent that this step may decide; 0 for none
	was, is    Balances
	follows    []fact.Fact
}

// errForgotten is a mistake of ours: a decision looked at what its command does not load.
var errForgotten = errors.New("claims: the command does not load what its decision looks at")

// begin is a step of which nothing has happened yet.
func begin(l *lockedClaim, by access.Principal) *Outcome {
	o := &Outcome{
		lockedClaim: l, by: by, id: fact.NewID(l.now), after: *l.before, sheet: l.lines(),
		queries: slices.Clone(l.kept.queries), deadlines: deadline.Of(l.kept.deadlines, l.now, l.workdays),
	}
	o.after.Recorded = l.now
	o.notices = notice.Of(l.kept.notices, l.agreement, o.deadlines)
	o.calls = cashcall.Of(l.kept.calls, l.agreement, o.notices, l.today)
	return o
}

// say sets the step's event.
func (o *Outcome) say(event string, detail any) { o.event, o.detail = event, detail }

// ends says that the step ends the claim.
func (o *Outcome) ends() bool { return o.after.Ended() && !o.before.Ended() }

// warns says that thresholds are looked at: a claim that was imported at its end warns nobody any longer.
func (o *Outcome) warns() bool { return o.before.Version > 0 || !o.after.Ended() }

// send sends a notice, numbered by the claim, to members; it gives what each is told.
func (o *Outcome) send(template notice.Notice, amounts map[string]money.Amount) map[string]memberData {
	o.after.Notices++
	template.Number = o.after.Notices
	told := map[string]memberData{}
	for _, sent := range o.notices.Send(template, amounts) {
		told[sent.Member] = memberData{Notices: []notice.Data{sent.Data()}}
	}
	return told
}

// recordPayment numbers a payment and keeps it to be written with the step; it gives what the event says of it.
func (o *Outcome) recordPayment(p *Payment) paymentDetail {
	o.after.Payments++
	p.Pool, p.Claim, p.Number, o.payment = o.after.Pool, o.after.Number, o.after.Payments, p
	p.Event, p.Effective, p.Actor, p.Recorded = o.id, o.effective, o.by.Subject, o.now
	return paymentDetail{
		Payment: p.Number, Indemnity: p.Indemnity, Expense: p.Total(), Kinds: p.Expense, PayeeKind: p.PayeeKind,
		Payee: p.Payee, Reverses: p.Reverses, Reason: p.Reason,
	}
}

// payable is what the policy pays for the claim's loss as of now. A worksheet is calculated again by it.
// ErrExceedsPayable when the loss has not been assessed.
func (o *Outcome) payable() (worksheet.Payable, error) {
	c := &o.after
	if c.Loss == nil {
		return worksheet.Payable{}, ErrExceedsPayable.At("indemnity", "the loss has not been assessed")
	}
	if !c.Calculated {
		return worksheet.OfOneSum(*c.Loss, o.policy.Deductible, o.policy.SumInsured, c.ExGratia, o.found.used), nil
	}
	calculated := worksheet.Calculate(o.policy, c.LossDay, worksheet.Losses(o.sheet), o.found.used)
	o.sheet = calculated.Lines
	return worksheet.BySection(&calculated, c.ExGratia), nil
}

// follow announces an event that follows from the step; every member of the table gets its part.
func (o *Outcome) follow(event string, detail any, told map[string]memberData) {
	o.after.Version++
	announced := o.fact(event, o.after.Version, detail)
	announced.ID, announced.Effective = fact.NewID(o.now), o.today
	for _, member := range o.agreement.Members() {
		announced.Sections = append(announced.Sections, fact.Section{Member: member, Data: told[member]})
	}
	o.follows = append(o.follows, announced)
}

// fact is an event without its sections.
func (o *Outcome) fact(event string, version int64, detail any) fact.Fact {
	return fact.Fact{
		ID: o.id, Pool: o.after.Pool, Type: event, Subject: o.after.Subject(), SubjectVersion: version,
		Effective: o.effective, Recorded: o.after.Recorded, By: o.by, Audience: fact.Sections,
		AgreementVersion: o.agreement.Version, Data: dataOf(&o.after, detail),
	}
}

// sections are the members' parts of the step's event.
func (o *Outcome) sections(posted ledger.Posted) []fact.Section {
	byBook := make(map[string][]ledger.Posting)
	for _, posting := range posted.Lines {
		byBook[posting.Book] = append(byBook[posting.Book], posting)
	}
	members := o.agreement.Members()
	sections := make([]fact.Section, 0, len(members))
	for i, member := range members {
		own, concerned := o.concerned[member]
		if o.concerned == nil || concerned || member == o.servicer() || member == o.leader() {
			own.Portions, own.Postings = portionsOf(&o.was, &o.is, i), byBook[member]
			sections = append(sections, fact.Section{Member: member, Data: own})
		}
	}
	return sections
}

// portionsOf are what a member's portions moved by and stand at; what is and was zero is left out.
func portionsOf(was, is *Balances, member int) map[ledger.Stream]portionData {
	portions := map[ledger.Stream]portionData{}
	add := func(stream ledger.Stream, old, now money.Amount) {
		if old != now || !now.IsZero() {
			portions[stream] = portionData{Movement: now.Sub(old), ToDate: now}
		}
	}
	for stream := range streamCount {
		add(streams[stream], was.portion(stream, member), is.portion(stream, member))
	}
	for kind, stream := range kinds {
		add(stream, at(was.Kinds[kind], member), at(is.Kinds[kind], member))
	}
	add(ledger.CashCall, at(was.Calls, member), at(is.Calls, member))
	add(ledger.LateInterest, at(was.Interest, member), at(is.Interest, member))
	return portions
}
