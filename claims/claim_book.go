package claims

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/money"
	"gongbao/internal/outbox"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// majorFrom makes a claim a major one (保监产险〔2012〕571号: 50 million of property indemnity at 100 %, co-insured or not).
var majorFrom = money.MustAmount("50000000.00")

// book takes the claim to its next standing: it writes the claim, its calls, its splits, its journal and its event, and
// what the new figures set off.
func (h *held) book(
	ctx context.Context, tx bun.Tx, by access.Principal, kind string, after *Claim, detail any,
) (*Claim, error) {
	before := *h.claim
	after.Version, after.Recorded = before.Version+1, h.now
	id := outbox.NewID(h.now)
	oldStanding := standingOf(h.agreement, &before, h.callsBefore())
	standing := standingOf(h.agreement, after, h.calls)
	c := &change{
		agreement: h.agreement, policy: after.Policy, claim: after.Number, before: oldStanding, after: standing,
	}
	post(c)
	seal, err := ledger.Post(ctx, tx, h.period, ledger.Journal{
		Pool: after.Pool, ID: id, Kind: kind, Effective: h.effective, Recorded: after.Recorded, By: by.Subject,
		Postings: c.entries.Postings(),
	})
	if err != nil {
		return nil, err
	}
	h.recordSplits(tx, after, id, &oldStanding, &standing)
	if after.Ended() && !before.Ended() {
		h.rebase(&standing)
	}
	fact := h.fact(by, kind, after, detail)
	fact.ID, fact.Sections = id, h.sections(&oldStanding, &standing, seal)
	if seal.Postings > 0 {
		fact.Journal = &outbox.JournalSeal{Postings: seal.Postings, Digest: seal.Digest, Period: seal.Period.String()}
	}
	if err := outbox.Append(ctx, tx, fact); err != nil {
		return nil, err
	}
	if err := h.setOff(ctx, tx, by, after); err != nil {
		return nil, err
	}
	h.write(tx, after)
	return after, nil
}

// callsBefore are the calls as they were before this step.
func (h *held) callsBefore() []Call {
	if h.paying == nil {
		return h.calls
	}
	return h.paying
}

// fact is an event without its figures by member.
func (h *held) fact(by access.Principal, kind string, c *Claim, detail any) outbox.Fact {
	return outbox.Fact{
		ID: outbox.NewID(h.now), Pool: c.Pool, Type: kind, Subject: c.Subject(), SubjectVersion: c.Version,
		Effective: h.effective, Recorded: c.Recorded, By: by, AgreementVersion: h.agreement.Version,
		Data: dataOf(c, detail), Sections: h.blank(),
	}
}

// blank are the sections of an event that concerns every member and moves nothing.
func (h *held) blank() []outbox.Section {
	var sections []outbox.Section
	for _, member := range h.agreement.Members() {
		sections = append(sections, outbox.Section{Member: member, Data: memberData{}})
	}
	return sections
}

func (h *held) sections(before, after *Standing, seal ledger.Seal) []outbox.Section {
	byBook := make(map[string][]ledger.Posting)
	for _, posting := range seal.Lines {
		byBook[posting.Book] = append(byBook[posting.Book], posting)
	}
	members := h.agreement.Members()
	sections := make([]outbox.Section, 0, len(members))
	for i, member := range members {
		portions := map[ledger.Stream]portionData{}
		for stream := range streamCount {
			old, now := before.portion(stream, i), after.portion(stream, i)
			if old != now || !now.IsZero() {
				portions[streams[stream]] = portionData{Movement: now.Sub(old), ToDate: now}
			}
		}
		if old, now := at(before.Calls, i), at(after.Calls, i); old != now || !now.IsZero() {
			portions[ledger.CashCall] = portionData{Movement: now.Sub(old), ToDate: now}
		}
		sections = append(sections, outbox.Section{
			Member: member, Data: memberData{Portions: portions, Postings: byBook[member]},
		})
	}
	return sections
}

