package money

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"
)

// RoundFen is the one rounding of the house: half away from zero, to the fen. The decimal is in yuan; what lies
// beyond MaxAmount is refused.
func RoundFen(yuan decimal.Decimal) (Amount, error) {
	decimals := int32(CNY.Decimals()) //nolint:gosec // two
	if yuan.IsZero() {
		return Amount{}, nil
	}
	// The magnitude is read off the digits first, because rescaling 1e1000000000 would fill the memory.
	switch digits := yuan.NumDigits() + int(yuan.Exponent()); {
	case digits > 20:
		return Amount{}, fmt.Errorf("a number of %d digits is beyond the largest amount, %s", digits, Fen(MaxAmount))
	case digits < -int(decimals):
		return Amount{}, nil
	}
	fen := yuan.Shift(decimals).Round(0)
	if fen.Abs().GreaterThan(decimal.NewFromInt(MaxAmount)) {
		return Amount{}, fmt.Errorf("%s is beyond the largest amount, %s", yuan, Fen(MaxAmount))
	}
	return Fen(fen.IntPart()), nil
}

// Apply is round(rate × amount). It panics with *Overflow when the product does not fit.
func Apply(rate Rate, amount Amount) Amount {
	fen, ok := roundedRatio(amount.fen, rate.e8, one)
	if !ok {
		panic(tooLarge("%s of %s", rate.Percent(), amount))
	}
	return amount.Like(fen)
}

// NetOf is round(gross ÷ (1 + rate)): what is left of a gross amount without the tax that it contains.
func NetOf(gross Amount, rate Rate) Amount {
	fen, ok := roundedRatio(gross.fen, one, one+rate.e8)
	if !ok {
		panic(tooLarge("%s without %s", gross, rate.Percent()))
	}
	return gross.Like(fen)
}

// ProRata is round(amount × numerator ÷ denominator), for days. It panics with *Overflow when the result does not
// fit, which nothing divided by no days does.
func ProRata(amount Amount, numerator, denominator int) Amount {
	fen, ok := roundedRatio(amount.fen, int64(numerator), int64(denominator))
	if !ok {
		panic(tooLarge("%s × %d ÷ %d", amount, numerator, denominator))
	}
	return amount.Like(fen)
}

// ProRataOf is round(amount × numerator ÷ denominator × part ÷ whole), in one rounding: days, of a part of something.
// It panics with *Overflow when the result does not fit, which nothing divided by nothing does.
func ProRataOf(amount Amount, numerator, denominator int, part, whole Amount) Amount {
	above := new(big.Int).Mul(big.NewInt(int64(numerator)), big.NewInt(part.fen))
	above.Mul(above, big.NewInt(amount.fen))
	below := new(big.Int).Mul(big.NewInt(int64(denominator)), big.NewInt(whole.fen))
	if below.Sign() == 0 {
		panic(tooLarge("%s × %d ÷ %d × %s ÷ %s", amount, numerator, denominator, part, whole))
	}
	fen, ok := roundedQuotient(above, below)
	if !ok {
		panic(tooLarge("%s × %d ÷ %d × %s ÷ %s", amount, numerator, denominator, part, whole))
	}
	return amount.Like(fen)
}

// PartOf is round(share × amount), for a share that is taken of an amount and leaves a rest to nobody.
func PartOf(share Share, amount Amount) Amount {
	fen, ok := roundedRatio(amount.fen, share.e8, one)
	if !ok {
		panic(tooLarge("%s of %s", share.Percent(), amount))
	}
	return amount.Like(fen)
}

// Proportion is round(amount × part ÷ whole). It panics with *Overflow when the result does not fit, which nothing
// divided by no whole does.
func Proportion(amount, part, whole Amount) Amount {
	fen, ok := roundedRatio(amount.fen, part.fen, whole.fen)
	if !ok {
		panic(tooLarge("%s × %s ÷ %s", amount, part, whole))
	}
	return amount.Like(fen)
}

// roundedRatio is a × b ÷ c, exact in 128 bits and then rounded half away from zero; false when it does not fit.
func roundedRatio(a, b, c int64) (int64, bool) {
	x, xNegative := split(a)
	y, yNegative := split(b)
	z, zNegative := split(c)
	high, low := bits.Mul64(x, y)
	if high >= z {
		return 0, false
	}
	quotient, rest := bits.Div64(high, low, z)
	if rest >= z-rest {
		if quotient == math.MaxUint64 {
			return 0, false
		}
		quotient++
	}
	return join(quotient, xNegative != yNegative != zNegative)
}

// roundedQuotient is above ÷ below, rounded half away from zero; false when it does not fit. Below is not zero.
func roundedQuotient(above, below *big.Int) (int64, bool) {
	// (2 × |above| + |below|) ÷ (2 × |below|), with the sign put back
	twice, divisor := new(big.Int).Abs(above), new(big.Int).Abs(below)
	twice.Add(twice.Lsh(twice, 1), divisor)
	twice.Quo(twice, divisor.Lsh(divisor, 1))
	if above.Sign()*below.Sign() < 0 {
		twice.Neg(twice)
	}
	return twice.Int64(), twice.IsInt64()
}
