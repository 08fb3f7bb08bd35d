package insurance_test

import (
	"fmt"
	"testing"

	"gongbao/coinsurance"
	"gongbao/insurance"
	"gongbao/internal/money"
	"gongbao/ledger"
)

func TestPolicyLife(t *testing.T) {
	t.Parallel()
	t.Run("OK thirds never drift and return to zero", func(t *testing.T) {
		t.Parallel()
		z := newZone(t)
		z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "33.333334%", "B", "33.333333%", "C", "33.333333%")
		z.issued("IC-P1", "100.01", "106.01")
		z.portion("IC-P1", ledger.NetPremium, "A", "33.33")
		z.portion("IC-P1", ledger.NetPremium, "B", "33.34")
		for i, change := range []string{"0.01", "0.01", "33.33"} {
			z.does(z.endorse("IC-P1", fmt.Sprint("E", i+1), change, "2026-02-01"))
		}
		z.portion("IC-P1", ledger.NetPremium, "A", "44.46")
		z.receive("IC-P1", "20.00")
		z.owes("A", "B", "42.01")
		z.verified()
		z.does(z.cancel("IC-P1", "2026-01-02"))
		z.does(z.refund("IC-P1", "126.01"))
		z.portion("IC-P1", ledger.NetPremium, "B", "0.00")
		z.owes("A", "B", "0.00")
		z.verified()
	})
}

// One fen more is received: 10 % of the whole stays 0.10, but B's portion grows from 0.44 to 0.45, and 10 % of it from
// 0.04 to 0.05. What is kept as B's portion must follow what was posted.
func TestACommissionMovesWhileTheWholeStays(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.agree(1, "2026-01-01", coinsurance.Terms{}, "A", "55.4%", "B", "44.6%")
	quote := z.quote("IC-P1", "1.00")
	quote.VAT, quote.Commission = money.Rate{}, money.MustRate("10%")
	quote.Instalments = []insurance.Instalment{
		{Due: quote.Starts, Amount: money.MustAmount("0.99")},
		{Due: quote.Starts.AddDays(90), Amount: money.MustAmount("0.01")},
	}
	z.quoted(quote)
	z.receive("IC-P1", "0.99")
	z.does(z.issue(person("A"), "IC-P1"))
	z.portion("IC-P1", ledger.Commission, "B", "0.04")
	z.receive("IC-P1", "0.01")
	z.portion("IC-P1", ledger.NetReceived, "B", "0.45")
	z.portion("IC-P1", ledger.Commission, "B", "0.05")
	z.owes("A", "B", "0.40")
	z.verified()
}