// recordSplits keeps the working of every stream whose total moved.
func (h *held) recordSplits(tx bun.Tx, c *Claim, event uuid.UUID, before, after *Standing) {
	record := coinsurance.SplitRecord{
		Subject: coinsurance.Subject{
			Pool: c.Pool, Number: c.Number, Insured: h.policy.Insured, Line: h.policy.Line, From: h.policy.Starts,
			To: h.policy.Ends, LossDay: c.LossDay,
		},
		Event: event, AgreementVersion: h.agreement.Version, Place: c.Version,
	}
	for stream := range streamCount {
		if before.Totals[stream] != after.Totals[stream] {
			record.Streams = append(record.Streams, after.working(h.agreement, stream))
		}
	}
	coinsurance.RecordSplits(tx, record)
}

// rebase remembers where the end of a claim left its calls.
func (h *held) rebase(standing *Standing) {
	for i := range h.calls {
		if member := h.agreement.Claim.Index(h.calls[i].Member); member >= 0 {
			h.calls[i].rebase(standing.paid(member))
		}
	}
}

// setOff announces what the new figures reach for the first time: a large loss, a major claim, a cash call.
func (h *held) setOff(ctx context.Context, tx bun.Tx, by access.Principal, c *Claim) error {
	reached := func(amount money.Amount, from *money.Amount) bool { return from != nil && amount.Cmp(*from) >= 0 }
	for _, threshold := range []struct {
		kind string
		hit  bool
		from *money.Amount
		mark func()
	}{
		{
			EventLargeLoss, !c.Noticed && reached(c.EstimateIndemnity, h.agreement.NoticeFrom), h.agreement.NoticeFrom,
			func() { c.Noticed = true },
		},
		{
			EventMajor, c.MajorOn.IsZero() && reached(c.EstimateIndemnity, &majorFrom), &majorFrom,
			func() { c.MajorOn = h.today },
		},
		{
			EventCallMade, !c.Called && reached(c.ApprovedIndemnity, h.agreement.CashCallFrom), h.agreement.CashCallFrom,
			func() { c.Called = true },
		},
	} {
		if !threshold.hit {
			continue
		}
		threshold.mark()
		c.Version++
		if err := outbox.Append(ctx, tx, h.fact(by, threshold.kind, c, thresholdDetail{From: *threshold.from})); err != nil {
			return err
		}
	}
	return nil
}

// write queues the claim and its calls.
func (h *held) write(tx bun.Tx, c *Claim) {
	pg.Queue(tx, `INSERT INTO claim (pool, number, policy, loss_day, filed, papers, state, reason, loss,
			estimate_indemnity, estimate_expense, approved_indemnity, approved_expense, paid_indemnity, paid_expense,
			recovery, salvage, approved, refused, major, noticed, called, agreement_version, version, recorded)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
			$24, $25)
		ON CONFLICT (pool, number) DO UPDATE SET state = $7, reason = $8, loss = $9, estimate_indemnity = $10,
			estimate_expense = $11, approved_indemnity = $12, approved_expense = $13, paid_indemnity = $14,
			paid_expense = $15, recovery = $16, salvage = $17, approved = $18, refused = $19, major = $20, noticed = $21,
			called = $22, version = $24, recorded = $25`,
		c.Pool, c.Number, c.Policy, c.LossDay.SQL(), c.Filed.SQL(), c.Papers.SQL(), string(c.Status), c.Reason,
		fenOrNil(c.Loss), c.EstimateIndemnity.Fen(), c.EstimateExpense.Fen(), c.ApprovedIndemnity.Fen(),
		c.ApprovedExpense.Fen(), c.PaidIndemnity.Fen(), c.PaidExpense.Fen(), c.Recovery.Fen(), c.Salvage.Fen(),
		c.ApprovedOn.SQL(), c.RefusedOn.SQL(), c.MajorOn.SQL(), c.Noticed, c.Called, c.AgreementVersion, c.Version,
		c.Recorded)
	for _, call := range h.calls {
		pg.Queue(tx, `INSERT INTO claim_call (pool, claim, member, paid, base_paid, base_portion, base_used, base_left)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (pool, claim, member) DO UPDATE SET paid = $4, base_paid = $5, base_portion = $6,
				base_used = $7, base_left = $8`,
			c.Pool, c.Number, call.Member, call.Paid.Fen(), call.BasePaid.Fen(), call.BasePortion.Fen(),
			call.BaseUsed.Fen(), call.BaseLeft.Fen())
	}
}

func fenOrNil(amount *money.Amount) any {
	if amount == nil {
		return nil
	}
	return amount.Fen()
}
