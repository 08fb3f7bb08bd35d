package claims

import (
	"context"

	"github.com/google/uuid"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/fact"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// book takes the claim to its next standing: it writes the claim with what belongs to it, its splits, its journal and
// its event, and what the new figures set off. Whatever the step was, it refuses with claims.recovery_exceeds_paid what
// leaves more recovered than paid.
func (h *held) book(
	ctx context.Context, tx *pg.Tx, by access.Principal, kind string, after *Claim, detail any,
) (*Claim, error) {
	before := *h.claim
	if err := after.checkRecovered(&before); err != nil {
		return nil, err
	}
	after.Version, after.Recorded = before.Version+1, h.now
	ends := after.Ended() && !before.Ended()
	if ends {
		h.endCalls()
		h.lapse(JointSurvey, AskForConsent)
	}
	oldStanding := balancesOf(h.agreement, &before, h.callsWere)
	standing := balancesOf(h.agreement, after, h.calls)
	if err := h.record(ctx, tx, by, kind, after, &oldStanding, &standing, detail); err != nil {
		return nil, err
	}
	if ends {
		h.rebase(&standing)
	}
	if h.asked > 0 {
		if decided := h.judge(after, h.asked); decided != "" {
			detail := noticeDetail{Notice: h.asked, Kind: AskForConsent}
			if err := h.announce(ctx, tx, by, decided, after, detail, nil); err != nil {
				return nil, err
			}
		}
	}
	if before.Version > 0 || !after.Ended() { // one imported at its end warns nobody any longer
		if err := h.setOff(ctx, tx, by, after); err != nil {
			return nil, err
		}
	}
	h.turnClocks(h.dial, kind, &before, after)
	if err := h.announceClocks(ctx, tx, by, after, h.dial); err != nil {
		return nil, err
	}
	h.write(tx, after)
	return after, nil
}

// record posts the difference between two standings, keeps the splits and announces the step.
func (h *held) record(
	ctx context.Context, tx *pg.Tx, by access.Principal, kind string, after *Claim, was, is *Balances, detail any,
) error {
	id := fact.NewID(h.now)
	c := &change{
		agreement: h.agreement, servicer: h.servicer(), policy: after.Policy, claim: after.Number, before: *was, after: *is,
	}
	post(c)
	seal, err := ledger.Post(ctx, tx, h.period, ledger.Journal{
		Pool: after.Pool, ID: id, Kind: kind, Effective: h.effective, Recorded: after.Recorded, By: by.Subject,
		Reverses: h.reverses, Postings: c.entries.Postings(),
	})
	if err != nil {
		return err
	}
	if h.payment != nil {
		h.payment.Event, h.payment.Effective, h.payment.Actor, h.payment.Recorded = id, h.effective, by.Subject, h.now
	}
	h.recordSplits(tx, after, id, was, is)
	announced := h.fact(by, kind, after, detail)
	announced.ID, announced.Sections = id, h.sections(was, is, seal)
	if seal.Postings > 0 {
		announced.Journal = &fact.JournalSeal{Postings: seal.Postings, Digest: seal.Digest, Period: seal.Period.String()}
	}
	return outbox.Append(ctx, tx, announced)
}

// fact is an event without its figures by member.
func (h *held) fact(by access.Principal, kind string, c *Claim, detail any) fact.Fact {
	return fact.Fact{
		ID: fact.NewID(h.now), Pool: c.Pool, Type: kind, Subject: c.Subject(), SubjectVersion: c.Version,
		Effective: h.effective, Recorded: c.Recorded, By: by, Audience: fact.Sections,
		AgreementVersion: h.agreement.Version,
		Data:             dataOf(c, detail), Sections: h.blank(),
	}
}

// blank are the sections of an event that concerns every member and moves nothing.
func (h *held) blank() []fact.Section {
	var sections []fact.Section
	for _, member := range h.agreement.Members() {
		sections = append(sections, fact.Section{Member: member, Data: memberData{}})
	}
	return sections
}

func (h *held) sections(before, after *Balances, seal ledger.Posted) []fact.Section {
	byBook := make(map[string][]ledger.Posting)
	for _, posting := range seal.Lines {
		byBook[posting.Book] = append(byBook[posting.Book], posting)
	}
	members := h.agreement.Members()
	sections := make([]fact.Section, 0, len(members))
	for i, member := range members {
		portions := map[ledger.Stream]portionData{}
		for stream := range streamCount {
			old, now := before.portion(stream, i), after.portion(stream, i)
			if old != now || !now.IsZero() {
				portions[streams[stream]] = portionData{Movement: now.Sub(old), ToDate: now}
			}
		}
		for kind, stream := range kinds {
			if old, now := at(before.Kinds[kind], i), at(after.Kinds[kind], i); old != now || !now.IsZero() {
				portions[stream] = portionData{Movement: now.Sub(old), ToDate: now}
			}
		}
		if old, now := at(before.Calls, i), at(after.Calls, i); old != now || !now.IsZero() {
			portions[ledger.CashCall] = portionData{Movement: now.Sub(old), ToDate: now}
		}
		if old, now := at(before.Interest, i), at(after.Interest, i); old != now || !now.IsZero() {
			portions[ledger.LateInterest] = portionData{Movement: now.Sub(old), ToDate: now}
		}
		if _, concerned := h.told[member]; h.told == nil || concerned || member == h.servicer() || member == h.leader() {
			sections = append(sections, fact.Section{Member: member, Data: memberData{
				Portions: portions, Postings: byBook[member], Notices: h.told[member].Notices,
				Queries: h.told[member].Queries,
			}})
		}
	}
	return sections
}

// recordSplits keeps the working of every stream whose total moved.
func (h *held) recordSplits(tx *pg.Tx, c *Claim, event uuid.UUID, before, after *Balances) {
	record := coinsurance.SplitRecord{
		Subject: coinsurance.Subject{
			Pool: c.Pool, Number: c.Number, Insured: h.policy.Insured, Line: h.policy.Line, From: h.policy.Starts,
			To: h.policy.Ends, LossDay: c.LossDay,
		},
		Event: event, AgreementVersion: h.agreement.Version, SubjectVersion: c.Version,
	}
	for stream := range streamCount {
		if before.Totals[stream] != after.Totals[stream] {
			record.Streams = append(record.Streams, after.working(h.agreement, stream))
		}
	}
	coinsurance.RecordSplits(tx, record)
}

// rebase remembers where the end of a claim left its calls.
func (h *held) rebase(standing *Balances) {
	for i := range h.calls {
		if member := h.agreement.Index(h.calls[i].Member); member >= 0 {
			h.calls[i].rebase(standing.paid(member))
		}
	}
}
