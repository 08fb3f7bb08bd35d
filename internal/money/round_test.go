package money_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"gongbao/internal/money"
)

// halfAway is the reference: half away from zero in rationals, by way of adding a half and cutting.
func halfAway(exact *big.Rat) *big.Int {
	doubled := new(big.Int).Lsh(new(big.Int).Abs(exact.Num()), 1)
	doubled.Add(doubled, exact.Denom())
	rounded := doubled.Quo(doubled, new(big.Int).Lsh(exact.Denom(), 1))
	if exact.Sign() < 0 {
		rounded.Neg(rounded)
	}
	return rounded
}

// same holds that work gives the rational rounded, or overflows just when it does not fit.
func same(t interface{ Fatalf(string, ...any) }, exact *big.Rat, work func() money.Amount) {
	wanted := halfAway(exact)
	var got money.Amount
	overflowed := func() (overflowed bool) {
		defer func() {
			if reason := recover(); reason != nil {
				overflow, ok := reason.(*money.Overflow)
				overflowed = ok && errors.Is(overflow, money.ErrSumTooLarge)
			}
		}()
		got = work()
		return false
	}()
	switch {
	case overflowed != !wanted.IsInt64():
		t.Fatalf("overflow is %v, wanted %s", overflowed, wanted)
	case !overflowed && got.Fen() != wanted.Int64():
		t.Fatalf("got %d fen, wanted %s", got.Fen(), wanted)
	}
}

func ratOf(numerator, denominator int64) *big.Rat { return big.NewRat(numerator, denominator) }

func TestRounding(t *testing.T) {
	t.Parallel()
	rate, amount := money.MustRate, money.MustAmount
	for name, one := range map[string]struct {
		got    money.Amount
		wanted string
	}{
		"OK VAT of a premium":             {money.Apply(rate("6%"), amount("1000000.00")), "60000.00"},
		"OK VAT of 100.01":                {money.Apply(rate("6%"), amount("100.01")), "6.00"},
		"OK half a fen goes away":         {money.Apply(rate("50%"), amount("0.01")), "0.01"},
		"OK half a fen below goes away":   {money.Apply(rate("50%"), amount("-0.01")), "-0.01"},
		"OK less than half goes":          {money.Apply(rate("49.999999%"), amount("0.01")), "0.00"},
		"OK commission of 833.33":         {money.Apply(rate("12.5%"), amount("833.33")), "104.17"},
		"OK issuing fee of 833.33":        {money.Apply(rate("3.33%"), amount("833.33")), "27.75"},
		"OK of nothing":                   {money.Apply(rate("6%"), money.Amount{}), "0.00"},
		"OK nothing of it":                {money.Apply(money.Rate{}, amount("5")), "0.00"},
		"OK net of 126.01":                {money.NetOf(amount("126.01"), rate("6%")), "118.88"},
		"OK net of a refund":              {money.NetOf(amount("-126.01"), rate("6%")), "-118.88"},
		"OK net without tax":              {money.NetOf(amount("126.01"), money.Rate{}), "126.01"},
		"OK days of a year":               {money.ProRata(amount("1000000.00"), 184, 365), "504109.59"},
		"OK half a fen of days goes away": {money.ProRata(amount("-0.01"), 1, 2), "-0.01"},
		"OK no days left":                 {money.ProRata(amount("1000000.00"), 0, 365), "0.00"},
		"OK interest of a late call":      {money.Interest(amount("2800000.00"), rate("4.35%"), 7), "2335.89"},
		"OK interest of no day":           {money.Interest(amount("2800000.00"), rate("4.35%"), 0), "0.00"},
		"OK a share taken":                {money.PartOf(money.MustShare("80%"), amount("0.03")), "0.02"},
		"OK a third":                      {money.Proportion(amount("100.00"), amount("1.00"), amount("3.00")), "33.33"},
		"OK days of both signs":           {money.ProRata(amount("1.00"), -1, -2), "0.50"},
		"OK the smallest amount is held":  {money.Apply(rate("1"), money.Fen(math.MinInt64)), "-92233720368547758.08"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if one.got.String() != one.wanted {
				t.Errorf("got %s, wanted %s", one.got, one.wanted)
			}
		})
	}
	t.Run("OK the currency is kept", func(t *testing.T) {
		t.Parallel()
		foreign := money.In(money.Foreign, 1000)
		for _, got := range []money.Amount{
			money.Apply(rate("1"), foreign), money.NetOf(foreign, money.Rate{}), money.ProRata(foreign, 1, 1),
		} {
			if got != foreign {
				t.Errorf("got %s %s", got, got.Currency())
			}
		}
	})
}

