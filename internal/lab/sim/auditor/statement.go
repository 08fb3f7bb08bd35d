package auditor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Groups of streams into which a statement sorts what members owe each other.
const (
	OfPremium    = "premium"
	OfFee        = "fee"
	OfCommission = "commission"
	OfClaims     = "claims"
	OfInterest   = "interest"
)

// Period is the months for which a statement is drawn: one, or a quarter's three.
type Period struct {
	First  Month
	Months int32
}

// String is the period as statements write it.
func (p Period) String() string {
	if p.Months == 1 {
		return p.First.String()
	}
	return fmt.Sprintf("%04d-Q%d", int(p.First)/12, int(p.First)%12/3+1)
}

// Last is the period's last day.
func (p Period) Last() Day { return (p.First + Month(p.Months) - 1).Last() }

// Overlaps says that a month is in both.
func (p Period) Overlaps(other Period) bool {
	return p.First < other.First+Month(other.Months) && other.First < p.First+Month(p.Months)
}

// loose is what members owe each other on a policy or claim and stands on no statement, by the day from which it
// counts.
type loose struct {
	Owing

	Subject   string
	Effective Day
}

// await notes what is to stand on a statement to come.
func (p *Pool) await(subject string, owing Owing, effective Day, amount int64) {
	if amount == 0 {
		return
	}
	key := loose{owing, subject, effective}
	if p.waiting[key] += amount; p.waiting[key] == 0 {
		delete(p.waiting, key)
	}
}

// Waiting is how much stands on no statement.
func (p *Pool) Waiting() int { return len(p.waiting) }

// Item is what stands between two members on a subject, in a group, on one statement. First comes before Second by
// code.
type Item struct {
	Subject, Group, First, Second string
	FirstOwes, SecondOwes         int64 // the two sides as they stand in the books; either may be negative

	of      *Statement
	settled *Settlement // that takes it, proposed or approved; nil while it is open
	left    string      // why the settlement of its own statement leaves it out
	cleared bool        // it was brought to zero
}

// Net is what First owes Second.
func (i *Item) Net() int64 { return i.FirstOwes - i.SecondOwes }

// Has says that a member is a party.
func (i *Item) Has(member string) bool { return i.First == member || i.Second == member }

// netOf is what an item brings a member: positive when it is to receive.
func (i *Item) netOf(member string) int64 {
	switch member {
	case i.First:
		return -i.Net()
	case i.Second:
		return i.Net()
	default:
		return 0
	}
}

// Period is that of the statement on which the item stands.
func (i *Item) Period() Period { return i.of.Period }

// Settled says that a settlement took the item, and was approved.
func (i *Item) Settled() bool { return i.settled != nil && i.settled.Approved }

// Held says that a party disputes the item's subject.
func (i *Item) Held() bool {
	return i.of.Disputes[Dispute{i.Subject, i.First}]+i.of.Disputes[Dispute{i.Subject, i.Second}] > 0
}

// Line is a member's statement in three figures, positive when it is to receive.
type Line struct{ Opening, Movement, Closing int64 }

// Dispute is a member's query of a subject.
type Dispute struct{ Subject, Member string }

// Statement is that of all members for a period.
type Statement struct {
	Pool       string
	Period     Period
	Items      []*Item // in the order of subject, group and pair
	Level      []*Item // whose two sides are the same: they are no items, and are brought to zero with the period
	Lines      map[string]Line
	Confirmed  map[string]bool // also by silence
	Deemed     map[string]bool // by silence alone
	Disputes   map[Dispute]int // how many queries of it stand
	Queries    []*Raised       // in the order in which they were raised
	Settlement *Settlement     // proposed or approved; nil before
	Members    map[string]bool // of any version of the agreement when it was drawn
	ConfirmBy  Day
	Silence    string // "" where it confirms nothing

	unwound  bool             // a settlement of it was
	paidThen map[string]int64 // each member's net of all items paid when it was drawn
	taken    map[loose]int64  // what its items are made of
}

// Open says that an item stands on it that no approved settlement took.
func (s *Statement) Open() bool {
	return slices.ContainsFunc(s.Items, func(i *Item) bool { return !i.Settled() })
}

// Named is how a move names the statement.
func (s *Statement) Named() OnStatement { return OnStatement{s.Pool, s.Period} }

// StatementOf is the pool's statement of exactly that period, nil when there is none.
func (p *Pool) StatementOf(period Period) *Statement {
	for _, statement := range p.Statements {
		if statement.Period == period {
			return statement
		}
	}
	return nil
}

