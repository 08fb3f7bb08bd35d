package money

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"
)

// Why a text is not the number wanted; the callers say it in the words of amounts, shares and rates.
var (
	errNumber   = errors.New("not a number")
	errDecimals = errors.New("too many decimals")
	errBeyond   = errors.New("too large")
)

// parseFixed reads "digits" or "digits.digits" as a whole number of units of 10^-decimals. The decimals are
// counted as written: a trailing zero too many is refused as well, so that nobody has to know which digits may be
// dropped. The largest value must stay below MaxInt64/10 - 1, so that one more digit cannot wrap.
func parseFixed(text string, decimals int, largest int64) (int64, error) {
	whole, fraction, dotted := strings.Cut(text, ".")
	if !allDigits(whole) || (dotted && !allDigits(fraction)) {
		return 0, errNumber
	}
	if len(fraction) > decimals {
		return 0, errDecimals
	}
	var units int64
	for place := range len(whole) + decimals {
		units *= 10
		if place < len(whole) {
			units += int64(whole[place] - '0')
		} else if place-len(whole) < len(fraction) {
			units += int64(fraction[place-len(whole)] - '0')
		}
		if units > largest {
			return 0, errBeyond
		}
	}
	return units, nil
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// appendFixed writes units of 10^-decimals with all their decimals.
func appendFixed(text []byte, units uint64, decimals int) []byte {
	var digits [24]byte // 20 digits of an uint64, a point, and a leading zero with room
	at := len(digits)
	for place := 0; place <= decimals || units > 0; place++ {
		if place == decimals && decimals > 0 {
			at--
			digits[at] = '.'
		}
		at--
		digits[at] = byte('0' + units%10)
		units /= 10
	}
	return append(text, digits[at:]...)
}

// trimFixed is appendFixed without the zeros that say nothing: "0.35", "1".
func trimFixed(units uint64, decimals int) string {
	text := string(appendFixed(nil, units, decimals))
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

const clipMax = 40 // bytes of a caller's text that an error repeats

// clip shortens a caller's text, so that an error never repeats a megabyte of it.
func clip(text string) string {
	if len(text) <= clipMax {
		return text
	}
	end := clipMax
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// split takes the sign off; unlike a negation it has room for the smallest int64.
func split(value int64) (magnitude uint64, negative bool) {
	if value < 0 {
		return -uint64(value), true //nolint:gosec // two's complement: the wrap is the magnitude
	}
	return uint64(value), false
}

// join puts the sign back; false when the value does not fit.
func join(magnitude uint64, negative bool) (int64, bool) {
	switch {
	case magnitude <= math.MaxInt64 && negative:
		return -int64(magnitude), true
	case magnitude <= math.MaxInt64:
		return int64(magnitude), true
	case negative && magnitude == math.MaxInt64+1:
		return math.MinInt64, true
	}
	return 0, false
}
