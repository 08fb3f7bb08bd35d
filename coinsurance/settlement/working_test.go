package settlement_test

import (
	"errors"
	"testing"

	"gongbao/coinsurance"
	"gongbao/coinsurance/settlement"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/lab/testzone"
	"gongbao/internal/money"
	"gongbao/ledger"
)

func (l *life) working(
	t *testing.T, by access.Principal, period string, group settlement.Group,
) *settlement.ItemWorking {
	t.Helper()
	working, err := settlement.ViewWorking(t.Context(), l.db.DB, by, "IC", period, "IC-P1", group)
	must(t, err)
	return working
}

// An item's working adds up to the item: the postings that the statement took in, and the portions of the totals as of
// its cut. What is recorded later is on the next statement. A follower sees its own portion and book alone.
func TestAnItemsWorkingAddsUpToIt(t *testing.T) {
	t.Parallel()
	l := newLife(t, coinsurance.NettingBilateral)
	l.drawOf(t, "2026-01")
	l.now.Set(calendar.MustDate("2026-02-10").Noon())
	testzone.Endorse(t, l.db.DB, l.now, "IC-P1", "E1", "200.00")
	l.drawOf(t, "2026-02")
	for period, wanted := range map[string]string{"2026-01": "265.00", "2026-02": "53.00"} {
		w := l.working(t, staff("B").By, period, settlement.PremiumGroup)
		if len(w.Owed) != 1 || w.Owed[0].AOwes != money.MustAmount(wanted) || w.Owed[0].Sharer != "B" ||
			w.Owed[0].Share != money.MustShare("25%") {
			t.Errorf("%s: the item is %+v", period, w.Owed)
		}
		sum := money.Amount{}
		for _, posting := range w.Movements {
			if posting.Book != "B" || posting.Debit != ledger.DueFromCoinsurer {
				t.Errorf("%s: B sees %+v", period, posting)
			}
			sum = sum.Add(posting.Amount)
		}
		if sum != w.Owed[0].AOwes || w.Owed[0].Postings != len(w.Movements) {
			t.Errorf("%s: %d postings come to %s of %+v", period, len(w.Movements), sum, w.Owed)
		}
	}
	first, all := l.working(t, staff("B").By, "2026-01", ""), l.working(t, testzone.Clerk, "2026-01", "")
	if len(first.Totals) != 3 || len(first.Portions) != 3 || first.Insured == "" || first.Line != "rd_liability" {
		t.Errorf("B sees %+v", first)
	}
	for i, total := range first.Totals {
		if first.Portions[i].Member != "B" || total.Stream == ledger.NetReceived &&
			(total.Total != money.MustAmount("1000.00") || first.Portions[i].Portion != money.MustAmount("250.00") ||
				first.Portions[i].Product != "250.00") { // all three in yuan
			t.Errorf("B sees %+v of %+v", first.Portions[i], total)
		}
	}
	if len(all.Portions) != 9 || len(all.Owed) != 4 || len(all.Movements) != 6 {
		t.Errorf("the manager sees %+v", all)
	}
	_, err := settlement.ViewWorking(t.Context(), l.db.DB, testzone.Clerk, "IC", "2026-01", "IC-P9", "")
	if !errors.Is(err, settlement.ErrSubjectNotFound) {
		t.Errorf("of what is not there: %v", err)
	}
}
