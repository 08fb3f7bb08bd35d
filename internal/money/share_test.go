package money_test

import (
	"encoding/json"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"gongbao/internal/money"
)

// rat reads a plain decimal text exactly, without a line of the package under test.
func rat(t *testing.T, text string) *big.Rat {
	t.Helper()
	value, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is not a number", text)
	}
	return value
}

func TestParseShare(t *testing.T) {
	t.Parallel()
	for text, wanted := range map[string]struct {
		e8            int64
		text, percent string
	}{
		"35%":         {35_000_000, "0.35", "35%"},
		"0.35":        {35_000_000, "0.35", "35%"},
		"33.333334%":  {33_333_334, "0.33333334", "33.333334%"},
		"0.00000001":  {1, "0.00000001", "0.000001%"},
		"100%":        {100_000_000, "1", "100%"},
		"1":           {100_000_000, "1", "100%"},
		"1.00000000":  {100_000_000, "1", "100%"},
		"0":           {0, "0", "0%"},
		"0%":          {0, "0", "0%"},
		"0.10000000":  {10_000_000, "0.1", "10%"},
		"010.000000%": {10_000_000, "0.1", "10%"},
	} {
		t.Run("OK "+text, func(t *testing.T) {
			t.Parallel()
			got, err := money.ParseShare(text)
			if err != nil || got.E8() != wanted.e8 || got.String() != wanted.text || got.Percent() != wanted.percent {
				t.Errorf("got %d, %s, %s, %v", got.E8(), got, got.Percent(), err)
			}
			if got.Decimal().String() != wanted.text || got.IsZero() != (wanted.e8 == 0) {
				t.Errorf("got %s", got.Decimal())
			}
		})
	}
	for text, reason := range map[string]string{
		"0.123456789": "eight decimals", "33.3333333%": "eight decimals", "0.350000000": "eight decimals",
		"-1%": "not a share", "-0.35": "not a share", "+0.35": "not a share", "35 %": "not a share", "35%%": "not a share",
		"%": "not a share", "": "not a share", "0,35": "not a share", "3.5e1%": "not a share", ".35": "not a share",
		"1.00000001": "above 1", "100.000001%": "above 1", "2": "above 1", "35": "above 1",
	} {
		t.Run("Err "+text, func(t *testing.T) {
			t.Parallel()
			if got, err := money.ParseShare(text); err == nil || !strings.Contains(err.Error(), reason) {
				t.Errorf("got %s, %v, wanted it to say %q", got, err, reason)
			}
		})
	}
}

func TestParseRate(t *testing.T) {
	t.Parallel()
	for text, wanted := range map[string]int64{
		"6%": 6_000_000, "0.06": 6_000_000, "12.5%": 12_500_000, "0": 0, "100": 10_000_000_000, "10000%": 10_000_000_000,
		"1.30": 130_000_000,
	} {
		t.Run("OK "+text, func(t *testing.T) {
			t.Parallel()
			got, err := money.ParseRate(text)
			if err != nil || got.E8() != wanted {
				t.Errorf("got %s, %v", got, err)
			}
			if money.MustRate(got.String()) != got || money.MustRate(got.Percent()) != got {
				t.Errorf("%s and %s are not read as they are written", got, got.Percent())
			}
			if !got.Decimal().Equal(money.MustRate(got.Percent()).Decimal()) || got.IsZero() != (wanted == 0) {
				t.Errorf("got %s", got.Decimal())
			}
		})
	}
	for text, reason := range map[string]string{
		"-6%": "not a rate", "6‰": "not a rate", "six": "not a rate", "0.000000001": "eight decimals",
		"100.00000001": "above 100", "10000.000001%": "above 100",
	} {
		t.Run("Err "+text, func(t *testing.T) {
			t.Parallel()
			if got, err := money.ParseRate(text); err == nil || !strings.Contains(err.Error(), reason) {
				t.Errorf("got %s, %v, wanted it to say %q", got, err, reason)
			}
		})
	}
}

