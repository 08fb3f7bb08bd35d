package money

import (
	"fmt"

	"gongbao/internal/fault"
)

// What arithmetic refuses; *Overflow carries one of them.
var (
	ErrCurrenciesMixed = fault.New(fault.Invalid, "money.currencies_mixed", "amounts of different currencies do not mix",
		"{operation}")
	ErrSumTooLarge = fault.New(fault.Invalid, "money.sum_too_large",
		"the amounts come to more than the book can hold", "{operation}", "{text} in minor units")
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

// Unwrap gives the refusal: ErrSumTooLarge or ErrCurrenciesMixed.
func (o *Overflow) Unwrap() error {
	if o.rule == nil {
		return ErrSumTooLarge.Case(fault.Args{"operation": o.Operation})
	}
	return o.rule.Case(fault.Args{"operation": o.Operation})
}

// Recovered gives the refusal that arithmetic panicked with, or nil for any other panic, which is a mistake and to go
// on. A transaction recovers it and rolls back; a door does for what is added up behind a read.
func Recovered(reason any) error {
	if overflow, is := reason.(*Overflow); is {
		return overflow
	}
	return nil
}

func tooLarge(format string, args ...any) *Overflow {
	return &Overflow{Operation: fmt.Sprintf(format, args...), rule: ErrSumTooLarge}
}
