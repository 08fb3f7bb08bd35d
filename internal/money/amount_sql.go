package money

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"

	"gongbao/internal/fault"
)

// Value writes the fen as bigint. The currency has a column of its own where there is more than one.
func (a Amount) Value() (driver.Value, error) { return a.fen, nil }

// SQL is the amount as the driver takes it fastest.
func (a Amount) SQL() any { return a.fen }

// Scan reads a bigint of fen, or the numeric that SUM makes of bigints; ErrSumTooLarge when that does not fit. It
// reads renminbi.
func (a *Amount) Scan(source any) error {
	fen, err := scanWhole(source, "an amount")
	if err == nil {
		*a = Fen(fen)
	}
	return err
}

// scanWhole reads a whole number from a bigint, or from the text of a numeric without decimals; NULL is refused.
func scanWhole(source any, what string) (int64, error) {
	var text string
	switch value := source.(type) {
	case int64:
		return value, nil
	case string:
		text = value
	case []byte:
		text = string(value)
	default:
		return 0, fmt.Errorf("cannot read %T as %s", source, what)
	}
	whole, err := strconv.ParseInt(text, 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return 0, ErrSumTooLarge.Case(fault.Args{"text": clip(text)})
	}
	if err != nil {
		return 0, fmt.Errorf("cannot read %q as %s: %w", clip(text), what, err)
	}
	return whole, nil
}
