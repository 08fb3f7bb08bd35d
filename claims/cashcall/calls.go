package cashcall

import (
	"slices"

	"gongbao/claims/notice"
	"gongbao/coinsurance"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// Calls are the cash calls of one claim while a step of its life is made, with the notices by which members were
// called.
type Calls struct {
	All []CashCall

	agreement *coinsurance.Agreement
	notices   *notice.Notices
	today     calendar.Date
	changed   []string // members whose calls are written again
}

// Of are the cash calls of a claim before anything happens to them. The list is copied.
func Of(all []CashCall, agreement *coinsurance.Agreement, notices *notice.Notices, today calendar.Date) *Calls {
	return &Calls{All: slices.Clone(all), agreement: agreement, notices: notices, today: today}
}

// Of is what a member paid towards the claim's calls, to be changed; it is added when there is nothing yet.
func (c *Calls) Of(member string) *CashCall {
	if !slices.Contains(c.changed, member) {
		c.changed = append(c.changed, member)
	}
	at := slices.IndexFunc(c.All, func(one CashCall) bool { return one.Member == member })
	if at < 0 {
		c.All = append(c.All, CashCall{Member: member})
		at = len(c.All) - 1
	}
	return &c.All[at]
}

// Open is what a member was called for and has not paid.
func (c *Calls) Open(member string) money.Amount {
	var open money.Amount
	for i := range c.notices.All {
		if n := &c.notices.All[i]; n.Kind == notice.CashCall && n.Member == member && n.State == notice.Sent {
			open = open.Add(n.Open())
		}
	}
	return open
}

// Pay takes a member's cash towards the calls it was sent, the oldest first, and gives the interest that it owes for
// what comes after its day. A call need not have been announced.
func (c *Calls) Pay(member string, amount money.Amount) (interest money.Amount) {
	call := c.Of(member)
	call.Paid = call.Paid.Add(amount)
	for at := range c.notices.All {
		n := &c.notices.All[at]
		if n.Kind != notice.CashCall || n.Member != member || n.State != notice.Sent || amount.IsZero() {
			continue
		}
		part := money.Min(amount, n.Open())
		amount, n.Paid = amount.Sub(part), n.Paid.Add(part)
		c.notices.Change(at)
		interest = interest.Add(c.lateInterest(part, n))
		if n.Paid == *n.Amount {
			n.State = notice.Paid
			c.notices.Meet(at)
		}
	}
	call.Interest = call.Interest.Add(interest)
	return interest
}

// lateInterest is what a part of a call costs that is paid, or ends, after its day: the agreement's rate for a year, by
// day, rounded once for each part.
func (c *Calls) lateInterest(part money.Amount, n *notice.Notice) money.Amount {
	late := n.Due.DaysUntil(c.today)
	if late <= 0 {
		return money.Amount{}
	}
	return money.Interest(part, c.agreement.LateInterest, late)
}

// End ends the calls that are open when the claim ends or passes to another: what was not paid costs interest up to
// this day, and what is owed stands in the account between the members.
func (c *Calls) End() {
	for i := range c.notices.All {
		n := &c.notices.All[i]
		if n.Kind != notice.CashCall || n.State != notice.Sent {
			continue
		}
		if interest := c.lateInterest(n.Open(), n); !interest.IsZero() {
			call := c.Of(n.Member)
			call.Interest = call.Interest.Add(interest)
		}
	}
	c.notices.Lapse(notice.CashCall)
}
