package money

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

const (
	fractionDecimals = 8
	percentDecimals  = fractionDecimals - 2
	one              = 100_000_000 // 1 in units of 1e-8
)

// Whole is the share of who carries everything.
var Whole = Share{e8: one}

// Share is an exact fraction of a whole 份额, from 0 to 1, in units of 1e-8. It divides amounts; it is not one.
type Share struct{ e8 int64 }

// ShareOf is the share of so many 1e-8; from 0 to 1.
func ShareOf(e8 int64) (Share, error) {
	if e8 < 0 || e8 > one {
		return Share{}, fmt.Errorf("%d hundred-millionths is not a share between 0 and 1", e8)
	}
	return Share{e8: e8}, nil
}

// ParseShare reads "35%", "33.333334%" or "0.35": from 0 to 1 and at most eight decimals as a fraction, never
// rounded.
func ParseShare(text string) (Share, error) {
	e8, err := parseFraction(text, one)
	if err != nil {
		return Share{}, fractionError(text, "a share", "1", err)
	}
	return Share{e8: e8}, nil
}

// MustShare is ParseShare for constants in tests and tables; it panics on bad text.
func MustShare(text string) Share {
	share, err := ParseShare(text)
	if err != nil {
		panic(err)
	}
	return share
}

// E8 is the share in units of 1e-8; it is also how a share is stored.
func (s Share) E8() int64 { return s.e8 }

// Decimal is the share as a fraction, exactly.
func (s Share) Decimal() decimal.Decimal { return decimal.New(s.e8, -fractionDecimals) }

// IsZero says that the share is nothing.
func (s Share) IsZero() bool { return s.e8 == 0 }

// String is the fraction without needless zeros: "0.35".
func (s Share) String() string { return trimFixed(uint64(s.e8), fractionDecimals) } //nolint:gosec // never negative

// Percent is the share for people: "35%".
func (s Share) Percent() string {
	return trimFixed(uint64(s.e8), percentDecimals) + "%" //nolint:gosec // never negative
}

// MarshalText writes what String gives.
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what ParseShare accepts.
func (s *Share) UnmarshalText(text []byte) error {
	parsed, err := ParseShare(string(text))
	if err == nil {
		*s = parsed
	}
	return err
}

// MarshalJSON writes a JSON string.
func (s Share) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }

// UnmarshalJSON accepts only a JSON string.
func (s *Share) UnmarshalJSON(data []byte) error {
	text, err := unquote(data, "a share")
	if err != nil {
		return err
	}
	return s.UnmarshalText([]byte(text))
}

// Value writes the share as a bigint of 1e-8.
func (s Share) Value() (driver.Value, error) { return s.e8, nil }

// Scan reads a bigint of 1e-8.
func (s *Share) Scan(source any) error {
	e8, err := scanWhole(source, "a share")
	if err != nil {
		return err
	}
	share, err := ShareOf(e8)
	if err == nil {
		*s = share
	}
	return err
}

// parseFraction reads a fraction or a percentage into units of 1e-8.
func parseFraction(text string, largest int64) (int64, error) {
	if digits, percent := strings.CutSuffix(text, "%"); percent {
		return parseFixed(digits, percentDecimals, largest)
	}
	return parseFixed(text, fractionDecimals, largest)
}

func fractionError(text, what, largest string, err error) error {
	switch {
	case errors.Is(err, errDecimals):
		return fmt.Errorf("%q has more than eight decimals as a fraction; %s is never rounded", clip(text), what)
	case errors.Is(err, errBeyond):
		return fmt.Errorf("%q is %s above %s", clip(text), what, largest)
	}
	return fmt.Errorf("%q is not %s such as 35%% or 0.35", clip(text), what)
}
