package money

import (
	"database/sql/driver"
	"fmt"

	"github.com/shopspring/decimal"
)

// MaxRate is the largest rate: 100, which is 10000%.
const MaxRate = 100

// Rate is what an amount is multiplied by: VAT, a fee, a commission, interest 费率、税率. It is exact, from 0 to
// MaxRate, in units of 1e-8. Only Apply and NetOf bring it together with an amount, so it can never be added to
// one.
type Rate struct{ e8 int64 }

// RateOf is the rate of so many 1e-8; from 0 to MaxRate.
func RateOf(e8 int64) (Rate, error) {
	if e8 < 0 || e8 > MaxRate*one {
		return Rate{}, fmt.Errorf("%d hundred-millionths is not a rate between 0 and %d", e8, MaxRate)
	}
	return Rate{e8: e8}, nil
}

// ParseRate reads "6%", "0.06" or "12.5%": from 0 to MaxRate and at most eight decimals as a fraction, never
// rounded.
func ParseRate(text string) (Rate, error) {
	e8, err := parseFraction(text, MaxRate*one)
	if err != nil {
		return Rate{}, fractionError(text, "a rate", fmt.Sprint(MaxRate), err)
	}
	return Rate{e8: e8}, nil
}

// MustRate is ParseRate for constants in tests and tables; it panics on bad text.
func MustRate(text string) Rate {
	rate, err := ParseRate(text)
	if err != nil {
		panic(err)
	}
	return rate
}

// E8 is the rate in units of 1e-8; it is also how a rate is stored.
func (r Rate) E8() int64 { return r.e8 }

// Decimal is the rate as a fraction, exactly.
func (r Rate) Decimal() decimal.Decimal { return decimal.New(r.e8, -fractionDecimals) }

// IsZero says that the rate is nothing.
func (r Rate) IsZero() bool { return r.e8 == 0 }

// String is the fraction without needless zeros: "0.06".
func (r Rate) String() string { return trimFixed(uint64(r.e8), fractionDecimals) } //nolint:gosec // never negative

// Percent is the rate for people: "6%".
func (r Rate) Percent() string {
	return trimFixed(uint64(r.e8), percentDecimals) + "%" //nolint:gosec // never negative
}

// MarshalText writes what String gives.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what ParseRate accepts.
func (r *Rate) UnmarshalText(text []byte) error {
	parsed, err := ParseRate(string(text))
	if err == nil {
		*r = parsed
	}
	return err
}

// MarshalJSON writes a JSON string.
func (r Rate) MarshalJSON() ([]byte, error) { return []byte(`"` + r.String() + `"`), nil }

// UnmarshalJSON accepts only a JSON string.
func (r *Rate) UnmarshalJSON(data []byte) error {
	text, err := unquote(data, "a rate")
	if err != nil {
		return err
	}
	return r.UnmarshalText([]byte(text))
}

// Value writes the rate as a bigint of 1e-8.
func (r Rate) Value() (driver.Value, error) { return r.e8, nil }

// Scan reads a bigint of 1e-8.
func (r *Rate) Scan(source any) error {
	e8, err := scanWhole(source, "a rate")
	if err != nil {
		return err
	}
	rate, err := RateOf(e8)
	if err == nil {
		*r = rate
	}
	return err
}
