package insurance

import (
	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// unearned is the unearned premium of a month 未到期责任准备金: of every item posted up to it, what its days after the month
// bear to all its days, counted inclusively; nothing once a cancellation was posted and not taken back. A claim that
// was paid lowers what a cancellation returns (art. 58), never the reserve.
func unearned(items []PremiumItem, ends calendar.Date, month calendar.Month) money.Amount {
	var total money.Amount
	var cancelled int
	for _, item := range items {
		if item.Period.After(month) {
			continue
		}
		switch item.Kind {
		case ItemPremium:
			left, whole := item.days(ends, month.Next().First())
			total = total.Add(money.ProRata(item.Amount, left, whole))
		case ItemCancellation:
			cancelled++
		case ItemReinstatement:
			cancelled--
		}
	}
	if cancelled > 0 {
		return money.Amount{}
	}
	return total
}

// returned is what a cancellation with effect from 00:00 of the day gives back: of every item of the premium, the part
// by days (Insurance Law of the PRC, art. 54) of the part of the limit that is not used (art. 58), in one rounding.
func returned(items []PremiumItem, ends, day calendar.Date, unused, limit money.Amount) money.Amount {
	var total money.Amount
	for _, item := range items {
		if item.Kind != ItemPremium {
			continue
		}
		left, whole := item.days(ends, day)
		if limit.IsZero() {
			total = total.Add(money.ProRata(item.Amount, left, whole))
			continue
		}
		total = total.Add(money.ProRataOf(item.Amount, left, whole, unused, limit))
	}
	return total
}

// days are those of a item from the day on, and all of them.
func (s PremiumItem) days(ends, day calendar.Date) (left, whole int) {
	whole = s.EarnedFrom.DaysUntil(ends) + 1
	if day.After(ends) {
		return 0, whole
	}
	return calendar.Later(day, s.EarnedFrom).DaysUntil(ends) + 1, whole
}

// netDue is the part of the net premium to date that has fallen due by the day: all of it but the instalments still to
// come. What an endorsement adds is due at once; of what it takes away, or a cancellation returns, nothing is asked
// that never fell due.
func netDue(policy *Policy, day calendar.Date) money.Amount {
	due := policy.NetPremium
	for _, instalment := range policy.Instalments {
		if instalment.Due.After(day) {
			due = due.Sub(instalment.Amount)
		}
	}
	return money.Max(money.Amount{}, due)
}

// fallDue brings VAT due and the next due day up to the day.
func fallDue(policy *Policy, day calendar.Date) {
	policy.VATDue, policy.NextDue = money.Amount{}, calendar.Date{}
	if !policy.OnRisk() { // nothing of it is written yet
		return
	}
	policy.VATDue = money.Apply(policy.VAT, netDue(policy, day))
	for _, instalment := range policy.Instalments {
		if instalment.Due.After(day) {
			policy.NextDue = instalment.Due
			return
		}
	}
}
