package money

// Foreign is a second currency, ISO 4217's code for tests, so that mixing can be provoked
// while the book has only one.
var Foreign = func() Currency {
	currencies = append(currencies, struct {
		code     string
		decimals int
	}{"XTS", 3})
	return Currency{place: uint8(len(currencies) - 1)}
}()

// In is an amount of another currency.
func In(currency Currency, units int64) Amount { return Amount{fen: units, currency: currency} }
