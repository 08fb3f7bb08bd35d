package zone

import (
	"gongbao/internal/pg"
	"gongbao/ledger"
)

var (
	bankDetailsAreAsTold = pg.SQL[ledger.OfPool](files, "BankDetailsAreAsTold")
	mandatesAreAsTold    = pg.SQL[ledger.OfPool](files, "MandatesAreAsTold")
)

// Checks are what verify proves of where members are paid, and who may pay for them: that each entry, with its
// confirmation, is as it was announced.
func Checks() []ledger.Check {
	return []ledger.Check{
		ledger.ZoneCheck("bank_details_are_as_told", bankDetailsAreAsTold),
		ledger.ZoneCheck("mandates_are_as_told", mandatesAreAsTold),
	}
}
