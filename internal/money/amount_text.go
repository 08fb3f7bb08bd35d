package money

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// ParseAmount reads yuan: "1000000.01", "-20000.00", "5". At most two decimals; no exponent, blank, plus sign or
// thousands sign; nothing beyond MaxAmount. It never rounds.
func ParseAmount(text string) (Amount, error) {
	digits, negative := strings.CutPrefix(text, "-")
	fen, err := parseFixed(digits, CNY.Decimals(), MaxAmount)
	switch {
	case errors.Is(err, errDecimals):
		return Amount{}, fmt.Errorf("%q has more than two decimals; an amount is never rounded", clip(text))
	case errors.Is(err, errBeyond):
		return Amount{}, fmt.Errorf("%q is beyond the largest amount, %s", clip(text), Fen(MaxAmount))
	case err != nil:
		return Amount{}, fmt.Errorf("%q is not an amount in yuan such as 1000000.01", clip(text))
	case negative:
		return Fen(-fen), nil
	}
	return Fen(fen), nil
}

// MustAmount is ParseAmount for constants in tests and tables; it panics on bad text.
func MustAmount(text string) Amount { return must(ParseAmount(text)) }

// MarshalText writes what String gives.
func (a Amount) MarshalText() ([]byte, error) { return a.appendTo(nil), nil }

// UnmarshalText reads what ParseAmount accepts.
func (a *Amount) UnmarshalText(text []byte) error {
	parsed, err := ParseAmount(string(text))
	if err == nil {
		*a = parsed
	}
	return err
}

// MarshalJSON writes a JSON string, because many readers take a JSON number for a float.
func (a Amount) MarshalJSON() ([]byte, error) {
	return append(a.appendTo([]byte{'"'}), '"'), nil
}

// UnmarshalJSON accepts only a JSON string.
func (a *Amount) UnmarshalJSON(data []byte) error {
	text, err := unquote(data, "an amount")
	if err != nil {
		return err
	}
	return a.UnmarshalText([]byte(text))
}

// unquote reads a JSON string and refuses numbers and null.
func unquote(data []byte, what string) (string, error) {
	if len(data) == 0 || data[0] != '"' {
		return "", fmt.Errorf("%s is a JSON string, not %s", what, clip(string(data)))
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return "", fmt.Errorf("%s is a JSON string: %w", what, err)
	}
	return text, nil
}
