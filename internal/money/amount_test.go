package money_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongbao/internal/fault"
	"gongbao/internal/money"
)

func TestCurrency(t *testing.T) {
	t.Parallel()
	t.Run("OK the zero currency is the renminbi", func(t *testing.T) {
		t.Parallel()
		cny, err := money.CurrencyOf("CNY")
		if err != nil || cny != money.CNY || cny != (money.Currency{}) || cny != money.Fen(1).Currency() {
			t.Fatalf("got %v, %v", cny, err)
		}
		if cny.Code() != "CNY" || cny.String() != "CNY" || cny.Decimals() != 2 {
			t.Errorf("got %s with %d decimals", cny, cny.Decimals())
		}
	})
	t.Run("Err an unknown code", func(t *testing.T) {
		t.Parallel()
		if _, err := money.CurrencyOf("cny"); err == nil {
			t.Error("cny was accepted")
		}
	})
}

func TestArithmetic(t *testing.T) {
	t.Parallel()
	a, b := money.MustAmount("1000000.01"), money.MustAmount("-20000.00")
	for name, one := range map[string]struct{ got, wanted money.Amount }{
		"OK add":         {a.Add(b), money.MustAmount("980000.01")},
		"OK sub":         {a.Sub(b), money.MustAmount("1020000.01")},
		"OK neg":         {b.Neg(), money.MustAmount("20000")},
		"OK abs":         {b.Abs(), money.MustAmount("20000")},
		"OK abs of plus": {a.Abs(), a},
		"OK min":         {money.Min(a, b), b},
		"OK min turned":  {money.Min(b, a), b},
		"OK max":         {money.Max(a, b), a},
		"OK max turned":  {money.Max(b, a), a},
		"OK sum":         {money.Sum(a, b, a), money.MustAmount("1980000.02")},
		"OK sum of none": {money.Sum(), money.Amount{}},
		"OK sub to edge": {money.Fen(-1).Sub(money.Fen(math.MaxInt64)), money.Fen(math.MinInt64)},
		"OK add to edge": {money.Fen(math.MaxInt64).Add(money.Fen(math.MinInt64)), money.Fen(-1)},
		"OK foreign":     {money.In(money.Foreign, 5).Add(money.In(money.Foreign, 2)), money.In(money.Foreign, 7)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if one.got != one.wanted {
				t.Errorf("got %s, wanted %s", one.got, one.wanted)
			}
		})
	}
	t.Run("OK questions", func(t *testing.T) {
		t.Parallel()
		if a.Cmp(b) != 1 || b.Cmp(a) != -1 || a.Cmp(a) != 0 || a.Sign() != 1 || b.Sign() != -1 ||
			!b.IsNegative() || a.IsNegative() || a.IsZero() || !(money.Amount{}).IsZero() {
			t.Error("an answer is wrong")
		}
		if a.Decimal().String() != "1000000.01" || a.Fen() != 100_000_001 {
			t.Errorf("got %s, %d", a.Decimal(), a.Fen())
		}
	})
}

// refusalOf runs what must panic, as pg.InTx does, and gives the error that InTx would return.
func refusalOf(t *testing.T, work func()) (err error) {
	t.Helper()
	defer func() {
		if err = money.Recovered(recover()); err == nil {
			t.Fatal("no overflow was reported")
		}
	}()
	work()
	return nil
}

