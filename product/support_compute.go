package product

import "gongbao/internal/money"

// Compute works out a subsidy: how much of the premium asked for counts, and the authority's share of it; that is the
// one rounding of each.
func (s *Support) Compute(risk *Risk, premium money.Amount) (counted, amount money.Amount) {
	counted = premium
	if s.RateCap != nil {
		limit := risk.SumInsured
		if s.LimitMultiple > 0 && risk.ContractValue != nil {
			limit = money.Min(limit, money.ProRata(*risk.ContractValue, s.LimitMultiple, 1))
		}
		if s.LimitCap != nil {
			limit = money.Min(limit, *s.LimitCap)
		}
		counted = money.Min(counted, money.Apply(*s.RateCap, limit))
	}
	return counted, money.Apply(s.Share, counted)
}
