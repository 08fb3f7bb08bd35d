package insurance

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// policyEvent is what was decided as one event in a policy's life: what the policy was, by whom and in which month.
type policyEvent struct {
	Decision

	id        uuid.UUID
	by        access.Principal
	before    Policy
	agreement *coinsurance.Agreement // that it was issued under; nil before issue
	period    ledger.Period
}

// event is what was decided as an event in the policy's life. Before issue a policy is bound to no agreement.
func (p *lockedPolicy) event(by access.Principal, decided Decision) *policyEvent {
	event := &policyEvent{
		Decision: decided, id: fact.NewID(p.now), by: by, before: *p.Policy, period: p.Period,
	}
	if decided.After.Signed() {
		event.agreement = p.Agreement
	}
	return event
}

// outcome is what an event comes to, before the book has sealed it.
type outcome struct {
	before, after Position
	journal       ledger.Journal
	splits        coinsurance.SplitRecord
}

// work divides the totals and applies the posting rule; it is pure.
func (s *policyEvent) work() outcome {
	var result outcome
	if s.agreement != nil {
		result.before, result.after = positionOf(s.agreement, &s.before), positionOf(s.agreement, &s.After)
	}
	c := &movement{
		policy: s.After.Number, before: result.before, after: result.after,
		cash: s.After.Received.Sub(s.before.Received), received: s.After.Received, collector: s.After.Collector,
	}
	if s.before.OnRisk() || s.After.OnRisk() {
		c.agreement = s.agreement
	}
	if s.before.Collector != "" {
		c.collector = s.before.Collector
	}
	if s.Rule != nil {
		s.Rule(c)
	}
	if c.agreement != nil {
		postSubsidy(c)
	}
	result.journal = ledger.Journal{
		Pool: s.After.Pool, ID: s.id, Kind: s.Event, Effective: s.Effective, Recorded: s.After.Recorded,
		By: s.by.Subject, Pass: s.Pass, Reverses: s.Reverses, Postings: c.entries.Postings(),
	}
	result.splits = s.splits(&result)
	return result
}

// splits are the working of every stream that moved.
func (s *policyEvent) splits(result *outcome) coinsurance.SplitRecord {
	record := coinsurance.SplitRecord{
		Subject: coinsurance.Subject{
			Pool: s.After.Pool, Number: s.After.Number, Insured: s.After.Insured, Line: s.After.Line,
			From: s.After.Starts, To: s.After.Ends,
		},
		Event: s.id, SubjectVersion: s.After.Version, Streams: s.Splits,
	}
	if s.agreement == nil {
		return record
	}
	record.AgreementVersion = s.agreement.Version
	for stream := range streamCount {
		if moved(&result.before, &result.after, stream) {
			record.Streams = append(record.Streams, result.after.working(s.agreement, stream))
		}
	}
	return record
}

// moved says that a stream's total or a member's portion of it did: what is computed from a portion, as a commission
// is, may move while the total stays.
func moved(before, after *Position, stream int) bool {
	if before.Totals[stream] != after.Totals[stream] {
		return true
	}
	for member := range after.Portions[stream] {
		if before.portion(stream, member) != after.portion(stream, member) {
			return true
		}
	}
	return false
}

// fact is the event: gross figures for whom it concerns, and each member's own portions and postings in its section.
func (s *policyEvent) fact(result *outcome, posted ledger.Posted) fact.Fact {
	event := fact.Fact{
		ID: s.id, Pool: s.After.Pool, Type: s.Event, Subject: s.After.Subject(), SubjectVersion: s.After.Version,
		Effective: s.Effective, Recorded: s.After.Recorded, By: s.by,
		Audience: cmp.Or(s.Audience, fact.Sections),
		Data: eventData{
			Policy: s.After.Number, State: s.After.Status, Totals: totalsOf(&s.After, &result.after), Detail: s.Detail,
		},
		Journal:  posted.Seal(),
		Sections: s.sections(result, posted),
	}
	if s.Plain {
		event.Data = s.Detail
	}
	if s.agreement != nil {
		event.AgreementVersion = s.agreement.Version
	}
	return event
}

func (s *policyEvent) sections(result *outcome, posted ledger.Posted) []fact.Section {
	byBook := make(map[string][]ledger.Posting)
	var books []string
	for _, posting := range posted.Lines {
		if _, seen := byBook[posting.Book]; !seen {
			books = append(books, posting.Book)
		}
		byBook[posting.Book] = append(byBook[posting.Book], posting)
	}
	if s.agreement == nil {
		sections := make([]fact.Section, 0, len(books))
		for _, book := range books {
			sections = append(sections, fact.Section{Member: book, Data: memberData{Postings: byBook[book]}})
		}
		return sections
	}
	members := s.agreement.Members()
	sections := make([]fact.Section, 0, len(members)+1)
	for i, member := range members {
		data := memberData{Portions: s.portionsOf(result, i), Postings: byBook[member]}
		delete(byBook, member)
		sections = append(sections, fact.Section{Member: member, Data: data})
	}
	for _, book := range books { // a collector before issue that is no member of the table
		if postings, left := byBook[book]; left {
			sections = append(sections, fact.Section{Member: book, Data: memberData{Postings: postings}})
		}
	}
	return sections
}

func (s *policyEvent) portionsOf(result *outcome, member int) map[ledger.Stream]portionData {
	portions := make(map[ledger.Stream]portionData)
	for stream := range streamCount {
		before, after := result.before.portion(stream, member), result.after.portion(stream, member)
		if before != after || !after.IsZero() {
			portions[streams[stream]] = portionData{Movement: after.Sub(before), ToDate: after}
		}
	}
	for _, extra := range s.Splits {
		portions[extra.Stream] = portionData{ToDate: extra.Split.Portions[member]}
	}
	return portions
}

// bookAll writes many steps in bulk, by COPY. The policies must be new to the book or updated by the caller.
func bookAll(ctx context.Context, tx *pg.Tx, period ledger.Period, steps []*policyEvent) error {
	results := make([]outcome, len(steps))
	journals := make([]ledger.Journal, len(steps))
	records := make([]coinsurance.SplitRecord, len(steps))
	for i, s := range steps {
		results[i] = s.work()
		journals[i], records[i] = results[i].journal, results[i].splits
	}
	seals, err := ledger.PostAll(ctx, tx, period, journals)
	if err != nil {
		return err
	}
	if err := coinsurance.CopySplits(ctx, tx, records); err != nil {
		return err
	}
	facts := make([]fact.Fact, len(steps))
	for i, s := range steps {
		facts[i] = s.fact(&results[i], seals[i])
	}
	return outbox.AppendAll(ctx, tx, facts)
}

func totalsOf(policy *Policy, position *Position) Totals {
	return Totals{
		NetPremium: policy.NetPremium, VAT: money.Apply(policy.VAT, policy.NetPremium), Received: policy.Received,
		NetReceived: position.Totals[atNetReceived], VATReceived: position.Totals[atVATReceived],
		Excess: position.Totals[atExcess], Commission: position.Totals[atCommission],
	}
}
