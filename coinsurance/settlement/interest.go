package settlement

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// LateInterest is what was booked of the interest of one month, of what one member owed another past its day 逾期利息. The
// rows of a month and pair add up to its interest: what becomes known later of the month, as a payment that is written
// down afterwards, is booked as a further one.
type LateInterest struct {
	bun.BaseModel `bun:"table:late_interest"`

	Pool             string         `bun:"pool,pk"           json:"pool"`
	Month            calendar.Month `bun:"month,pk"          json:"month"`
	Debtor           string         `bun:"debtor,pk"         json:"debtor"`
	Creditor         string         `bun:"creditor,pk"       json:"creditor"`
	Number           int            `bun:"number,pk"         json:"number"` // from 1
	Amount           money.Amount   `bun:"amount"            json:"amount"` // below zero: less was overdue than known
	Currency         string         `bun:"currency"          json:"currency"`
	AgreementVersion int            `bun:"agreement_version" json:"agreement_version"`
	Journal          uuid.UUID      `bun:"journal"           json:"journal"`
	Recorded         time.Time      `bun:"recorded"          json:"recorded"`

	Overdue []Overdue `bun:"-" json:"overdue"` // what the whole interest of the month comes of
}

// Overdue is an amount of an order that was overdue for some days on end of a month, first and last day included.
type Overdue struct {
	Order  string        `json:"order"`
	First  calendar.Date `json:"first"`
	Last   calendar.Date `json:"last"`
	Amount money.Amount  `json:"amount"`
	Rate   money.Rate    `json:"rate"` // for a year
}

// days are how many days interest is owed for.
func (l *Overdue) days() int { return l.First.DaysUntil(l.Last) + 1 }

// overdue are the lines of an order for a month, of the days up to one. A day past the due day costs interest on what
// was unpaid at the end of the day before, so that an order due on the 10th and paid on the 12th costs two days.
func (o *orderLife) overdue(month calendar.Month, until calendar.Date) []Overdue {
	first := calendar.Later(month.First(), o.Due.AddDays(1))
	if o.rate.E8() == 0 || o.left().IsZero() && !o.changed().AddDays(1).After(first) {
		return nil
	}
	if month.Last().Before(until) {
		until = month.Last()
	}
	var lines []Overdue
	for day := first; !day.After(until); day = day.AddDays(1) {
		unpaid := o.unpaid(day.AddDays(-1))
		if n := len(lines); n > 0 && lines[n-1].Last == day.AddDays(-1) && lines[n-1].Amount == unpaid {
			lines[n-1].Last = day
		} else if unpaid.Sign() > 0 {
			lines = append(lines, Overdue{Order: o.ID, First: day, Last: day, Amount: unpaid, Rate: o.rate})
		}
	}
	return lines
}

// monthOfPair is what interest is rounded for.
type monthOfPair struct {
	month            calendar.Month
	debtor, creditor string
}

// linesOfInterest are the lines of every month and pair, of the days up to one, and of each the latest version of the
// agreement under which an order of it was made.
func linesOfInterest(
	orders []orderLife, until calendar.Date,
) (lines map[monthOfPair][]Overdue, versions map[monthOfPair]int) {
	lines, versions = map[monthOfPair][]Overdue{}, map[monthOfPair]int{}
	for i := range orders {
		order := &orders[i]
		for month := order.Due.AddDays(1).Month(); !month.First().After(until); month = month.Next() {
			if found := order.overdue(month, until); len(found) > 0 {
				key := monthOfPair{month, order.Payer, order.Payee}
				lines[key] = append(lines[key], found...)
				versions[key] = max(versions[key], order.run.AgreementVersion)
			}
		}
	}
	return lines, versions
}

// interestDue is what is to be booked so that late interest through a month is what the orders say: a row for every
// month and pair of which it is not, in their order.
func interestDue(orders []orderLife, booked []LateInterest, through calendar.Month) []LateInterest {
	lines, versions := linesOfInterest(orders, through.Last())
	before, numbers := map[monthOfPair]money.Amount{}, map[monthOfPair]int{}
	for i := range booked {
		key := monthOfPair{booked[i].Month, booked[i].Debtor, booked[i].Creditor}
		before[key], numbers[key] = before[key].Add(booked[i].Amount), booked[i].Number
		versions[key] = max(versions[key], booked[i].AgreementVersion)
	}
	var due []LateInterest
	for _, key := range slices.SortedFunc(maps.Keys(versions), monthOfPair.compare) {
		if amount := interestOn(lines[key]).Sub(before[key]); !amount.IsZero() && !key.month.After(through) {
			due = append(due, LateInterest{
				Month: key.month, Debtor: key.debtor, Creditor: key.creditor, Number: numbers[key] + 1, Amount: amount,
				Currency: amount.Currency().Code(), AgreementVersion: versions[key], Overdue: lines[key],
			})
		}
	}
	return due
}

// interestOn is the interest of some lines, by day and a year of 365 days, rounded once for all of them.
func interestOn(lines []Overdue) money.Amount {
	var accrual money.Accrual
	for i := range lines {
		accrual.Add(lines[i].Amount, lines[i].Rate, lines[i].days())
	}
	return accrual.Interest()
}

func (p monthOfPair) compare(other monthOfPair) int {
	return cmp.Or(cmp.Compare(p.month.String(), other.month.String()), cmp.Compare(p.debtor, other.debtor),
		cmp.Compare(p.creditor, other.creditor))
}

var interestBooked = pg.Select[LateInterest, ofPool](files, "InterestBooked")