func TestRoundFen(t *testing.T) {
	t.Parallel()
	for text, wanted := range map[string]string{
		"0.005": "0.01", "-0.005": "-0.01", "0.0049999999999999999999": "0.00", "1.115": "1.12", "1000000.01": "1000000.01",
		"1e14":                 "100000000000000.00",
		"100000000000000.0049": "100000000000000.00",
		"9e-3":                 "0.01", "4e-3": "0.00", "-99e-4": "-0.01",
	} {
		t.Run("OK "+text, func(t *testing.T) {
			t.Parallel()
			if got, err := money.RoundFen(decimal.RequireFromString(text)); err != nil || got.String() != wanted {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
	t.Run("OK an exponent that would fill the memory", func(t *testing.T) {
		t.Parallel()
		for _, tiny := range []decimal.Decimal{decimal.New(1, -2_000_000_000), decimal.New(0, 2_000_000_000)} {
			if got, err := money.RoundFen(tiny); err != nil || !got.IsZero() {
				t.Errorf("got %s, %v", got, err)
			}
		}
		if got, err := money.RoundFen(decimal.New(1, 2_000_000_000)); err == nil {
			t.Errorf("got %s", got)
		}
	})
	for _, text := range []string{"100000000000000.005", "-100000000000000.01", "1e20", "1e9999"} {
		t.Run("Err "+text, func(t *testing.T) {
			t.Parallel()
			got, err := money.RoundFen(decimal.RequireFromString(text))
			if err == nil || !strings.Contains(err.Error(), "beyond the largest amount") {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}

func TestRoundingHolds(t *testing.T) {
	t.Parallel()
	anyFen := rapid.OneOf(
		rapid.Int64(), rapid.Int64Range(-1000, 1000), rapid.Int64Range(-money.MaxAmount, money.MaxAmount),
	)
	anyRate := rapid.Custom(func(t *rapid.T) money.Rate {
		rate, err := money.RateOf(rapid.Int64Range(0, money.MaxRate*100_000_000).Draw(t, "e8"))
		if err != nil {
			t.Fatal(err)
		}
		return rate
	})
	t.Run("OK Apply is the rational product, rounded once", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			fen, rate := anyFen.Draw(t, "fen"), anyRate.Draw(t, "rate")
			exact := new(big.Rat).Mul(ratOf(fen, 1), ratOf(rate.E8(), 100_000_000))
			same(t, exact, func() money.Amount { return money.Apply(rate, money.Fen(fen)) })
		})
	})
	t.Run("OK Apply is RoundFen of the decimal product", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			amount := money.Fen(rapid.Int64Range(-money.MaxAmount/money.MaxRate, money.MaxAmount/money.MaxRate).Draw(t, "fen"))
			rate := anyRate.Draw(t, "rate")
			wanted, err := money.RoundFen(rate.Decimal().Mul(amount.Decimal()))
			if got := money.Apply(rate, amount); err != nil || got != wanted {
				t.Fatalf("got %s, wanted %s, %v", got, wanted, err)
			}
		})
	})
	t.Run("OK ProRata is the rational quotient, rounded once", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			fen, days := anyFen.Draw(t, "fen"), rapid.IntRange(-4000, 4000).Draw(t, "days")
			period := rapid.IntRange(1, 4000).Draw(t, "period")
			exact := new(big.Rat).Mul(ratOf(fen, 1), ratOf(int64(days), int64(period)))
			same(t, exact, func() money.Amount { return money.ProRata(money.Fen(fen), days, period) })
		})
	})
	t.Run("OK the tax found in a gross amount is the tax put on the net one", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			net := money.Fen(rapid.Int64Range(-money.MaxAmount, money.MaxAmount).Draw(t, "fen"))
			rate := money.MustRate(rapid.SampledFrom([]string{"0", "3%", "6%", "9%", "13%", "100%"}).Draw(t, "rate"))
			if got := money.NetOf(net.Add(money.Apply(rate, net)), rate); got != net {
				t.Fatalf("got %s, wanted %s", got, net)
			}
		})
	})
}

// Interest on parts is rounded once for all of them, and of one part it is what Interest says.
func TestInterestOnPartsIsRoundedOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var accrual money.Accrual
		exact := new(big.Rat)
		parts := rapid.IntRange(0, 9).Draw(t, "parts")
		var alone money.Amount
		for range parts {
			fen := rapid.Int64Range(-money.MaxAmount, money.MaxAmount).Draw(t, "fen")
			rate := money.MustRate(rapid.SampledFrom([]string{"0", "3.45%", "4.35%", "7.3%", "100%"}).Draw(t, "rate"))
			days := rapid.IntRange(0, 31).Draw(t, "days")
			accrual.Add(money.Fen(fen), rate, days)
			part := new(big.Rat).Mul(ratOf(fen, 1), ratOf(rate.E8(), 100_000_000))
			exact.Add(exact, part.Mul(part, ratOf(int64(days), 365)))
			alone = money.Interest(money.Fen(fen), rate, days)
		}
		same(t, exact, accrual.Interest)
		if parts == 1 && accrual.Interest() != alone {
			t.Fatalf("got %s, alone %s", accrual.Interest(), alone)
		}
	})
}

func FuzzNetOf(f *testing.F) {
	for _, fen := range []int64{0, 1, -1, 12601, -12601, 106, math.MaxInt64, math.MinInt64, 1e16} {
		for _, e8 := range []int64{0, 1, 6_000_000, 13_000_000, 100_000_000, 10_000_000_000} {
			f.Add(fen, e8)
		}
	}
	f.Fuzz(func(t *testing.T, fen, e8 int64) {
		rate, err := money.RateOf(e8)
		if err != nil {
			return
		}
		exact := new(big.Rat).Mul(ratOf(fen, 1), ratOf(100_000_000, 100_000_000+e8))
		same(t, exact, func() money.Amount { return money.NetOf(money.Fen(fen), rate) })
	})
}