func TestOverflow(t *testing.T) {
	t.Parallel()
	most, least, fen := money.Fen(math.MaxInt64), money.Fen(math.MinInt64), money.Fen(1)
	foreign := money.In(money.Foreign, 1)
	for name, one := range map[string]struct {
		work   func()
		wanted *fault.Fault
	}{
		"Err add":             {func() { most.Add(fen) }, money.ErrSumTooLarge},
		"Err add below":       {func() { least.Add(fen.Neg()) }, money.ErrSumTooLarge},
		"Err sub":             {func() { least.Sub(fen) }, money.ErrSumTooLarge},
		"Err sub above":       {func() { money.Fen(0).Sub(least) }, money.ErrSumTooLarge},
		"Err sum":             {func() { money.Sum(fen, most) }, money.ErrSumTooLarge},
		"Err neg":             {func() { least.Neg() }, money.ErrSumTooLarge},
		"Err abs":             {func() { least.Abs() }, money.ErrSumTooLarge},
		"Err apply":           {func() { money.Apply(money.MustRate("100"), most) }, money.ErrSumTooLarge},
		"Err apply just over": {func() { money.Apply(money.MustRate("100.000001%"), most) }, money.ErrSumTooLarge},
		"Err pro rata":        {func() { money.ProRata(most, 2, 1) }, money.ErrSumTooLarge},
		"Err pro rata turned": {func() { money.ProRata(least, -1, 1) }, money.ErrSumTooLarge},
		"Err no days":         {func() { money.ProRata(fen, 1, 0) }, money.ErrSumTooLarge},
		"Err mixed add":       {func() { fen.Add(foreign) }, money.ErrCurrenciesMixed},
		"Err mixed sub":       {func() { fen.Sub(foreign) }, money.ErrCurrenciesMixed},
		"Err mixed cmp":       {func() { fen.Cmp(foreign) }, money.ErrCurrenciesMixed},
		"Err mixed min":       {func() { money.Min(fen, foreign) }, money.ErrCurrenciesMixed},
		"Err mixed sum":       {func() { money.Sum(fen, foreign) }, money.ErrCurrenciesMixed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := refusalOf(t, one.work)
			if !errors.Is(err, one.wanted) || fault.CodeOf(err) != one.wanted.Code || !strings.Contains(err.Error(), "(") {
				t.Errorf("got %v, wanted %v with its operation", err, one.wanted)
			}
		})
	}
	t.Run("Err add checked", func(t *testing.T) {
		t.Parallel()
		if _, err := most.AddChecked(fen); !errors.Is(err, money.ErrSumTooLarge) {
			t.Errorf("got %v", err)
		}
		if _, err := fen.AddChecked(foreign); !errors.Is(err, money.ErrCurrenciesMixed) {
			t.Errorf("got %v", err)
		}
		if sum, err := fen.AddChecked(fen); err != nil || sum != money.Fen(2) {
			t.Errorf("got %s, %v", sum, err)
		}
	})
	t.Run("Err the zero Overflow still says something", func(t *testing.T) {
		t.Parallel()
		if err := new(money.Overflow); !errors.Is(err, money.ErrSumTooLarge) || err.Error() == "" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("OK another panic is none of ours", func(t *testing.T) {
		t.Parallel()
		if err := money.Recovered("a mistake"); err != nil {
			t.Errorf("got %v", err)
		}
	})
}

func TestArithmeticHolds(t *testing.T) {
	t.Parallel()
	amount := rapid.Custom(func(t *rapid.T) money.Amount {
		return money.Fen(rapid.Int64Range(-money.MaxAmount, money.MaxAmount).Draw(t, "fen"))
	})
	t.Run("OK subtracting undoes adding, in any order", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			a, b, c := amount.Draw(t, "a"), amount.Draw(t, "b"), amount.Draw(t, "c")
			if a.Add(b).Sub(b) != a || a.Add(b) != b.Add(a) || a.Add(b).Add(c) != money.Sum(c, a, b) {
				t.Fatal("the sums differ")
			}
			if a.Sub(b) != b.Sub(a).Neg() || a.Cmp(b) != a.Sub(b).Sign() {
				t.Fatal("the differences differ")
			}
			if !a.Decimal().Add(b.Decimal()).Equal(a.Add(b).Decimal()) {
				t.Fatal("the decimals differ")
			}
		})
	})
	t.Run("OK an overflow is never a wrong sum", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
			sum, err := money.Fen(a).AddChecked(money.Fen(b))
			exact := money.Fen(a).Decimal().Add(money.Fen(b).Decimal())
			if (err == nil) != (exact.Shift(2).BigInt().IsInt64()) || (err == nil && !sum.Decimal().Equal(exact)) {
				t.Fatalf("got %s, %v, wanted %s", sum, err, exact)
			}
		})
	})
}
