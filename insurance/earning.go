package insurance

import (
	"gongbao/internal/calendar"
	"gongbao/internal/money"
)

// unearned is what a cancellation with effect from 00:00 of the day returns of the slices: each is earned evenly by day
// from its first day to the policy's end, days counted inclusively (Insurance Law of the PRC, art. 53 and 54: by day).
func unearned(slices []Slice, ends, day calendar.Date) money.Amount {
	var total money.Amount
	for _, slice := range slices {
		total = total.Add(slice.returns(ends, day))
	}
	return total
}

func (s Slice) returns(ends, day calendar.Date) money.Amount {
	if day.After(ends) {
		return money.Amount{}
	}
	left := calendar.Later(day, s.EarnedFrom).DaysUntil(ends) + 1
	whole := s.EarnedFrom.DaysUntil(ends) + 1
	return money.ProRata(s.Amount, left, whole)
}

// netDue is the part of the net premium to date that has fallen due by the day: all of it but the instalments still to
// come. What an endorsement adds is due at once; of what it takes away, nothing is asked that never fell due.
func netDue(policy *Policy, day calendar.Date) money.Amount {
	due := policy.NetPremium
	if policy.Status == Cancelled {
		return due
	}
	for _, instalment := range policy.Instalments {
		if instalment.Due.After(day) {
			due = due.Sub(instalment.Amount)
		}
	}
	if due.IsNegative() {
		return money.Amount{}
	}
	return due
}

// fallDue brings VAT due and the next due day up to the day.
func fallDue(policy *Policy, day calendar.Date) {
	policy.VATDue = money.Apply(policy.VAT, netDue(policy, day))
	policy.NextDue = calendar.Date{}
	if policy.Status == Cancelled {
		return
	}
	for _, instalment := range policy.Instalments {
		if instalment.Due.After(day) {
			policy.NextDue = instalment.Due
			return
		}
	}
}
