package money_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongbao/internal/money"
)

func TestParseAmount(t *testing.T) {
	t.Parallel()
	for text, fen := range map[string]int64{
		"1000000.01": 100_000_001, "-20000.00": -2_000_000, "5": 500, "0": 0, "-0.00": 0, "0.5": 50, "007.10": 710,
		"100000000000000.00": money.MaxAmount, "-100000000000000": -money.MaxAmount,
	} {
		t.Run("OK "+text, func(t *testing.T) {
			t.Parallel()
			if got, err := money.ParseAmount(text); err != nil || got != money.Fen(fen) {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
	for text, reason := range map[string]string{
		"": "not an amount", "-": "not an amount", "--1": "not an amount", "+1": "not an amount", " 1": "not an amount",
		"1 ": "not an amount", "1,000.00": "not an amount", "1e3": "not an amount", ".5": "not an amount",
		"5.":    "not an amount",
		"1.2.3": "not an amount", "1.-2": "not an amount", "０": "not an amount", "NaN": "not an amount",
		"¥1":  "not an amount",
		"1\n": "not an amount", "0x10": "not an amount", "1_000": "not an amount",
		"0.001": "two decimals", "1.000": "two decimals",
		"100000000000000.01": "largest amount", "-100000000000000.01": "largest amount",
		"99999999999999999999":       "largest amount",
		strings.Repeat("9", 100_000): "largest amount", strings.Repeat("九", 100_000): "not an amount",
	} {
		t.Run("Err "+text[:min(len(text), 24)], func(t *testing.T) {
			t.Parallel()
			got, err := money.ParseAmount(text)
			if err == nil || !strings.Contains(err.Error(), reason) || len(err.Error()) > 200 {
				t.Errorf("got %s, %v, wanted it to say %q in short", got, err, reason)
			}
		})
	}
}

func TestAmountText(t *testing.T) {
	t.Parallel()
	for fen, text := range map[int64]string{
		0: "0.00", 1: "0.01", -1: "-0.01", 10: "0.10", 99: "0.99", -100: "-1.00", 100_000_001: "1000000.01",
		9223372036854775807: "92233720368547758.07", -9223372036854775808: "-92233720368547758.08",
	} {
		t.Run("OK "+text, func(t *testing.T) {
			t.Parallel()
			if got := money.Fen(fen).String(); got != text {
				t.Errorf("got %s", got)
			}
		})
	}
	t.Run("OK another currency has its own decimals", func(t *testing.T) {
		t.Parallel()
		if got := money.In(money.Foreign, -1).String(); got != "-0.001" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("OK what is written is read", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			wanted := money.Fen(rapid.Int64Range(-money.MaxAmount, money.MaxAmount).Draw(t, "fen"))
			if got := money.MustAmount(wanted.String()); got != wanted {
				t.Fatalf("got %s, wanted %s", got, wanted)
			}
			data, err := json.Marshal(wanted)
			var got money.Amount
			if err != nil || json.Unmarshal(data, &got) != nil || got != wanted || string(data) != `"`+wanted.String()+`"` {
				t.Fatalf("got %s from %s, %v", got, data, err)
			}
		})
	})
}

func TestAmountJSON(t *testing.T) {
	t.Parallel()
	type document struct {
		Premium money.Amount           `json:"premium"`
		Limit   *money.Amount          `json:"limit,omitempty"`
		By      map[money.Amount]int64 `json:"by,omitempty"`
	}
	t.Run("OK", func(t *testing.T) {
		t.Parallel()
		var got document
		text := `{"premium":"1000000.01","limit":"-5.00","by":{"1.00":1}}`
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.Premium != money.Fen(100_000_001) {
			t.Fatalf("got %v, %v", got, err)
		}
		if data, err := json.Marshal(got); err != nil || string(data) != text {
			t.Errorf("got %s, %v", data, err)
		}
	})
	for _, text := range []string{"1", "1.00", "null", "true", "{}", "[]", `""`, `"1.001"`, `" 1"`, `"1`} {
		t.Run("Err "+text, func(t *testing.T) {
			t.Parallel()
			got := document{Premium: money.Fen(7)}
			if err := json.Unmarshal([]byte(`{"premium":`+text+`}`), &got); err == nil || got.Premium != money.Fen(7) {
				t.Errorf("got %s, %v", got.Premium, err)
			}
		})
	}
}

func TestAmountSQL(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]any{
		"OK bigint": int64(123), "OK sum of bigints": "123", "OK bytes": []byte("123"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got money.Amount
			if err := got.Scan(source); err != nil || got != money.Fen(123) {
				t.Errorf("got %s, %v", got, err)
			}
			if value, err := got.Value(); err != nil || value != int64(123) {
				t.Errorf("wrote %v, %v", value, err)
			}
		})
	}
	for name, source := range map[string]any{
		"Err NULL": nil, "Err float": 1.5, "Err decimals": "123.45",
		"Err NaN": "NaN", "Err too large": "9223372036854775808",
		"Err nothing": "", "Err bool": true,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := money.Fen(7)
			if err := got.Scan(source); err == nil || got != money.Fen(7) {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}

var canonicalAmount = regexp.MustCompile(`^-?[0-9]+(\.[0-9]{1,2})?$`)

func FuzzParseAmount(f *testing.F) {
	for _, seed := range []string{
		"0", "1000000.01", "-20000.00", "5", "-0.00", "100000000000000.00", "100000000000000.01", "1e3", "1,000", "",
		"00000000000000000000001", "0.001", "９", "\xff", "1.\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		amount, err := money.ParseAmount(text)
		if err != nil {
			if amount != (money.Amount{}) {
				t.Fatalf("%q was refused and read as %s", text, amount)
			}
			return
		}
		if !canonicalAmount.MatchString(text) || amount.Fen() > money.MaxAmount || amount.Fen() < -money.MaxAmount {
			t.Fatalf("%q was read as %s", text, amount)
		}
		if wanted := rat(t, text); wanted.Cmp(amount.Decimal().Rat()) != 0 {
			t.Fatalf("%q was read as %s", text, amount)
		}
		if again := money.MustAmount(amount.String()); again != amount {
			t.Fatalf("%s was read as %s", amount, again)
		}
	})
}
