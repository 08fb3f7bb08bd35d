package money_test

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"gongbao/internal/money"
)

func TestSheetNumber(t *testing.T) {
	t.Parallel()
	tenth, fifth := 0.1, 0.2
	for name, one := range map[string]struct {
		cell float64
		fen  int64
	}{
		"OK a premium":              {1000000.01, 100_000_001},
		"OK a refund":               {-20000, -2_000_000},
		"OK nothing":                {0, 0},
		"OK minus nothing":          {math.Copysign(0, -1), 0},
		"OK a sum of the sheet's":   {tenth + fifth, 30},
		"OK a fen that floats miss": {1.01, 101},
		"OK above 2^33 fen":         {200000000.01, 20_000_000_001},
		"OK the largest":            {9999999999999.99, 999_999_999_999_999},
		"OK the largest, negative":  {-9999999999999.99, -999_999_999_999_999},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := money.SheetNumber(one.cell); err != nil || got != money.Fen(one.fen) {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
	for name, cell := range map[string]float64{
		"Err half a fen": 1.005, "Err a hundredth of a fen": 1.0001, "Err a hundred-thousandth of a fen": 1.0000001,
		"Err a third": 1.0 / 3, "Err not a number": math.NaN(), "Err infinite": math.Inf(1),
		"Err infinite below": math.Inf(-1),
		"Err beyond 2^53":    90071992547409.93, "Err sixteen digits": 10000000000000.01, "Err huge": math.MaxFloat64,
		"Err half a fen of much": 9999999999999.875,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := money.SheetNumber(cell); err == nil {
				t.Errorf("got %s", got)
			}
		})
	}
	t.Run("OK every amount of fifteen digits comes back from its cell", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			wanted := money.Fen(rapid.Int64Range(-999_999_999_999_999, 999_999_999_999_999).Draw(t, "fen"))
			cell, err := strconv.ParseFloat(wanted.String(), 64)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := money.SheetNumber(cell); err != nil || got != wanted {
				t.Fatalf("got %s, %v, wanted %s", got, err, wanted)
			}
		})
	})
}

func TestToSheet(t *testing.T) {
	t.Parallel()
	for _, fen := range []int64{1, -1, 30, 101, -999_999_999_999_999, 999_999_999_999_999} {
		yuan, exact := money.Fen(fen).ToSheet()
		if !exact || strconv.FormatFloat(yuan, 'f', 2, 64) != money.Fen(fen).String() {
			t.Errorf("%d fen are %v, %v", fen, yuan, exact)
		}
	}
	for _, fen := range []int64{1_000_000_000_000_001, math.MaxInt64, math.MinInt64} {
		if yuan, exact := money.Fen(fen).ToSheet(); exact {
			t.Errorf("%d fen are %v exactly", fen, yuan)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		amount := money.Fen(rapid.Int64().Draw(t, "fen"))
		yuan, exact := amount.ToSheet()
		if back, err := money.SheetNumber(yuan); exact && (err != nil || back != amount) {
			t.Fatalf("%s comes back as %s, %v", amount, back, err)
		}
	})
}
