package money

import (
	"fmt"

	"gongbao/internal/fault"
)

// What arithmetic refuses; *Overflow carries one of them.
var (
	ErrCurrenciesMixed = fault.New(fault.Invalid, "money.currencies_mixed", "amounts of different currencies do not mix")
	ErrAmountTooLarge  = fault.New(fault.Invalid, "money.amount_too_large", "the amount is larger than the book can hold")
)

// Overflow is what arithmetic on amounts panics with when the result does not fit into 63 bits of minor units, or
// when the currencies differ. pg.InTx recovers it, rolls back and returns it as an error; its refusal is found by
// errors.Is.
type Overflow struct {
	Operation string // "1.00 + 2.00"
	rule      *fault.Fault
}

// Error is the refusal with the operation that led to it.
func (o *Overflow) Error() string { return o.Unwrap().Error() }

// Unwrap gives the refusal: ErrAmountTooLarge or ErrCurrenciesMixed.
func (o *Overflow) Unwrap() error {
	if o.rule == nil {
		return ErrAmountTooLarge.With("%s", o.Operation)
	}
	return o.rule.With("%s", o.Operation)
}

// Overflow tells pg.InTx, which knows nothing of money, that this panic is a refusal.
func (o *Overflow) Overflow() bool { return true }

func tooLarge(format string, args ...any) *Overflow {
	return &Overflow{Operation: fmt.Sprintf(format, args...), rule: ErrAmountTooLarge}
}
