package periodend

import (
	"testing"

	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/ledger"
)

// What stands on closed accounts is moved book by book, whichever side it stands on, each account to its successor.
func TestTransfers(t *testing.T) {
	t.Parallel()
	found := transfers(map[ledger.Account][]ledger.BookBalance{
		ledger.RecoveryIncome: {{Book: "B", Credit: money.Fen(300)}, {Book: "A", Credit: money.Fen(-200)}},
		ledger.SalvageIncome:  {{Book: "B", Credit: money.Fen(50)}},
		ledger.Cash:           {{Book: "A", Credit: money.Fen(7)}}, // is not closed
	})
	if len(found) != 2 || found[0].book != "B" || len(found[0].postings) != 2 || len(found[1].postings) != 1 {
		t.Fatalf("got %+v", found)
	}
	recovery, salvage, back := found[0].postings[0], found[0].postings[1], found[1].postings[0]
	if recovery.Debit != ledger.RecoveryIncome || recovery.Credit != ledger.ClaimsRecovered ||
		recovery.Amount != money.Fen(300) || recovery.Stream != ledger.Recovery {
		t.Errorf("recoveries: %+v", recovery)
	}
	if salvage.Credit != ledger.SalvageRecovered || salvage.Stream != ledger.Salvage {
		t.Errorf("salvage: %+v", salvage)
	}
	if back.Debit != ledger.ClaimsRecovered || back.Credit != ledger.RecoveryIncome || back.Amount != money.Fen(200) {
		t.Errorf("a debit balance: %+v", back)
	}
}

func TestTransferDay(t *testing.T) {
	t.Parallel()
	today := calendar.MustDate("2026-05-10")
	for closed, wanted := range map[string]string{"": "2026-05-10", "2026-04": "2026-05-10", "2026-02": "2026-03-31"} {
		var period ledger.Period
		if closed != "" {
			period.Closed = calendar.MustMonth(closed)
		}
		if got := transferDay(period, today); got.String() != wanted {
			t.Errorf("closed %q: %s, wanted %s", closed, got, wanted)
		}
	}
}
