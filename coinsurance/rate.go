package coinsurance

import (
	"gongbao/internal/fault"
	"gongbao/internal/money"
)

// Up to where rates that people agree on may go: whoever writes 6 where 6% is meant is told, whatever road it comes by.
var (
	VATMax  = money.MustRate("25%") // no rate of the VAT of the PRC has been above 17%
	RateMax = money.MustRate("100%")
)

// CheckRate wants of a rate that it is at most the largest.
func CheckRate(check *fault.Check, path string, rate, largest money.Rate) {
	check.Require(rate.E8() <= largest.E8(), path, "{rate} is above {most}; write 6% or 0.06 for six per cent",
		fault.Args{"rate": rate.Percent(), "most": largest.Percent()})
}
