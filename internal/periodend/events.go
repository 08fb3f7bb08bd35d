package periodend

import (
	"time"

	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/clock"
	"gongbao/internal/fact"
	"gongbao/ledger"
)

// EventPeriodClosed is the type of the fact that a month was closed.
const EventPeriodClosed = "ledger.period_closed"

// Closed is what a close came to, and the data of ledger.period_closed.
type Closed struct {
	Pool     string         `json:"pool"`
	Month    calendar.Month `json:"month"`
	Reserves int            `json:"reserves"` // policies whose unearned premium moved
	Postings int64          `json:"postings"` // in the sealed month
	Digest   string         `json:"digest"`   // hex; over the month's journals and the seal before
}

// fact announces the close. It is known after everything that stands in the month, so that a kept balance is never used
// before its postings are.
func (c Closed) fact(by access.Principal, sealed time.Time) fact.Fact {
	return fact.Fact{
		Pool: c.Pool, Type: EventPeriodClosed, Subject: "period/" + c.Pool + "/" + c.Month.String(), SubjectVersion: 1,
		Effective: c.Month.Last(), Recorded: sealed.Add(clock.Precision), By: by, Audience: fact.Everyone, Data: c,
	}
}

// Transferred is the data of ledger.accounts_transferred: a book's balances were moved off closed accounts.
type Transferred struct {
	Pool string `json:"pool"`
	Book string `json:"book"` // the member insurer
}

// transferred is what the member whose book it is sees of it.
type transferred struct {
	Postings []ledger.Posting `json:"postings"`
}

// EventTypes are the types of event of this package with what their data looks like; schemas are written from them.
func EventTypes() map[string]any {
	return map[string]any{EventPeriodClosed: Closed{}, ledger.AccountsTransferred: Transferred{}}
}
