package money

import "fmt"

// Currency is one of the currencies the house keeps books in. The zero Currency is CNY 人民币.
type Currency struct{ place uint8 }

// CNY is the renminbi, the only currency of the zone's pools today.
var CNY = Currency{}

// currencies is the closed list; a currency's place in it is its identity, so the list only grows.
var currencies = []struct {
	code     string
	decimals int
}{
	{"CNY", 2},
}

// CurrencyOf gives the currency of an ISO 4217 code.
func CurrencyOf(code string) (Currency, error) {
	for place := range currencies {
		if currencies[place].code == code {
			return Currency{place: uint8(place)}, nil
		}
	}
	return Currency{}, fmt.Errorf("%q is not a currency of this book", code)
}

// Code is the ISO 4217 code.
func (c Currency) Code() string { return currencies[c.place].code }

// Decimals is how many decimals a major unit has: 2 for 元 and 分.
func (c Currency) Decimals() int { return currencies[c.place].decimals }

// String is the code.
func (c Currency) String() string { return c.Code() }
