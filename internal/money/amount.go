package money

import (
	"cmp"
	"math"

	"github.com/shopspring/decimal"
)

// MaxAmount is the largest amount, in fen, that is accepted from outside: a hundred trillion yuan. It leaves room
// to add up nine hundred such amounts before arithmetic overflows.
const MaxAmount int64 = 10_000_000_000_000_000

// Amount is an exact amount in minor units (fen) of its currency. The zero Amount is zero yuan. Two amounts are ==
// when they are the same sum of the same currency.
type Amount struct {
	fen      int64
	currency Currency
}

// Fen is the amount of so many fen of renminbi.
func Fen(fen int64) Amount { return Amount{fen: fen} }

// Minor is the amount of so many minor units of the currency.
func (c Currency) Minor(units int64) Amount { return Amount{fen: units, currency: c} }

// Fen is the amount in minor units.
func (a Amount) Fen() int64 { return a.fen }

// Currency is what the amount is counted in.
func (a Amount) Currency() Currency { return a.currency }

// Like is an amount of so many minor units of the same currency.
func (a Amount) Like(fen int64) Amount { return Amount{fen: fen, currency: a.currency} }

// Decimal is the amount in major units (yuan), exactly.
func (a Amount) Decimal() decimal.Decimal {
	return decimal.New(a.fen, -int32(a.currency.Decimals())) //nolint:gosec // decimals are 0 to 3
}

// Add is a + b. It panics with *Overflow when the sum does not fit or the currencies differ.
func (a Amount) Add(b Amount) Amount { return must(a.AddChecked(b)) }

// AddChecked is a + b, or an *Overflow for callers that nobody recovers.
func (a Amount) AddChecked(b Amount) (Amount, error) {
	if refusal := mixed(a, b, "+"); refusal != nil {
		return Amount{}, refusal
	}
	sum := a.fen + b.fen
	if (a.fen < 0) == (b.fen < 0) && (sum < 0) != (a.fen < 0) {
		return Amount{}, tooLarge("%s + %s", a, b)
	}
	return a.Like(sum), nil
}

// Sub is a − b. It panics with *Overflow when the difference does not fit or the currencies differ.
func (a Amount) Sub(b Amount) Amount {
	if refusal := mixed(a, b, "-"); refusal != nil {
		panic(refusal)
	}
	difference := a.fen - b.fen
	if (a.fen < 0) != (b.fen < 0) && (difference < 0) != (a.fen < 0) {
		panic(tooLarge("%s - %s", a, b))
	}
	return a.Like(difference)
}

// Neg is −a. It panics with *Overflow for the one amount whose opposite does not fit.
func (a Amount) Neg() Amount {
	if a.fen == math.MinInt64 {
		panic(tooLarge("-(%s)", a))
	}
	return a.Like(-a.fen)
}

// Abs is the amount without its sign; it panics as Neg does.
func (a Amount) Abs() Amount {
	if a.fen < 0 {
		return a.Neg()
	}
	return a
}

// Cmp is -1, 0 or 1 as a is smaller than, equal to or larger than b. It panics with *Overflow if the currencies
// differ.
func (a Amount) Cmp(b Amount) int {
	if refusal := mixed(a, b, "compared with"); refusal != nil {
		panic(refusal)
	}
	return cmp.Compare(a.fen, b.fen)
}

// Sign is -1, 0 or 1.
func (a Amount) Sign() int { return cmp.Compare(a.fen, 0) }

// IsZero says that the amount is nothing, in whatever currency.
func (a Amount) IsZero() bool { return a.fen == 0 }

// IsNegative says that the amount is below zero.
func (a Amount) IsNegative() bool { return a.fen < 0 }

// Min is the smaller of the two; it panics as Cmp does.
func Min(a, b Amount) Amount {
	if a.Cmp(b) <= 0 {
		return a
	}
	return b
}

// Max is the larger of the two; it panics as Cmp does.
func Max(a, b Amount) Amount {
	if a.Cmp(b) >= 0 {
		return a
	}
	return b
}

// Sum adds up; of nothing it is zero yuan. It panics as Add does.
func Sum(amounts ...Amount) Amount {
	if len(amounts) == 0 {
		return Amount{}
	}
	sum := amounts[0]
	for _, amount := range amounts[1:] {
		sum = sum.Add(amount)
	}
	return sum
}

// mixed gives the refusal when the currencies differ.
func mixed(a, b Amount, operation string) *Overflow {
	if a.currency == b.currency {
		return nil
	}
	text := a.String() + " " + a.currency.Code() + " " + operation + " " + b.String() + " " + b.currency.Code()
	return &Overflow{Operation: text, rule: ErrCurrenciesMixed}
}

func must(amount Amount, err error) Amount {
	if err != nil {
		panic(err)
	}
	return amount
}

// String is the amount in major units with all decimals of its currency: "1000000.01".
func (a Amount) String() string { return string(a.appendTo(nil)) }

func (a Amount) appendTo(text []byte) []byte {
	magnitude, negative := split(a.fen)
	if negative {
		text = append(text, '-')
	}
	return appendFixed(text, magnitude, a.currency.Decimals())
}
