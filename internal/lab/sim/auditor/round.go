package auditor

import (
	"math/big"
	"math/bits"
)

// Whole is one, in the units in which shares and rates are counted: hundred-millionths.
const Whole = 100_000_000

// scaled is a × b ÷ c, rounded half away from zero. A product that does not fit is worked out on paper.
func scaled(a, b, c int64) int64 {
	negative := a < 0 != (b < 0)
	x, y := magnitude(a), magnitude(b)
	high, product := bits.Mul64(x, y)
	var result int64
	if high == 0 && product < 1<<62 {
		result = int64((2*product + uint64(c)) / (2 * uint64(c))) //nolint:gosec // below 1<<62
	} else {
		top := new(big.Int).Mul(new(big.Int).SetUint64(x), new(big.Int).SetUint64(y))
		top.Lsh(top, 1).Add(top, big.NewInt(c))
		result = top.Quo(top, new(big.Int).Lsh(big.NewInt(c), 1)).Int64()
	}
	if negative {
		return -result
	}
	return result
}

func magnitude(value int64) uint64 {
	if value < 0 {
		return uint64(-value)
	}
	return uint64(value)
}

// scaledTwice is a × b ÷ c × d ÷ e, rounded once. None but a is negative.
func scaledTwice(a, b, c, d, e int64) int64 {
	product := func(x, y int64) *big.Int { return new(big.Int).Mul(big.NewInt(x), big.NewInt(y)) }
	top, bottom := new(big.Int).Mul(product(a, b), big.NewInt(d)), product(c, e)
	half := new(big.Int).Set(bottom)
	if top.Sign() < 0 {
		half.Neg(half)
	}
	top.Lsh(top, 1).Add(top, half)
	return top.Quo(top, bottom.Lsh(bottom, 1)).Int64() // cut toward zero, after a half away from it
}

// portionsBelow is share × total for a total above zero: whole fen, and what is left over in hundred-millionths.
func portionsBelow(share, total int64) (fen, left int64) {
	high, product := bits.Mul64(uint64(share), uint64(total)) //nolint:gosec // neither is negative
	if high == 0 {
		return int64(product / Whole), int64(product % Whole) //nolint:gosec // a product of fen divided
	}
	whole, rest := new(big.Int).QuoRem(
		new(big.Int).Mul(big.NewInt(share), big.NewInt(total)), big.NewInt(Whole), new(big.Int),
	)
	return whole.Int64(), rest.Int64()
}

// applied is round(rate × amount).
func applied(rate, amount int64) int64 { return scaled(rate, amount, Whole) }

// netOf is round(gross ÷ (1 + rate)).
func netOf(gross, rate int64) int64 { return scaled(gross, Whole, Whole+rate) }