func TestFractionsKept(t *testing.T) {
	t.Parallel()
	type terms struct {
		Share money.Share `json:"share"`
		Fee   money.Rate  `json:"fee"`
	}
	kept := terms{Share: money.MustShare("33.333334%"), Fee: money.MustRate("130%")}
	t.Run("OK JSON", func(t *testing.T) {
		t.Parallel()
		data, err := json.Marshal(kept)
		var got terms
		if err != nil || string(data) != `{"share":"0.33333334","fee":"1.3"}` {
			t.Fatalf("wrote %s, %v", data, err)
		}
		if err := json.Unmarshal(data, &got); err != nil || got != kept {
			t.Errorf("got %v from %s, %v", got, data, err)
		}
	})
	for _, text := range []string{"0.35", "null", `"2e0"`, `"-1"`, "[]"} {
		t.Run("Err JSON "+text, func(t *testing.T) {
			t.Parallel()
			got := kept
			if err := json.Unmarshal([]byte(`{"share":`+text+`}`), &got); err == nil || got != kept {
				t.Errorf("share: got %v, %v", got, err)
			}
			if err := json.Unmarshal([]byte(`{"fee":`+text+`}`), &got); err == nil || got != kept {
				t.Errorf("fee: got %v, %v", got, err)
			}
		})
	}
	t.Run("OK SQL", func(t *testing.T) {
		t.Parallel()
		share, _ := kept.Share.Value()
		fee, _ := kept.Fee.Value()
		var got terms
		if err := got.Share.Scan(share); err != nil || got.Share != kept.Share {
			t.Errorf("got %s, %v", got.Share, err)
		}
		if err := got.Fee.Scan(fee); err != nil || got.Fee != kept.Fee {
			t.Errorf("got %s, %v", got.Fee, err)
		}
	})
	for name, source := range map[string]any{
		"Err NULL": nil, "Err negative": int64(-1), "Err above all": int64(10_000_000_001), "Err float": 0.35,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := kept
			if got.Share.Scan(source) == nil || got.Fee.Scan(source) == nil || got != kept {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestFractionsOfHundredMillionths(t *testing.T) {
	t.Parallel()
	t.Run("OK of hundred-millionths", func(t *testing.T) {
		t.Parallel()
		if share, err := money.ShareOf(100_000_000); err != nil || share != money.Whole {
			t.Errorf("got %s, %v", share, err)
		}
		if rate, err := money.RateOf(6_000_000); err != nil || rate != money.MustRate("6%") {
			t.Errorf("got %s, %v", rate, err)
		}
	})
	for _, e8 := range []int64{-1, 100_000_001, 10_000_000_001} {
		t.Run("Err of hundred-millionths", func(t *testing.T) {
			t.Parallel()
			if share, err := money.ShareOf(e8); err == nil {
				t.Errorf("got %s", share)
			}
			if rate, err := money.RateOf(e8); (err == nil) != (e8 == 100_000_001) {
				t.Errorf("got %s, %v", rate, err)
			}
		})
	}
}

var canonicalShare = regexp.MustCompile(`^[0-9]+(\.([0-9]{1,6}%|[0-9]{1,8}))?%?$`)

func FuzzParseShare(f *testing.F) {
	for _, seed := range []string{
		"35%", "0.35", "33.333334%", "33.3333333%", "0.123456789", "1", "100%",
		"1.00000001", "-1%", "%", "", "0.%", "\xff%",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		share, err := money.ParseShare(text)
		rate, rateErr := money.ParseRate(text)
		if err != nil {
			if share != (money.Share{}) {
				t.Fatalf("%q was refused and read as %s", text, share)
			}
			return
		}
		if !canonicalShare.MatchString(text) || rateErr != nil || rate.E8() != share.E8() {
			t.Fatalf("%q was read as the share %s and the rate %s", text, share, rate)
		}
		wanted := rat(t, strings.TrimSuffix(text, "%"))
		if strings.HasSuffix(text, "%") {
			wanted.Quo(wanted, big.NewRat(100, 1))
		}
		if wanted.Cmp(big.NewRat(share.E8(), 100_000_000)) != 0 || wanted.Cmp(share.Decimal().Rat()) != 0 {
			t.Fatalf("%q was read as %s", text, share)
		}
		if money.MustShare(share.String()) != share || money.MustShare(share.Percent()) != share {
			t.Fatalf("%s is not read as it is written", share)
		}
	})
}
