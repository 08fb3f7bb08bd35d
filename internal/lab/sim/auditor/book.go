package auditor

// Account is an account of a member's book; With is the other member on accounts between members.
type Account struct{ Book, Name, With string }

// Portion names a member's portion of a stream.
type Portion struct{ Stream, Member string }

// Owing names what a member owes another on one group of streams.
type Owing struct{ Group, Debtor, Creditor string }

// Sheet is what one policy or claim comes to: a balance on every account it touches, debits less credits, every
// member's portion of every stream, and what members came to owe each other, whatever was settled of it.
type Sheet struct {
	Balances map[Account]int64
	Portions map[Portion]int64
	Owed     map[Owing]int64
}

func newSheet() Sheet {
	return Sheet{Balances: map[Account]int64{}, Portions: map[Portion]int64{}, Owed: map[Owing]int64{}}
}

func (s Sheet) debit(book, name, with string, amount int64) {
	if amount != 0 {
		s.Balances[Account{book, name, with}] += amount
	}
}

func (s Sheet) credit(book, name, with string, amount int64) { s.debit(book, name, with, -amount) }

// owe has a member owe another, in both books.
func (s Sheet) owe(group, debtor, creditor string, amount int64) {
	s.credit(debtor, "due_to_coinsurer", creditor, amount)
	s.debit(creditor, "due_from_coinsurer", debtor, amount)
	if amount != 0 {
		s.Owed[Owing{group, debtor, creditor}] += amount
	}
}

// settled adds what settlements brought to zero; it changes nothing of what members came to owe.
func (s Sheet) settled(cleared map[Account]int64) {
	for key, amount := range cleared {
		s.Balances[key] += amount
	}
}

func (s Sheet) portion(stream, member string, amount int64) {
	if amount != 0 {
		s.Portions[Portion{stream, member}] = amount
	}
}

// creditSide are the accounts whose balance is positive on the credit side.
var creditSide = map[string]bool{
	"premium_received_in_advance": true, "premium_refund_payable": true, "due_to_coinsurer": true, "output_vat": true,
	"output_vat_pending": true, "commission_payable": true, "claim_advance_received": true,
	"unearned_premium_reserve": true, "outstanding_claims_reserve": true, "premium_written": true,
	"issuing_fee_income": true, "interest_income": true, "claims_recovered": true, "salvage_recovered": true,
}

// BetweenMembers says that an account tells what stands between two members.
func BetweenMembers(name string) bool {
	switch name {
	case "due_to_coinsurer", "due_from_coinsurer", "claim_advance_paid", "claim_advance_received":
		return true
	default:
		return false
	}
}

// Normal is a balance as it is shown: positive on its account's side.
func Normal(name string, balance int64) int64 {
	if creditSide[name] {
		return -balance
	}
	return balance
}

// account is what an account of a pool's books comes to, and when it came to it.
type account struct {
	total  int64
	kept   int64           // at the last close
	months map[Month]int64 // by accounting month, those not yet closed
	moved  []movement
}

type movement struct {
	effective, recorded Day
	amount              int64
}

// post books the difference between two sheets of a policy or claim. What members owe each other more than before, or
// less, stands on no statement yet.
func (p *Pool) post(subject string, before, after Sheet, effective, today Day) {
	for key, amount := range after.Owed {
		p.await(subject, key, effective, amount-before.Owed[key])
	}
	for key, amount := range before.Owed {
		if _, there := after.Owed[key]; !there {
			p.await(subject, key, effective, -amount)
		}
	}
	month := p.month(effective)
	for key, balance := range after.Balances {
		p.move(key, balance-before.Balances[key], effective, today, month)
	}
	for key, balance := range before.Balances {
		if _, there := after.Balances[key]; !there {
			p.move(key, -balance, effective, today, month)
		}
	}
}

func (p *Pool) move(key Account, amount int64, effective, today Day, month Month) {
	if amount == 0 {
		return
	}
	if p.first == 0 || effective < p.first {
		p.first = effective
	}
	p.last = max(p.last, effective)
	kept := p.accounts[key]
	if kept == nil {
		kept = &account{months: map[Month]int64{}}
		p.accounts[key] = kept
	}
	kept.total += amount
	kept.months[month] += amount
	for i := len(kept.moved) - 1; i >= 0 && kept.moved[i].recorded == today; i-- {
		if kept.moved[i].effective == effective {
			kept.moved[i].amount += amount
			return
		}
	}
	kept.moved = append(kept.moved, movement{effective, today, amount})
}

// by is what an account came to by an effective day, as known at the end of another; none for all.
func (c *account) by(effective, known Day) int64 {
	if effective == 0 && known == 0 {
		return c.total
	}
	sum := int64(0)
	for _, m := range c.moved {
		if (effective == 0 || m.effective <= effective) && (known == 0 || m.recorded <= known) {
			sum += m.amount
		}
	}
	return sum
}

// Balances are a pool's accounts, debits less credits; those that come to nothing are left out.
func (p *Pool) Balances() map[Account]int64 {
	balances := make(map[Account]int64, len(p.accounts))
	for key, kept := range p.accounts {
		if kept.total != 0 {
			balances[key] = kept.total
		}
	}
	return balances
}

// Dated is an account on a day.
type Dated struct {
	Account

	Effective Day
}

// Dated is what a pool's accounts moved by on each day on which something has effect; days without a movement are left
// out.
func (p *Pool) Dated() map[Dated]int64 {
	moved := map[Dated]int64{}
	for key, kept := range p.accounts {
		for _, m := range kept.moved {
			on := Dated{key, m.effective}
			if moved[on] += m.amount; moved[on] == 0 {
				delete(moved, on)
			}
		}
	}
	return moved
}

// Events are how many events of each type the pool has announced.
func (p *Pool) Events() map[string]int { return p.events }
