package money

import "math/big"

// yearDays is the year that interest is counted by.
const yearDays = 365

// Interest is round(amount × rate × days ÷ 365): simple interest for whole days at a rate for a year.
func Interest(amount Amount, rate Rate, days int) Amount {
	fen, ok := roundedRatio(amount.fen, rate.e8*int64(days), one*yearDays)
	if !ok {
		panic(tooLarge("%s on %s for %d days", rate.Percent(), amount, days))
	}
	return amount.Like(fen)
}

// Accrual adds up simple interest on several amounts of one currency, exactly, so that it is rounded once for all of
// them. The zero value has none.
type Accrual struct {
	sum  big.Int // fen × rate × days
	last *Amount // that was added; it has the currency
}

// Add adds interest on an amount at a rate for a year, for whole days. It panics with *Overflow if the currencies
// differ.
func (a *Accrual) Add(amount Amount, rate Rate, days int) {
	if a.last != nil {
		if refusal := mixed(*a.last, amount, "+"); refusal != nil {
			panic(refusal)
		}
	}
	a.last = &amount
	part := new(big.Int).Mul(big.NewInt(amount.fen), big.NewInt(rate.e8))
	a.sum.Add(&a.sum, part.Mul(part, big.NewInt(int64(days))))
}

// Interest is what was added up, ÷ 365 and rounded; zero yuan where nothing was added.
func (a *Accrual) Interest() Amount {
	fen, ok := roundedQuotient(&a.sum, big.NewInt(one*yearDays))
	if !ok {
		panic(tooLarge("interest of %s ÷ %d", &a.sum, yearDays))
	}
	if a.last == nil {
		return Amount{}
	}
	return a.last.Like(fen)
}
