package insurance

import (
	"context"
	"time"

	"github.com/google/uuid"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/fact"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// step is one event in a policy's life: what it was, what it is now, and the rule by which the book follows.
type step struct {
	kind      string // type of the event
	id        uuid.UUID
	by        access.Principal
	before    Policy
	after     Policy
	agreement *coinsurance.Agreement // that it was issued under; nil before issue
	effective calendar.Date
	period    ledger.Period
	rule      func(*change) // which postings it makes; nil for none
	data      any           // what the event says besides the figures
	reverses  *uuid.UUID
	extra     []coinsurance.Portioned // splits besides the standing's (unearned premium)
}

// booked is what a step comes to, before the book has sealed it.
type booked struct {
	before, after Standing
	journal       ledger.Journal
	splits        coinsurance.SplitRecord
}

// work divides the totals and applies the posting rule; it is pure.
func (s *step) work() booked {
	var result booked
	if s.agreement != nil {
		result.before, result.after = standingOf(s.agreement, &s.before), standingOf(s.agreement, &s.after)
	}
	c := &change{
		policy: s.after.Number, before: result.before, after: result.after,
		cash: s.after.Received.Sub(s.before.Received), received: s.after.Received, collector: s.after.Collector,
	}
	if s.before.OnRisk() || s.after.OnRisk() {
		c.agreement = s.agreement
	}
	if s.before.Collector != "" {
		c.collector = s.before.Collector
	}
	if s.rule != nil {
		s.rule(c)
	}
	if c.agreement != nil {
		postSubsidy(c)
	}
	result.journal = ledger.Journal{
		Pool: s.after.Pool, ID: s.id, Kind: s.kind, Effective: s.effective, Recorded: s.after.Recorded,
		By: s.by.Subject, Reverses: s.reverses, Postings: c.entries.Postings(),
	}
	result.splits = s.splits(&result)
	return result
}

// splits are the working of every stream that moved.
func (s *step) splits(result *booked) coinsurance.SplitRecord {
	record := coinsurance.SplitRecord{
		Subject: coinsurance.Subject{
			Pool: s.after.Pool, Number: s.after.Number, Insured: s.after.Insured, Line: s.after.Line,
			From: s.after.Starts, To: s.after.Ends,
		},
		Event: s.id, Place: s.after.Version, Streams: s.extra,
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
func moved(before, after *Standing, stream int) bool {
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
func (s *step) fact(result *booked, seal ledger.Posted) fact.Fact {
	announced := fact.Fact{
		ID: s.id, Pool: s.after.Pool, Type: s.kind, Subject: s.after.Subject(), SubjectVersion: s.after.Version,
		Effective: s.effective, Recorded: s.after.Recorded, By: s.by,
		Data: eventData{
			Policy: s.after.Number, State: s.after.Status, Totals: totalsOf(&s.after, &result.after), Detail: s.data,
		},
		Sections: s.sections(result, seal),
	}
	if s.agreement != nil {
		announced.AgreementVersion = s.agreement.Version
	}
	if seal.Postings > 0 {
		announced.Journal = &fact.JournalSeal{Postings: seal.Postings, Digest: seal.Digest, Period: seal.Period.String()}
	}
	return announced
}

func (s *step) sections(result *booked, seal ledger.Posted) []fact.Section {
	byBook := make(map[string][]ledger.Posting)
	var books []string
	for _, posting := range seal.Lines {
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

func (s *step) portionsOf(result *booked, member int) map[ledger.Stream]portionData {
	portions := make(map[ledger.Stream]portionData)
	for stream := range streamCount {
		before, after := result.before.portion(stream, member), result.after.portion(stream, member)
		if before != after || !after.IsZero() {
			portions[streams[stream]] = portionData{Movement: after.Sub(before), ToDate: after}
		}
	}
	for _, extra := range s.extra {
		portions[extra.Stream] = portionData{ToDate: extra.Split.Portions[member]}
	}
	return portions
}

// book writes a step: the policy, its journal, its splits and its event, all in the transaction's one batch.
func book(ctx context.Context, tx *pg.Tx, s *step) error {
	result := s.work()
	seal, err := ledger.Post(ctx, tx, s.period, result.journal)
	if err != nil {
		return err
	}
	coinsurance.RecordSplits(tx, result.splits)
	updatePolicy(tx, &s.after)
	return outbox.Append(ctx, tx, s.fact(&result, seal))
}

// bookAll writes many steps in bulk, by COPY. The policies must be new to the book or updated by the caller.
func bookAll(ctx context.Context, tx *pg.Tx, period ledger.Period, steps []*step) error {
	results := make([]booked, len(steps))
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

// updatePolicy queues what may change of a policy.
func updatePolicy(tx *pg.Tx, p *Policy) {
	tx.Queue(`UPDATE policy SET state = $3, agreement_version = $4, members = $5, collector = $6, net_premium = $7,
		vat_due = $8, received = $9, commission_paid = $10, returned = $11, next_due = $12, cancelled = $13,
		issued = $14, on_risk = $15, on_risk_period = $16, expiry_announced = $17, version = $18, recorded = $19,
		subsidy = $20
		WHERE pool = $1 AND number = $2`,
		p.Pool,
		p.Number,
		string(p.Status),
		p.AgreementVersion,
		p.Members,
		p.Collector,
		p.NetPremium.Fen(),
		p.VATDue.Fen(),
		p.Received.Fen(),
		p.CommissionPaid.Fen(),
		p.Returned.Fen(),
		p.NextDue.SQL(),
		p.CancelledFrom.SQL(),
		p.IssuedOn.SQL(),
		p.OnRiskFrom.SQL(),
		p.OnRiskPeriod.First().SQL(),
		p.ExpiryAnnounced,
		p.Version,
		p.Recorded,
		asJSON(p.Subsidy),
	)
}

// next is the policy after an event: one version on, recorded now but never before its last event.
func next(before *Policy, now time.Time) Policy {
	after := *before
	after.Version++
	if now.After(after.Recorded) {
		after.Recorded = now
	}
	return after
}

func totalsOf(policy *Policy, standing *Standing) Totals {
	return Totals{
		NetPremium: policy.NetPremium, VAT: money.Apply(policy.VAT, policy.NetPremium), Received: policy.Received,
		NetReceived: standing.Totals[atNetReceived], VATReceived: standing.Totals[atVATReceived],
		Excess: standing.Totals[atExcess], Commission: standing.Totals[atCommission],
	}
}
