package claims

import (
	"context"

	"gongbao/coinsurance"
	"gongbao/internal/money"
	"gongbao/internal/pg"
	"gongbao/ledger"
)

// CallCash calls the other members for their portions of what is approved and not yet paid 现金摊赔通知. The first call goes
// out by itself when the approved indemnity reaches the agreement's threshold; this is for all further ones.
type CallCash struct{ Command }

// CallCash refuses: claims.claim_not_found, ledger.date_out_of_range, access.forbidden, claims.claim_changed,
// claims.claim_closed, claims.no_cash_call (every member pays its own; nothing is left to be called for).
func (s *Service) CallCash(ctx context.Context, cmd CallCash) (*Claim, error) {
	return s.actIn(ctx, cmd.Command, "call_cash", EventCallRaised, cmd,
		func(_ context.Context, _ *pg.Tx, h *held, after *Claim) (any, error) {
			if err := after.stay(); err != nil {
				return nil, err
			}
			if h.agreement.Claims == coinsurance.ByEach {
				return nil, ErrNoCashCall.With("pool %s, version %d", h.agreement.Pool, h.agreement.Version)
			}
			amounts := h.callable(after)
			if len(amounts) == 0 {
				return nil, ErrNoCashCall.With("nothing of what is approved is left to be called for")
			}
			h.told = h.send(after, Notice{Kind: CashCall}, amounts)
			return noticeDetail{Notice: after.Notices, Kind: CashCall}, nil
		})
}

// callable is what each other member can be called for: its portion of what is approved, less its portion of what is
// paid, less what it has paid ahead or is called for already.
func (h *held) callable(c *Claim) map[string]money.Amount {
	standing := balancesOf(h.agreement, c, h.calls)
	indemnity := h.agreement.Divide(ledger.Indemnity, c.ApprovedIndemnity)
	expense := h.agreement.Divide(ledger.ClaimCost, c.ApprovedExpense)
	amounts := map[string]money.Amount{}
	for i, member := range h.agreement.Members() {
		ahead := at(standing.Calls, i).Sub(at(standing.Used, i)).Sub(at(standing.Left, i))
		amount := indemnity[i].Add(expense[i]).Sub(standing.paid(i)).Sub(ahead).Sub(h.called(member))
		if member != h.servicer() && amount.Sign() > 0 {
			amounts[member] = amount
		}
	}
	return amounts
}

// called is what a member was called for and has not paid.
func (h *held) called(member string) money.Amount {
	var open money.Amount
	for _, n := range h.notices {
		if n.Kind == CashCall && n.Member == member && n.State == NoticeSent {
			open = open.Add(n.Amount.Sub(n.Paid))
		}
	}
	return open
}

// payNotices takes cash towards the calls a member was sent, the oldest first. What comes after its day costs interest.
func (h *held) payNotices(member string, amount money.Amount) (interest money.Amount) {
	for i := range h.notices {
		n := &h.notices[i]
		if n.Kind != CashCall || n.Member != member || n.State != NoticeSent || amount.IsZero() {
			continue
		}
		part := money.Min(amount, n.Amount.Sub(n.Paid))
		amount, n.Paid, n.changed = amount.Sub(part), n.Paid.Add(part), true
		interest = interest.Add(h.lateInterest(part, n))
		if n.Paid == *n.Amount {
			n.State = NoticePaid
			h.dial.meet(CashCallDue, member, n.Number, "")
		}
	}
	return interest
}

// lateInterest is what a part of a call costs that is paid, or ends, after its day: the agreement's rate for a year, by
// day, rounded once for each part.
func (h *held) lateInterest(part money.Amount, n *Notice) money.Amount {
	late := n.Due.DaysUntil(h.today)
	if late <= 0 {
		return money.Amount{}
	}
	return money.Interest(part, h.agreement.LateInterest, late)
}

// endCalls ends the calls that are open when the claim ends or passes to another: what was not paid costs interest up
// to this day, and what is owed stands in the account between the members.
func (h *held) endCalls() {
	for i := range h.notices {
		n := &h.notices[i]
		if n.Kind == CashCall && n.State == NoticeSent {
			if interest := h.lateInterest(n.Amount.Sub(n.Paid), n); !interest.IsZero() {
				h.callOf(n.Member).Interest = h.callOf(n.Member).Interest.Add(interest)
			}
		}
	}
	h.lapse(CashCall)
}