// draw takes in everything that members owe each other by the period's end and that stands on no statement yet.
func (a *Auditor) draw(act Draw, as string, written Day) (*Statement, string, []string) {
	pool := a.Pools[act.Pool]
	if pool == nil {
		return nil, poolNotFound, nil
	}
	refusal := ""
	for _, drawn := range pool.Statements {
		if drawn.Period.Overlaps(act.Period) {
			refusal = "coinsurance.statement_exists"
		}
	}
	outside := a.outOfRange(act.Pool, written, false)
	switch {
	case !manages(as):
		return nil, Forbidden, []string{dateOutOfRange, refusal}
	case outside:
		return nil, dateOutOfRange, nil
	case refusal != "":
		return nil, refusal, nil
	}
	statement := &Statement{
		Pool: act.Pool, Period: act.Period, Lines: map[string]Line{}, Confirmed: map[string]bool{},
		Disputes: map[Dispute]int{}, paidThen: maps.Clone(pool.paid), Members: pool.members(),
		Deemed: map[string]bool{}, taken: map[loose]int64{},
	}
	statement.ConfirmBy, statement.Silence = a.Today, ""
	if terms := pool.termsOn(act.Period.Last()); terms != nil {
		statement.ConfirmBy, statement.Silence = a.Today+terms.queryDays(), terms.Silence
	}
	statement.take(pool.waiting)
	statement.addUp(pool)
	pool.Statements = append(pool.Statements, statement)
	pool.events["coinsurance.statement_drawn"]++
	pool.events["coinsurance.statement_issued"]++
	a.countDrawn(statement)
	return statement, "", nil
}

// members are those of every version of the pool's agreement.
func (p *Pool) members() map[string]bool {
	members := map[string]bool{}
	for _, agreement := range p.Agreements {
		for _, share := range agreement.Shares {
			members[share.Member] = true
		}
	}
	return members
}

// manages says that someone acts for the manager of the pool.
func manages(as string) bool { return as == "" || as == "manager" }

// take puts what waits, and counts by the period's end, on the statement.
func (s *Statement) take(waiting map[loose]int64) {
	type key struct{ subject, group, first, second string }
	items := map[key]*Item{}
	for at, amount := range waiting {
		if at.Effective > s.Period.Last() {
			continue
		}
		delete(waiting, at)
		s.taken[at] = amount
		of := key{at.Subject, at.Group, min(at.Debtor, at.Creditor), max(at.Debtor, at.Creditor)}
		item := items[of]
		if item == nil {
			item = &Item{Subject: of.subject, Group: of.group, First: of.first, Second: of.second, of: s}
			items[of] = item
		}
		if at.Debtor == of.first {
			item.FirstOwes += amount
		} else {
			item.SecondOwes += amount
		}
	}
	for _, item := range items {
		switch {
		case item.Net() != 0:
			s.Items = append(s.Items, item)
		case item.FirstOwes != 0:
			s.Level = append(s.Level, item)
		}
	}
	slices.SortFunc(s.Items, func(x, y *Item) int {
		return cmp.Or(
			cmp.Compare(x.Subject, y.Subject), cmp.Compare(x.Group, y.Group), cmp.Compare(x.First, y.First),
			cmp.Compare(x.Second, y.Second),
		)
	})
}

// addUp writes each member's line: what the statement before closed with, less what was paid of any statement since,
// and what its own items bring.
func (s *Statement) addUp(pool *Pool) {
	if last := len(pool.Statements) - 1; last >= 0 {
		before := pool.Statements[last]
		for member, line := range before.Lines {
			s.Lines[member] = Line{Opening: line.Closing}
		}
		for member, paid := range pool.paid {
			line := s.Lines[member]
			line.Opening -= paid - before.paidThen[member]
			s.Lines[member] = line
		}
	}
	for _, item := range s.Items {
		for _, member := range []string{item.First, item.Second} {
			line := s.Lines[member]
			line.Movement += item.netOf(member)
			s.Lines[member] = line
		}
	}
	for member, line := range s.Lines {
		line.Closing = line.Opening + line.Movement
		s.Lines[member] = line
	}
}

// Parties are the members that have an item on the statement, in the order of their codes.
func (s *Statement) Parties() []string {
	parties := map[string]bool{}
	for _, item := range s.Items {
		parties[item.First], parties[item.Second] = true, true
	}
	return slices.Sorted(maps.Keys(parties))
}

// drawn finds a statement for whoever asks for it. A day that was written is checked.
func (a *Auditor) drawn(of OnStatement, may bool, written Day) (*Statement, string) {
	pool := a.Pools[of.Pool]
	if pool == nil {
		return nil, poolNotFound
	}
	statement := pool.StatementOf(of.Period)
	switch {
	case statement == nil:
		return nil, "coinsurance.statement_not_found"
	case a.outOfRange(of.Pool, written, false):
		return statement, dateOutOfRange
	case !may:
		return statement, Forbidden
	}
	return statement, ""
}

// confirm is a member's word on its statement.
func (a *Auditor) confirm(act Confirm, as string, written Day) (*Statement, string) {
	statement, refusal := a.drawn(act.OnStatement, as == "" || as == act.Member, written)
	switch {
	case refusal != "" || statement.Confirmed[act.Member] && !statement.Deemed[act.Member]:
		return statement, refusal
	case !statement.Members[act.Member]:
		return statement, Forbidden
	}
	statement.Confirmed[act.Member] = true
	delete(statement.Deemed, act.Member)
	a.Pools[act.Pool].events["coinsurance.statement_confirmed"]++
	return statement, ""
}
