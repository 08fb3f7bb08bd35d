package settlement

import (
	"context"
	"slices"

	"gongbao/coinsurance"
	"gongbao/internal/access"
	"gongbao/internal/calendar"
	"gongbao/internal/money"
	"gongbao/internal/pg"
)

// AccruedInterest is late interest of a month and pair up to a day, with what is booked of it 应计逾期利息.
type AccruedInterest struct {
	Month    calendar.Month `json:"month"`
	Debtor   string         `json:"debtor"`
	Creditor string         `json:"creditor"`
	Interest money.Amount   `json:"interest"`
	Booked   money.Amount   `json:"booked"`
	Left     money.Amount   `json:"left"` // to book
	Overdue  []Overdue      `json:"overdue"`
}

// AccruedInterestOf says what late interest comes to in a pool up to a day, today where the day is left out, and what
// of it is booked. Nothing is. A member sees what it owes and is owed. It refuses: access.forbidden (the operator),
// coinsurance.pool_not_found.
func (s *Service) AccruedInterestOf(
	ctx context.Context, by access.Principal, pool string, day calendar.Date,
) ([]AccruedInterest, error) {
	member, err := onlyOf(by)
	if err != nil {
		return nil, err
	}
	handle := s.db.Of(pool)
	if _, err := coinsurance.FindPool(ctx, handle, pool); err != nil {
		return nil, err
	}
	if day.IsZero() {
		day = calendar.DateOf(s.clock.Now())
	}
	var booked []LateInterest
	var reads pg.Reads
	lives := livesIn(&reads, pool, day)
	pg.ListIn(&reads, interestBooked.With(ofPool{pool}), &booked)
	if err := reads.Run(ctx, handle); err != nil {
		return nil, err
	}
	orders := lives()
	if err := rate(ctx, handle, pool, orders); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(accrued(orders, booked, day), func(a AccruedInterest) bool {
		return member != "" && member != a.Debtor && member != a.Creditor
	}), nil
}

// accrued is what interest comes to up to a day, by month and pair. What was booked of later months is left out.
func accrued(orders []orderLife, booked []LateInterest, day calendar.Date) []AccruedInterest {
	lines, _ := linesOfInterest(orders, day)
	var all []AccruedInterest
	of := func(key monthOfPair) *AccruedInterest {
		at := slices.IndexFunc(all, func(a AccruedInterest) bool { return a.pair() == key })
		if at < 0 {
			at, all = len(all), append(all, AccruedInterest{
				Month: key.month, Debtor: key.debtor, Creditor: key.creditor, Overdue: []Overdue{},
			})
		}
		return &all[at]
	}
	for key, found := range lines {
		each := of(key)
		each.Overdue, each.Interest = found, interestOn(found)
	}
	for _, row := range booked {
		if !row.Month.First().After(day) {
			each := of(monthOfPair{row.Month, row.Debtor, row.Creditor})
			each.Booked = each.Booked.Add(row.Amount)
		}
	}
	for i := range all {
		all[i].Left = all[i].Interest.Sub(all[i].Booked)
	}
	slices.SortFunc(all, func(a, b AccruedInterest) int { return a.pair().compare(b.pair()) })
	return all
}

func (a *AccruedInterest) pair() monthOfPair { return monthOfPair{a.Month, a.Debtor, a.Creditor} }
