package auditor

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
)

// lateness is what late interest is rounded for.
type lateness struct {
	month            Month
	debtor, creditor string
}

// year is how many days late interest counts to one.
const year = 365

// chargeInterest books late interest on the first of a month: of every month that has ended what it comes to now, less
// what was booked of it before.
func (a *Auditor) chargeInterest() {
	if a.Today != a.Today.Month().First() {
		return
	}
	for _, code := range slices.Sorted(maps.Keys(a.Pools)) {
		pool := a.Pools[code]
		owed := pool.interest(a.Today.Month() - 1)
		for late := range pool.booked {
			owed[late] += 0
		}
		for _, late := range slices.SortedFunc(maps.Keys(owed), lateness.compare) {
			if amount := owed[late] - pool.booked[late]; amount != 0 {
				a.bookInterest(pool, late, amount)
			}
		}
	}
}

func (l lateness) compare(other lateness) int {
	return cmp.Or(cmp.Compare(l.month, other.month), cmp.Compare(l.debtor, other.debtor),
		cmp.Compare(l.creditor, other.creditor))
}

func (a *Auditor) bookInterest(pool *Pool, late lateness, amount int64) {
	s := newSheet()
	s.owe(OfInterest, late.debtor, late.creditor, amount)
	s.debit(late.debtor, "interest_expense", "", amount)
	s.credit(late.creditor, "interest_income", "", amount)
	pool.post("", newSheet(), s, late.month.Last(), a.Today)
	pool.booked[late] += amount
	pool.count("coinsurance.late_interest_booked", 1)
	a.count("late interest")
	if amount < 0 {
		a.count("late interest taken back")
	}
}

// interest is what late interest comes to of every month through one, and every pair.
func (p *Pool) interest(through Month) map[lateness]int64 {
	sums := map[lateness]*big.Int{}
	for _, run := range p.runs {
		for place := range run.Orders {
			if run.late != 0 {
				run.accrue(place, through, sums)
			}
		}
	}
	owed := map[lateness]int64{}
	for late, sum := range sums {
		bottom := big.NewInt(2 * year * Whole)
		top := new(big.Int).Lsh(sum, 1)
		if top.Sign() < 0 {
			top.Sub(top, big.NewInt(year*Whole))
		} else {
			top.Add(top, big.NewInt(year*Whole))
		}
		owed[late] = top.Quo(top, bottom).Int64()
	}
	return owed
}

// accrue adds what an order costs by month: each day after the due one, the rate on what was unpaid at the end of the
// day before.
func (s *Settlement) accrue(place int, through Month, sums map[lateness]*big.Int) {
	order, moved := &s.Orders[place], slices.Clone(s.moved[place])
	slices.SortFunc(moved, func(x, y movement) int { return cmp.Compare(x.effective, y.effective) })
	unpaid := order.Amount
	day, last := s.due+1, through.Last() // the first day that costs, and the last
	if order.Back {
		day = s.backDue + 1
	}
	if order.Void != 0 {
		last = min(last, order.Void)
	}
	for i := 0; day <= last; {
		for ; i < len(moved) && moved[i].effective < day; i++ {
			unpaid -= moved[i].amount
		}
		until := min(last, day.Month().Last())
		if i < len(moved) {
			until = min(until, moved[i].effective)
		} else if unpaid == 0 {
			return
		}
		if unpaid > 0 {
			late := lateness{day.Month(), order.Payer, order.Payee}
			if sums[late] == nil {
				sums[late] = new(big.Int)
			}
			cost := new(big.Int).Mul(big.NewInt(unpaid), big.NewInt(s.late))
			sums[late].Add(sums[late], cost.Mul(cost, big.NewInt(int64(until-day+1))))
		}
		day = until + 1
	}
}
