package settlement

import (
	"time"

	"github.com/uptrace/bun"

	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// Match is a part of an entry that was allocated to an order, or taken away again 勾对. None is ever changed: what was
// wrong is undone by an entry of its own.
type Match struct {
	bun.BaseModel `bun:"table:bank_match"`

	Pool      string       `bun:"pool,pk"    json:"-"` // ZONE
	Account   string       `bun:"account,pk" json:"account"`
	Key       string       `bun:"key,pk"     json:"key"`
	Number    int          `bun:"number,pk"  json:"number"` // counted per entry
	OrderPool string       `bun:"order_pool" json:"-"`
	Order     string       `bun:"order_id"   json:"-"`
	Attempt   int          `bun:"attempt"    json:"attempt"`
	Credit    bool         `bun:"credit"     json:"credit"`   // the payee's side
	Returned  bool         `bun:"returned"   json:"returned"` // money that came back
	Amount    money.Amount `bun:"amount"     json:"amount"`   // below zero for what is undone
	How       string       `bun:"how"        json:"how"`
	Undoes    int          `bun:"undoes"     json:"undoes,omitempty"`
	MatchedBy string       `bun:"matched_by" json:"matched_by"`
	Matched   time.Time    `bun:"matched"    json:"matched"`
}

// How an entry was allocated.
const (
	ByEndToEnd  = "end_to_end" // the id that we gave the payment
	ByPayment   = "payment"    // the payer's part of a file, which the bank booked as one
	ByReference = "reference"  // the order's id in what the payee reads
	ByPerson    = "person"
	ByUndo      = "undo"
)

var (
	matchesOfEntry = pg.Select[Match, entryKey](files, "MatchesOfEntry")
	matchesOfOrder = pg.Select[Match, orderKey](files, "MatchesOfOrder")
	matchesOfPool  = pg.Select[Match, ofPool](files, "MatchesOfPool")
)

// sides are what the two accounts say of one attempt.
type sides struct{ debit, credit, debitBack, creditBack money.Amount }

func (s sides) paid() money.Amount { return money.Max(s.debit, s.credit) }
func (s sides) back() money.Amount { return money.Max(s.debitBack, s.creditBack) }

// of adds a match to the side that it is on.
func (s *sides) add(m *Match) {
	into := &s.debit
	switch {
	case m.Credit && m.Returned:
		into = &s.creditBack
	case m.Credit:
		into = &s.credit
	case m.Returned:
		into = &s.debitBack
	}
	*into = into.Add(m.Amount)
}

// attemptsIn are the sides of each attempt at an order.
func attemptsIn(matches []Match) map[int]*sides {
	found := map[int]*sides{}
	for i := range matches {
		m := &matches[i]
		if found[m.Attempt] == nil {
			found[m.Attempt] = new(sides)
		}
		found[m.Attempt].add(m)
	}
	return found
}

// paidBy is what the banks say was paid of an order. An attempt is paid once either bank says so, the payer's that it
// was debited or the payee's that it was credited, and came back once either says that.
func paidBy(matches []Match) money.Amount {
	var paid money.Amount
	for _, s := range attemptsIn(matches) {
		paid = paid.Add(s.paid()).Sub(s.back())
	}
	return paid
}

// room is how much more may be allocated to an order on a side, for an attempt. A void order takes no more than was
// paid of it.
func room(order *PaymentOrder, matches []Match, attempt int, credit, returned bool) money.Amount {
	attempts := attemptsIn(matches)
	of := attempts[attempt]
	if of == nil {
		of = new(sides)
	}
	switch {
	case returned && credit:
		return of.paid().Sub(of.creditBack)
	case returned:
		return of.paid().Sub(of.debitBack)
	case order.State == OrderVoid && credit:
		return money.Max(order.Executed, of.paid()).Sub(of.credit)
	case order.State == OrderVoid:
		return money.Max(order.Executed, of.paid()).Sub(of.debit)
	}
	left := order.Amount
	for number, s := range attempts {
		switch {
		case number != attempt:
			left = left.Sub(s.paid()).Add(s.back())
		case credit:
			left = left.Sub(s.credit)
		default:
			left = left.Sub(s.debit)
		}
	}
	return left
}
